'use client';

import { type UseQueryResult, useQueryClient } from '@tanstack/react-query';
import { MailPlus, SearchX } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Page } from '../../../../lib/contract/console.ts';
import type { Invite } from '../../../../lib/contract/operators.ts';
import { api } from '../../../_session/api.ts';
import { roleNames } from '../../../_session/role-words.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { DataTable } from '../../../_ui/data-table.tsx';
import { SearchField } from '../../../_ui/field.tsx';
import { LeftOut } from '../../../_ui/narrowed.tsx';
import { Empty, Failing } from '../../../_ui/states.tsx';
import { useOrderFilter } from '../../../_ui/use-order-filter.ts';
import { InviteCard, inviteColumns, inviteStates, subjectOf } from './invite-columns.tsx';

const preset = { id: 'made', desc: true };

export function InviteList({
  query,
  onInvite,
}: {
  query: UseQueryResult<Page<Invite>>;
  onInvite: () => void;
}) {
  const { data, error, isError, errorUpdatedAt, refetch } = query;
  const [takingBack, takeBack] = useState<Invite>();
  const filter = useOrderFilter(data?.items, wordsOf, preset);
  const columns = useMemo(() => inviteColumns(filter.actions, takeBack), [filter.actions]);
  return (
    <>
      <DataTable
        name="invitations"
        label="Invitations"
        noun={['invitation', 'invitations']}
        look="page"
        columns={columns}
        rows={filter.shown}
        rowId={idOf}
        card={(invite) => <InviteCard invite={invite} onTakeBack={takeBack} />}
        sort={filter.sort}
        onSort={filter.setSort}
        tools={
          <>
            <SearchField label="Search invitations" value={filter.find} onChange={filter.setFind} />
            <LeftOut values={filter.without} onChange={filter.setWithout} />
          </>
        }
        instead={
          isError && data === undefined ? (
            <Failing what="invitations" error={error} since={errorUpdatedAt} retry={refetch} />
          ) : filter.shown?.length === 0 ? (
            <NoInvites isFiltered={data?.total !== 0} onClear={filter.clear} onInvite={onInvite} />
          ) : undefined
        }
      />
      <TakeBack invite={takingBack} onClose={() => takeBack(undefined)} />
    </>
  );
}

function TakeBack({ invite, onClose }: { invite: Invite | undefined; onClose: () => void }) {
  const queries = useQueryClient();
  async function revoke() {
    await api({ method: 'DELETE', path: `/api/invites/${invite?.id}` });
    await queries.invalidateQueries({ queryKey: ['/api/invites'] });
  }
  return (
    <Confirm
      open={invite !== undefined}
      onClose={onClose}
      title="Take the invitation back?"
      action="Take back 1 invitation"
      done="Taken back: its link does nothing any more."
      run={revoke}
    >
      The link for <strong className="font-medium text-ink">{invite && subjectOf(invite)}</strong> stops
      working at once, wherever it was sent. You can make another one.
    </Confirm>
  );
}

interface NoInvitesProps {
  isFiltered: boolean;
  onClear: () => void;
  onInvite: () => void;
}

function NoInvites({ isFiltered, onClear, onInvite }: NoInvitesProps) {
  if (isFiltered) {
    return (
      <Empty
        icon={SearchX}
        title="No invitation matches"
        action={<Button onClick={onClear}>Show all invitations</Button>}
      />
    );
  }
  return (
    <Empty
      icon={MailPlus}
      title="Nobody was invited yet"
      action={
        <Button look="primary" onClick={onInvite}>
          Invite an operator
        </Button>
      }
    >
      An invitation is a link that makes one person an operator, with a passkey of their own.
    </Empty>
  );
}

const idOf = ({ id }: Invite) => id;

function wordsOf(invite: Invite): string[] {
  const { role, team, createdByName, state } = invite;
  return [subjectOf(invite), roleNames[role], team, createdByName, inviteStates[state].name];
}
