'use client';

/** Everyone who holds tokens, with the open session beside them on a wide screen and on its own page on a narrow one. */

import { KeyRound, SearchX } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { parseAsString, useQueryState } from 'nuqs';
import { useCallback, useMemo } from 'react';
import type { SessionSummary } from '../../../../lib/contract/sessions.ts';
import { May } from '../../../_session/may.tsx';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import { besideGrid, DataTable } from '../../../_ui/data-table.tsx';
import { useHotkeys } from '../../../_ui/hotkeys.ts';
import { Page } from '../../../_ui/panel.tsx';
import { Empty, Failing, Skeleton } from '../../../_ui/states.tsx';
import { RevokeMenu } from './revoke-menu.tsx';
import { SessionCard, sessionColumns } from './session-columns.tsx';
import { useSessionFilter } from './session-filter.ts';
import { SessionTools } from './session-tools.tsx';
import { statusFilterNames } from './session-words.ts';
import { useSessionRows } from './use-session-rows.ts';

const SessionSide = dynamic(() => import('./session-side.tsx'), {
  ssr: false,
  loading: () => <Skeleton className="h-96 rounded-lg max-xl:hidden" />,
});

/** From this width on there is room for a list and a session beside it. */
const sideBySide = '(min-width: 1280px)';

/** Beside an open session there is room for what tells sessions apart. */
const besideColumns = ['holder', 'address', 'lastUsed', 'risk', 'status'];

export function TokenList() {
  const filter = useSessionFilter();
  const { list, rows, total, more, allRows, setAtTop } = useSessionRows(filter.filter);
  const { change, leaveOut } = filter;
  const columns = useMemo(
    () => sessionColumns({ narrow: (name, value) => change({ [name]: value }), leaveOut }),
    [change, leaveOut],
  );
  const [openId, setOpenId] = useQueryState('open', parseAsString);
  const open = useOpen((id) => void setOpenId(id));
  useHotkeys(
    openId === null ? [] : [{ keys: 'Escape', label: 'Close the session', run: () => void setOpenId(null) }],
  );
  return (
    <Page
      title="Tokens"
      note={
        <span className="max-sm:hidden">
          One row for each sign-in; all tokens that came of it end together.
        </span>
      }
      actions={
        <May action="session.revoke">
          <RevokeMenu
            filter={filter.filter}
            isNarrowed={filter.isNarrowed}
            total={rows === undefined || list.isPlaceholderData ? undefined : total}
          />
        </May>
      }
    >
      <div className={cx(besideGrid, openId !== null && 'xl:grid-cols-[minmax(0,1fr)_26rem]')}>
        <DataTable
          name="tokens"
          label="Sessions"
          noun={['session', 'sessions']}
          look="page"
          columns={columns}
          shownOnly={openId === null ? undefined : besideColumns}
          rows={rows}
          total={total}
          rowId={idOf}
          onOpen={open}
          openId={openId ?? undefined}
          card={SessionCard}
          sortedByServer
          more={more}
          allRows={allRows}
          onScrolled={setAtTop}
          tools={<SessionTools filter={filter} rows={rows} />}
          instead={
            list.isError && rows === undefined ? (
              <Failing what="sessions" error={list.error} since={list.errorUpdatedAt} retry={list.refetch} />
            ) : rows?.length === 0 ? (
              <NoSessions filter={filter} />
            ) : undefined
          }
        />
        {openId !== null && <SessionSide id={openId} onClose={() => void setOpenId(null)} />}
      </div>
    </Page>
  );
}

function useOpen(show: (id: string) => void) {
  const router = useRouter();
  const latest = useCallback(
    ({ id }: SessionSummary) => {
      if (window.matchMedia(sideBySide).matches) show(id);
      else router.push(`/tokens/${id}`);
    },
    [router, show],
  );
  return latest;
}

function NoSessions({ filter }: { filter: ReturnType<typeof useSessionFilter> }) {
  if (filter.isNarrowed) {
    return (
      <Empty
        icon={SearchX}
        title={filter.state.status === 'live' ? 'No live session matches' : 'No session matches'}
        action={<Button onClick={filter.clear}>Clear the filters</Button>}
      />
    );
  }
  const { status } = filter.state;
  if (status === 'expired' || status === 'revoked') {
    return (
      <Empty
        icon={KeyRound}
        title={`No ${statusFilterNames[status].toLowerCase()} sessions`}
        action={<Button onClick={filter.clear}>Show live sessions</Button>}
      >
        {status === 'revoked' ? 'Nobody ended a session so far.' : 'None ran out so far.'} What ended is kept
        here for a while.
      </Empty>
    );
  }
  return (
    <Empty icon={KeyRound} title="No sessions" action={<ButtonLink href="/clients">Show clients</ButtonLink>}>
      A session appears here when an operator signs in, or when a client gets its first token.
    </Empty>
  );
}

const idOf = ({ id }: SessionSummary) => id;
