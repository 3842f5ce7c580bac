'use client';

/** Answers at the root of an alert: what becomes of the session behind it. One click; only the last asks first. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Gauge, KeyRound, type LucideIcon, ShieldX } from 'lucide-react';
import { useState } from 'react';
import type { Alert } from '../../../../lib/contract/alert.ts';
import type { AlertAnswer, AlertAnswered } from '../../../../lib/contract/alert-answers.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { useMay } from '../../../_session/use-me.ts';
import { answerDone, answerMeanings } from '../../../_tokens/answer-words.ts';
import { type Revocation, RevokeDialog } from '../../../_tokens/revoke-dialog.tsx';
import { usePreview } from '../../../_tokens/use-preview.ts';
import { Button } from '../../../_ui/button.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Link } from '../../../_ui/link.tsx';
import { toast } from '../../../_ui/toast.tsx';
import { plural, scopeText } from '../../../_ui/words.ts';
import { type AlertRoot, rootOf } from './alert-root.ts';

export function AlertAnswers({ alert }: { alert: Alert }) {
  const root = rootOf(alert.scope);
  const may = useMay();
  if (root === undefined || !may('alert.answer')) return null;
  return <Answers alert={alert} root={root} mayRevoke={may('alert.revoke')} />;
}

const offers: { answer: AlertAnswer; icon: LucideIcon; label: string }[] = [
  { answer: 'throttle', icon: Gauge, label: 'Throttle' },
  { answer: 'step_up', icon: KeyRound, label: 'Ask for the passkey' },
  { answer: 'revoke_family', icon: ShieldX, label: 'Revoke' },
];

function Answers({ alert, root, mayRevoke }: { alert: Alert; root: AlertRoot; mayRevoke: boolean }) {
  const [revocation, setRevocation] = useState<Revocation>();
  const preview = usePreview(root.target);
  const live = preview.data?.families;
  const { mutate, mutateAsync, isPending, variables } = useAnswer(alert);
  function choose(answer: AlertAnswer) {
    if (answer !== 'revoke_family') {
      mutate(answer, {
        onError: (error) => toast({ text: `Not done: ${problemText(error)}`, failing: true }),
      });
      return;
    }
    const revoke = () => mutateAsync(answer);
    setRevocation({ target: root.target, what: 'the sessions behind this alert', revoke });
  }
  return (
    <section
      aria-label="Answer at the root"
      className="flex flex-wrap items-center gap-2 md:ml-1 md:border-l md:border-line-strong md:pl-3"
    >
      <Link href={root.href} className="rounded text-accent hover:underline">
        {live === undefined ? 'Its sessions' : `${formatCount(live)} live ${plural(live, 'session')}`}
      </Link>
      {offers
        .filter(({ answer }) => root.answers.includes(answer) && (mayRevoke || answer !== 'revoke_family'))
        .map(({ answer, icon, label }) => (
          <Button
            key={answer}
            icon={icon}
            title={answerMeanings[answer]}
            busy={isPending && variables === answer}
            disabled={live === 0}
            onClick={() => choose(answer)}
          >
            {answer === 'revoke_family' && live !== undefined
              ? `${label} ${formatCount(live)} ${plural(live, 'session')}`
              : label}
          </Button>
        ))}
      <RevokeDialog revocation={revocation} onClose={() => setRevocation(undefined)} />
    </section>
  );
}

function useAnswer(alert: Alert) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (answer: AlertAnswer) =>
      api<AlertAnswered>({
        method: 'POST',
        path: `/api/alerts/${encodeURIComponent(alert.id)}/answer`,
        body: { answer },
        subject: `on ${scopeText(alert.scope)}`,
      }),
    onSuccess: ({ answer, families }) => {
      const count = families.length;
      if (count === 0)
        toast({ text: 'Nothing was done: no live session is behind this alert.', failing: true });
      // A revocation is reported by its dialog.
      else if (answer !== 'revoke_family') {
        toast({
          text: `${formatCount(count)} ${plural(count, 'session is', 'sessions are')} ${answerDone[answer]}.`,
        });
      }
      void queries.invalidateQueries();
    },
  });
}
