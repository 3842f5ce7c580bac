'use client';

/** Links that let an operator who lost every passkey make a new one. The secret is seen once, by its maker. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecoveryLink, RecoveryLinkCreated } from '../../../../lib/contract/account.ts';
import type { Page } from '../../../../lib/contract/console.ts';
import type { OperatorAccount } from '../../../../lib/contract/operators.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { NewLink } from '../../../_ui/new-link.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { Ago, TimeLeft } from '../../../_ui/time.tsx';
import { toast } from '../../../_ui/toast.tsx';

const linksKey = ['recovery-links'];

export function OperatorRecovery({ operator }: { operator: OperatorAccount }) {
  const { id, name, disabledAt } = operator;
  const [made, setMade] = useState<RecoveryLinkCreated>();
  const [isAsking, setAsking] = useState(false);
  const queries = useQueryClient();
  async function make() {
    const call = {
      method: 'POST',
      path: '/api/recovery/links',
      body: { operatorId: id },
      subject: name,
    } as const;
    setMade(await api<RecoveryLinkCreated>(call));
    await queries.invalidateQueries({ queryKey: linksKey });
  }
  return (
    <Panel title="Recovery">
      {made ? (
        <NewLink
          title={`Copy the link for ${name} now. It is shown only this once.`}
          link={made.link}
          onDone={() => setMade(undefined)}
        >
          Good once, for a day. Make sure that it is {name} who gets it: whoever opens it signs in as {name}.
        </NewLink>
      ) : (
        <div className="flex flex-col items-start gap-3 p-4">
          <p className="text-ink-2">
            {name} lost every passkey? A recovery link lets them make a new one.
            {disabledAt !== undefined && ' First enable the account again.'}
          </p>
          <Button disabled={disabledAt !== undefined} onClick={() => setAsking(true)}>
            Make a recovery link
          </Button>
        </div>
      )}
      <OpenLinks operatorId={id} />
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title={`Make a recovery link for ${name}?`}
        action="Make 1 link"
        done="Made. Copy it now: it is shown only once."
        run={make}
      >
        Within a day, whoever opens it can make a passkey and sign in as{' '}
        <strong className="font-medium text-ink">{name}</strong>, once. {name} is told, and so is the audit
        log. Passkeys and sessions that exist stay as they are.
      </Confirm>
    </Panel>
  );
}

/** Links that were made and not used yet. */
function OpenLinks({ operatorId }: { operatorId: string }) {
  const { data } = useQuery({
    queryKey: linksKey,
    queryFn: ({ signal }) => api<Page<RecoveryLink>>({ path: '/api/recovery/links', signal }),
  });
  const open = data?.items.filter(({ operator }) => operator.id === operatorId) ?? [];
  if (open.length === 0) return null;
  return (
    <ul aria-label="Open recovery links" className="border-t border-line">
      {open.map((link) => (
        <OpenLink key={link.id} link={link} />
      ))}
    </ul>
  );
}

function OpenLink({ link }: { link: RecoveryLink }) {
  const [busy, setBusy] = useState(false);
  const queries = useQueryClient();
  async function revoke() {
    setBusy(true);
    try {
      await api({ method: 'DELETE', path: `/api/recovery/links/${link.id}` });
      toast({ text: 'The recovery link does nothing any more.' });
    } catch (error) {
      toast({ text: `Not voided: ${problemText(error)}`, failing: true });
    }
    setBusy(false);
    await queries.invalidateQueries({ queryKey: linksKey });
  }
  return (
    <li className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
      <span className="min-w-0 grow">
        Open link by {link.createdBy}
        <span className="block text-xs text-ink-3">
          made <Ago at={link.createdAt} /> · <TimeLeft until={link.expiresAt} />
        </span>
      </span>
      <Button size="sm" busy={busy} onClick={() => void revoke()}>
        Void
      </Button>
    </li>
  );
}
