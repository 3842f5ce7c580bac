'use client';

import { Check, CircleDot, Clock, type LucideIcon, Undo2 } from 'lucide-react';
import type { Invite, InviteState } from '../../../../lib/contract/operators.ts';
import { roleNames } from '../../../_session/role-words.ts';
import { Button } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import type { Column } from '../../../_ui/data-table-model.ts';
import { Ago, TimeLeft } from '../../../_ui/time.tsx';
import { ValueMenu } from '../../../_ui/value-menu.tsx';

export const inviteStates: Record<InviteState, { name: string; icon: LucideIcon; look: string }> = {
  open: { name: 'Open', icon: CircleDot, look: 'text-ink' },
  used: { name: 'Accepted', icon: Check, look: 'text-ink-2' },
  expired: { name: 'Ran out', icon: Clock, look: 'text-ink-3' },
  revoked: { name: 'Taken back', icon: Undo2, look: 'text-ink-3' },
};

/** For whom it was made, as far as its maker said. */
export function subjectOf({ note, role }: Invite): string {
  return note === '' ? `somebody, as ${roleNames[role].toLowerCase()}` : note;
}

interface ValueActions {
  onFilter: (value: string) => void;
  onExclude: (value: string) => void;
}

export function inviteColumns(actions: ValueActions, onTakeBack: (invite: Invite) => void): Column<Invite>[] {
  return [
    {
      id: 'note',
      name: 'For',
      value: subjectOf,
      cell: (invite) => (
        <span title={subjectOf(invite)} className={invite.state === 'open' ? 'font-medium' : 'text-ink-2'}>
          {subjectOf(invite)}
        </span>
      ),
      width: { min: 200, grow: 3 },
      sortFirst: 'asc',
    },
    {
      id: 'role',
      name: 'As',
      value: ({ role }) => roleNames[role],
      cell: ({ role }) => <ValueMenu value={roleNames[role]} {...actions} />,
      width: { min: 100, grow: 1 },
      sortFirst: 'asc',
    },
    {
      id: 'state',
      name: 'State',
      value: ({ state }) => inviteStates[state].name,
      cell: (invite) => <InviteStateBadge invite={invite} />,
      width: { min: 200, grow: 1 },
      sortFirst: 'asc',
    },
    {
      id: 'by',
      name: 'Made by',
      value: ({ createdByName }) => createdByName,
      cell: ({ createdByName }) => <ValueMenu value={createdByName} {...actions} />,
      width: { min: 140, grow: 1 },
      sortFirst: 'asc',
    },
    {
      id: 'made',
      name: 'Made',
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => <Ago at={createdAt} />,
      width: { min: 110, grow: 0 },
      numeric: true,
      sortFirst: 'desc',
    },
    {
      id: 'act',
      name: '',
      value: () => undefined,
      cell: (invite) => <TakeBackButton invite={invite} onTakeBack={onTakeBack} />,
      width: { min: 120, grow: 0 },
      numeric: true,
    },
  ];
}

function InviteStateBadge({ invite }: { invite: Invite }) {
  const { name, icon: Icon, look } = inviteStates[invite.state];
  return (
    <span className="inline-flex items-center gap-1.5 align-middle text-xs whitespace-nowrap">
      <span className={cx('inline-flex items-center gap-1.5 font-medium', look)}>
        <Icon aria-hidden className="size-3.5" strokeWidth={1.75} />
        {name}
      </span>
      {invite.state === 'open' && (
        <span className="text-ink-3">
          <TimeLeft until={invite.expiresAt} />
        </span>
      )}
    </span>
  );
}

interface TakeBackProps {
  invite: Invite;
  onTakeBack: (invite: Invite) => void;
}

function TakeBackButton({ invite, onTakeBack }: TakeBackProps) {
  if (invite.state !== 'open') return null;
  return (
    <Button
      size="sm"
      aria-label={`Take back the invitation for ${subjectOf(invite)}`}
      onClick={() => onTakeBack(invite)}
    >
      Take back
    </Button>
  );
}

export function InviteCard({ invite, onTakeBack }: TakeBackProps) {
  return (
    <span className="flex min-w-0 items-center justify-between gap-2">
      <span className="flex min-w-0 flex-col gap-0.5">
        <span className="truncate font-medium">{subjectOf(invite)}</span>
        <span className="flex items-center gap-2 text-xs text-ink-2">
          {roleNames[invite.role]} <InviteStateBadge invite={invite} />
        </span>
      </span>
      <TakeBackButton invite={invite} onTakeBack={onTakeBack} />
    </span>
  );
}
