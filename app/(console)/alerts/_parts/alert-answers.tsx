'use client';

/** Answers at the root of an alert: what becomes of the session behind it. One click; only the last asks first. */

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Gauge, KeyRound, ShieldX } from 'lucide-react';
import { useState } from 'react';
import type { Alert } from '../../../../lib/contract/alert.ts';
import type { AlertAnswer, AlertAnswered } from '../../../../lib/contract/alert-answers.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { useMay } from '../../../_session/use-me.ts';
import { answerDone, answerMeanings } from '../../../_tokens/answer-words.ts';
import { Button } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { toast } from '../../../_ui/toast.tsx';
import { plural, scopeText } from '../../../_ui/words.ts';

export function AlertAnswers({ alert }: { alert: Alert }) {
  const [isAsking, setAsking] = useState(false);
  const may = useMay();
  const { mutate, mutateAsync, isPending, variables } = useAnswer(alert);
  const { user, tokenId } = alert.scope;
  // An address or an endpoint alone holds no session.
  if (user === undefined && tokenId === undefined) return null;
  const busy = (answer: AlertAnswer) => isPending && variables === answer;
  return (
    <section aria-label="Answer at the root" className="flex flex-wrap items-center gap-2">
      <span className="text-ink-2">Its session:</span>
      {may('alert.answer') && (
        <>
          <Button
            icon={Gauge}
            title={answerMeanings.throttle}
            busy={busy('throttle')}
            onClick={() => mutate('throttle', { onError })}
          >
            Throttle
          </Button>
          <Button
            icon={KeyRound}
            title={answerMeanings.step_up}
            busy={busy('step_up')}
            onClick={() => mutate('step_up', { onError })}
          >
            Ask for the passkey
          </Button>
        </>
      )}
      {may('alert.revoke') && (
        <Button icon={ShieldX} title={answerMeanings.revoke_family} onClick={() => setAsking(true)}>
          Revoke…
        </Button>
      )}
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title="Revoke the sessions behind this alert?"
        action="Revoke the sessions"
        done="Every service that verifies tokens knows of it."
        run={() => mutateAsync('revoke_family')}
      >
        <p>
          Every session behind{' '}
          <strong className="font-medium text-ink wrap-anywhere">{scopeText(alert.scope)}</strong> that
          Tidegate gave out ends at once: its tokens are refused by every service, and its open pages are cut.
          Who should go on has to sign in again. This cannot be undone.
        </p>
        <p className="mt-2">
          Sessions that something else gave out are not touched: the throttle stays what stops them. Your
          passkey is asked for again.
        </p>
      </Confirm>
    </section>
  );
}

function onError(error: unknown): void {
  toast({ text: `Not done: ${problemText(error)}`, failing: true });
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
      toast(
        count === 0
          ? {
              text: 'Nothing was done: Tidegate gave out no live session that this alert names.',
              failing: true,
            }
          : {
              text: `${formatCount(count)} ${plural(count, 'session is', 'sessions are')} ${answerDone[answer]}.`,
            },
      );
      void queries.invalidateQueries({ queryKey: ['alert', alert.id] });
    },
  });
}
