'use client';

/** Who did what to what, and whether that record is whole. */

import { FileClock, SearchX } from 'lucide-react';
import { parseAsInteger, useQueryState } from 'nuqs';
import { useMemo } from 'react';
import type { AuditRecord } from '../../../../lib/contract/audit.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import { besideGrid, DataTable } from '../../../_ui/data-table.tsx';
import { useHotkeys } from '../../../_ui/hotkeys.ts';
import { useSideBySide } from '../../../_ui/narrow.ts';
import { Page } from '../../../_ui/panel.tsx';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { fetchAllRows, useList } from '../../../_ui/use-list.ts';
import { AuditCard, auditColumns } from './audit-columns.tsx';
import { AuditExport } from './audit-export.tsx';
import { useAuditFilter } from './audit-filter.ts';
import { AuditSide } from './audit-side.tsx';
import { AuditTools } from './audit-tools.tsx';
import { useVerification, VerdictLine, VerifyButton } from './audit-verification.tsx';

const refetchEveryMs = 5_000;

/** Beside an open entry, which tells the rest. */
const besideColumns = ['at', 'actor', 'action', 'outcome'];

export function AuditView() {
  const filter = useAuditFilter();
  const { change, leaveOut, query } = filter;
  const isBeside = useSideBySide();
  const found = useList<AuditRecord>('/api/audit', query, refetchEveryMs);
  const { list, rows, total, more, setAtTop } = found;
  const [openSeq, setOpenSeq] = useQueryState('open', parseAsInteger);
  const open = rows?.find(({ seq }) => seq === openSeq);
  const columns = useMemo(
    () => auditColumns({ narrow: (name, value) => change({ [name]: value }), leaveOut }),
    [change, leaveOut],
  );
  const check = useVerification();
  const may = useMay();
  const close = () => void setOpenSeq(null);
  useHotkeys(open === undefined ? [] : [{ keys: 'Escape', label: 'Close the entry', run: close }]);
  const nameOf = (actor: string) => rows?.find((record) => record.actor === actor)?.actorName;
  return (
    <Page
      title="Audit"
      note={<span className="max-lg:hidden">Who did what, and what was refused. Nobody can change it.</span>}
      actions={
        <>
          {may('audit.verify') && <VerifyButton check={check} />}
          {may('audit.export') && <AuditExport query={query} />}
        </>
      }
    >
      {check.data && <VerdictLine verdict={check.data} />}
      <div className={cx(besideGrid, open && 'xl:grid-cols-[minmax(0,1fr)_28rem]')}>
        <DataTable
          name="audit"
          label="Audit log"
          noun={['entry', 'entries']}
          look="page"
          columns={columns}
          shownOnly={open !== undefined && isBeside ? besideColumns : undefined}
          rows={rows}
          rowId={idOf}
          total={total}
          sortedByServer
          more={more}
          onOpen={({ seq }) => void setOpenSeq(seq)}
          openId={openSeq === null ? undefined : String(openSeq)}
          card={AuditCard}
          allRows={() => fetchAllRows<AuditRecord>('/api/audit', query)}
          tools={<AuditTools filter={filter} nameOf={nameOf} />}
          onScrolled={setAtTop}
          instead={
            list.isError && rows === undefined ? (
              <Failing
                what="the audit log"
                error={list.error}
                since={list.errorUpdatedAt}
                retry={list.refetch}
              />
            ) : rows?.length === 0 ? (
              <NoEntry isNarrowed={filter.isNarrowed} onClear={filter.clear} />
            ) : undefined
          }
        />
        {open && <AuditSide record={open} isBeside={isBeside} onClose={close} />}
      </div>
    </Page>
  );
}

function NoEntry({ isNarrowed, onClear }: { isNarrowed: boolean; onClear: () => void }) {
  if (isNarrowed) {
    return (
      <Empty
        icon={SearchX}
        title="No entry matches"
        action={<Button onClick={onClear}>Show the whole log</Button>}
      />
    );
  }
  return (
    <Empty icon={FileClock} title="Nothing is noted yet">
      Sign-ins, changes and refusals appear here as they happen.
    </Empty>
  );
}

const idOf = ({ seq }: AuditRecord) => String(seq);
