'use client';

/** All alerts of a filter, with the open one beside them on a wide screen and on its own page on a narrow one. */

import { ArrowUp, SearchX, Waves } from 'lucide-react';
import dynamic from 'next/dynamic';
import { parseAsString, useQueryState } from 'nuqs';
import { useCallback, useMemo, useState } from 'react';
import type { AlertSummary } from '../../../../lib/contract/console.ts';
import { useGo } from '../../../_live/go.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import { besideGrid, DataTable } from '../../../_ui/data-table.tsx';
import { useHotkeys } from '../../../_ui/hotkeys.ts';
import { Page } from '../../../_ui/panel.tsx';
import { Empty, Failing, Skeleton } from '../../../_ui/states.tsx';
import { fetchAllRows } from '../../../_ui/use-list.ts';
import { plural } from '../../../_ui/words.ts';
import { AlertActions } from './alert-actions.tsx';
import { AlertCard, alertColumns } from './alert-columns.tsx';
import { useAlertFilter } from './alert-filter.ts';
import { AlertTools } from './alert-tools.tsx';
import { useAlertRows } from './use-alert-rows.ts';

const AlertSide = dynamic(() => import('./alert-side.tsx'), {
  ssr: false,
  loading: () => <Skeleton className="h-96 rounded-lg max-xl:hidden" />,
});

/** From this width on there is room for a list and an alert beside it. */
const sideBySide = '(min-width: 1280px)';

/** Beside an open alert there is room for what tells alerts apart. */
const besideColumns = ['summary', 'conclusion', 'opened'];

export function AlertList() {
  const filter = useAlertFilter();
  const { list, rows, total, more, waiting, show, setAtTop } = useAlertRows(filter.query);
  const { change, leaveOut } = filter;
  const { status } = filter.state;
  const columns = useMemo(
    () => alertColumns({ narrow: (name, value) => change({ [name]: value }), leaveOut }, status),
    [change, leaveOut, status],
  );
  const [openId, setOpenId] = useQueryState('open', parseAsString);
  const [shownTimes, setShownTimes] = useState(0);
  const may = useMay();
  const open = useOpen(setOpenId);
  useHotkeys(
    openId === null ? [] : [{ keys: 'Escape', label: 'Close the alert', run: () => void setOpenId(null) }],
  );
  return (
    <Page
      title="Alerts"
      actions={
        waiting > 0 && (
          <NewAlerts
            count={waiting}
            onShow={() => {
              setShownTimes(shownTimes + 1);
              show();
            }}
          />
        )
      }
    >
      <div className={cx(besideGrid, openId !== null && 'xl:grid-cols-[minmax(0,1fr)_30rem]')}>
        <DataTable
          key={shownTimes}
          name="alerts"
          label="Alerts"
          noun={['alert', 'alerts']}
          columns={columns}
          shownOnly={openId === null ? undefined : besideColumns}
          rows={rows}
          rowId={(alert) => alert.id}
          total={total}
          sortedByServer
          more={more}
          onOpen={open}
          openId={openId ?? undefined}
          card={(alert) => <AlertCard alert={alert} />}
          bulk={
            !may('alert.update')
              ? undefined
              : (selected, clear) => (
                  <AlertActions ids={selected.map(({ id }) => id)} counted onDone={clear} />
                )
          }
          allRows={() => fetchAllRows<AlertSummary>('/api/alerts', filter.query)}
          tools={<AlertTools filter={filter} />}
          instead={insteadOfRows(list, rows, filter)}
          look="page"
          onScrolled={setAtTop}
        />
        {openId !== null && <AlertSide id={openId} onClose={() => void setOpenId(null)} />}
      </div>
    </Page>
  );
}

/** Beside the list where there is room, else on its own page. */
function useOpen(setOpenId: (id: string) => Promise<unknown>) {
  const go = useGo();
  return useCallback(
    (alert: AlertSummary) => {
      if (window.matchMedia(sideBySide).matches) void setOpenId(alert.id);
      else go(`/alerts/${alert.id}`);
    },
    [go, setOpenId],
  );
}

function NewAlerts({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <Button look="primary" icon={ArrowUp} onClick={onShow}>
      {count} new {plural(count, 'alert')}
    </Button>
  );
}

type Rows = ReturnType<typeof useAlertRows>;

/** Undefined where there are rows to show, or to wait for. */
function insteadOfRows(list: Rows['list'], rows: Rows['rows'], filter: ReturnType<typeof useAlertFilter>) {
  if (list.isError && rows === undefined) {
    return <Failing what="alerts" error={list.error} since={list.errorUpdatedAt} retry={list.refetch} />;
  }
  if (rows?.length !== 0) return undefined;
  if (filter.isNarrowed) {
    return (
      <Empty
        icon={SearchX}
        title="No alert matches"
        action={<Button onClick={filter.clear}>Clear the filters</Button>}
      />
    );
  }
  const { status } = filter.state;
  if (status === 'all') {
    return (
      <Empty
        icon={Waves}
        title="No alert was ever opened"
        action={<ButtonLink href="/users">Show users beside their normal</ButtonLink>}
      >
        Tidegate opens one when a user leaves what is normal for them.
      </Empty>
    );
  }
  return (
    <Empty
      icon={Waves}
      title={status === 'open' ? 'Nothing needs you' : `No ${status} alerts`}
      action={<Button onClick={() => filter.change({ status: 'all' })}>Show all alerts</Button>}
    >
      {status === 'open' && 'No alert is open.'}
    </Empty>
  );
}
