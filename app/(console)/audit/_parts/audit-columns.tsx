'use client';

import { Check, ShieldX } from 'lucide-react';
import type { AuditOutcome, AuditRecord } from '../../../../lib/contract/audit.ts';
import { cx } from '../../../_ui/class-names.ts';
import type { Column } from '../../../_ui/data-table-model.ts';
import { Moment } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';
import { actionText, actorText, targetPath } from './action-words.ts';
import type { Narrowing } from './audit-filter.ts';

interface Acts {
  narrow: (name: Narrowing, value: string) => void;
  leaveOut: (value: string, name?: string) => void;
}

export function auditColumns(acts: Acts): Column<AuditRecord>[] {
  return [
    {
      id: 'at',
      name: 'When',
      value: ({ at }) => at,
      cell: ({ at }) => (
        <span className="text-ink-2">
          <Moment at={at} />
        </span>
      ),
      width: { min: 120, grow: 0 },
    },
    {
      id: 'actor',
      name: 'Who',
      value: actorText,
      cell: (record) => (
        <ValueMenu
          value={record.actor}
          className={record.actorName === undefined ? 'text-ink-2' : 'font-medium'}
          onFilter={(value) => acts.narrow('actor', value)}
          onExclude={(value) => acts.leaveOut(value, actorText(record))}
        >
          {actorText(record)}
        </ValueMenu>
      ),
      width: { min: 150, grow: 1 },
    },
    {
      id: 'action',
      name: 'What',
      value: ({ action }) => action,
      cell: ({ action }) => (
        <ValueMenu
          value={action}
          onFilter={(value) => acts.narrow('action', value)}
          onExclude={(value) => acts.leaveOut(value, actionText(value))}
        >
          {actionText(action)}
        </ValueMenu>
      ),
      width: { min: 190, grow: 2 },
    },
    {
      id: 'target',
      name: 'To what',
      value: ({ target }) => target,
      cell: ({ target }) => (
        <ValueMenu
          value={target}
          href={targetPath(target)}
          className="font-mono text-xs"
          onFilter={(value) => acts.narrow('target', value)}
          onExclude={acts.leaveOut}
        />
      ),
      width: { min: 180, grow: 2 },
    },
    ...furtherColumns(acts),
  ];
}

function furtherColumns(acts: Acts): Column<AuditRecord>[] {
  return [
    {
      id: 'outcome',
      name: 'Outcome',
      value: ({ outcome }) => outcome,
      cell: ({ outcome }) => <OutcomeBadge outcome={outcome} />,
      width: { min: 100, grow: 0 },
    },
    {
      id: 'address',
      name: 'From',
      value: ({ address }) => address,
      cell: ({ address }) => (
        <ValueMenu
          value={address}
          className="font-mono text-xs"
          onFilter={(value) => acts.narrow('address', value)}
          onExclude={acts.leaveOut}
        />
      ),
      width: { min: 130, grow: 0 },
    },
    {
      id: 'policies',
      name: 'Policies',
      value: ({ policyVersion }) => policyVersion,
      cell: ({ policyVersion }) => (policyVersion === undefined ? '' : `version ${policyVersion}`),
      width: { min: 100, grow: 0 },
      hint: 'The version that was in force',
      extra: true,
    },
    {
      id: 'seq',
      name: 'Entry',
      value: ({ seq }) => seq,
      width: { min: 80, grow: 0 },
      numeric: true,
      hint: 'Its place in the chain',
    },
  ];
}

export function OutcomeBadge({ outcome }: { outcome: AuditOutcome }) {
  const isRefused = outcome === 'refused';
  const Icon = isRefused ? ShieldX : Check;
  return (
    <span
      className={cx(
        'inline-flex h-5 items-center gap-1.5 align-bottom text-xs font-medium whitespace-nowrap',
        isRefused ? 'text-deny' : 'text-ink-2',
      )}
    >
      <Icon aria-hidden className="size-3.5" strokeWidth={1.75} />
      {isRefused ? 'Refused' : 'Done'}
    </span>
  );
}

/** An entry under a thumb: the sentence, then when and how it ended. */
export function AuditCard(record: AuditRecord) {
  return (
    <span className="flex min-w-0 flex-col gap-0.5">
      <span className="line-clamp-2">
        <span className="font-medium">{actorText(record)}</span> {actionText(record.action)}
      </span>
      <span className="flex items-center justify-between gap-3 text-xs text-ink-3">
        <OutcomeBadge outcome={record.outcome} />
        <Moment at={record.at} />
      </span>
    </span>
  );
}
