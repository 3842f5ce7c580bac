'use client';

/** People who sign in through the customer's clients: invited by a link that is shown once, disabled at once. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserRound } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import type { Page } from '../../../../lib/contract/console.ts';
import type { CallerAccount, CallerInvited } from '../../../../lib/contract/oauth.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { useMay } from '../../../_session/use-me.ts';
import { askingEvery } from '../../../_ui/asking-every.ts';
import { Button } from '../../../_ui/button.tsx';
import { Input } from '../../../_ui/field.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { NewLink } from '../../../_ui/new-link.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Empty, Failing, SkeletonRows } from '../../../_ui/states.tsx';
import { TimeLeft } from '../../../_ui/time.tsx';
import { toast } from '../../../_ui/toast.tsx';
import { plural } from '../../../_ui/words.ts';
import { PersonRow } from './person-row.tsx';
import { callersKey, PersonStanding, type StandingWish } from './person-standing.tsx';

export default function People() {
  const [wish, setWish] = useState<StandingWish>();
  const may = useMay();
  const invite = useInvite();
  const { data, error, isError, errorUpdatedAt, refetch } = useQuery({
    queryKey: callersKey,
    queryFn: ({ signal }) => api<Page<CallerAccount>>({ path: '/api/callers', signal }),
    refetchInterval: askingEvery(5_000),
  });
  return (
    <Panel
      title="People"
      note={data && `${formatCount(data.total)} ${plural(data.total, 'account')}`}
      className="w-full max-w-4xl"
    >
      {invite.data ? (
        <div className="border-b border-line">
          <NewLink
            title={`Send this link to ${invite.data.caller.name} now. It is shown only this once.`}
            link={invite.data.link}
            onDone={invite.reset}
          >
            Opens once, to make a passkey. <TimeLeft until={invite.data.expiresAt} />; an older link is void.
          </NewLink>
        </div>
      ) : (
        may('caller.create') && <InviteForm invite={invite} />
      )}
      {data === undefined ? (
        isError ? (
          <Failing what="people" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : (
          <SkeletonRows rows={3} label="Loading people" />
        )
      ) : data.items.length === 0 ? (
        <Empty icon={UserRound} title="Nobody was invited yet">
          Whoever should sign in through one of your clients needs an account here.
        </Empty>
      ) : (
        <ul>
          {data.items.map((caller) => (
            <PersonRow
              key={caller.id}
              caller={caller}
              onLink={
                may('caller.create_link')
                  ? () => invite.mutate({ id: caller.id, name: caller.name })
                  : undefined
              }
              onDisable={may('caller.disable') ? () => setWish({ caller, enable: false }) : undefined}
              onEnable={may('caller.enable') ? () => setWish({ caller, enable: true }) : undefined}
            />
          ))}
        </ul>
      )}
      <PersonStanding wish={wish} onClose={() => setWish(undefined)} />
    </Panel>
  );
}

type Invite = ReturnType<typeof useInvite>;

/** With an id: a new link for somebody who has an account. */
function useInvite() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, name }: { id?: string; name: string }) =>
      id === undefined
        ? api<CallerInvited>({ method: 'POST', path: '/api/callers', body: { name }, subject: `“${name}”` })
        : api<CallerInvited>({ method: 'POST', path: `/api/callers/${id}/link`, subject: `“${name}”` }),
    onSuccess: () => queries.invalidateQueries({ queryKey: callersKey }),
    onError: (error) => toast({ text: `No link was made: ${problemText(error)}`, failing: true }),
  });
}

function InviteForm({ invite }: { invite: Invite }) {
  const [name, setName] = useState('');
  function submit(event: FormEvent) {
    event.preventDefault();
    invite.mutate({ name: name.trim() });
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-1.5 border-b border-line p-4">
      <label htmlFor="person-name" className="font-medium">
        Invite a person
      </label>
      <span className="flex gap-2">
        <Input
          id="person-name"
          required
          maxLength={100}
          value={name}
          autoComplete="off"
          placeholder="Name, for example Ada Nwosu"
          onChange={({ target }) => setName(target.value)}
        />
        <Button type="submit" look="primary" busy={invite.isPending} disabled={name.trim() === ''}>
          Make a link
        </Button>
      </span>
      <p className="text-xs text-ink-3">
        The link lets this one person make a passkey. No password is ever set.
      </p>
    </form>
  );
}
