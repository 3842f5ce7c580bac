'use client';

/**
 * Ending tokens: the server counts whom it would reach, the operator reads it, and the passkey confirms this very
 * target. Used wherever something holds tokens: sessions, clients, alerts.
 */

import { useQueryClient } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import type { RevocationPreview, RevocationTarget, SessionsRevoked } from '../../lib/contract/sessions.ts';
import { api } from '../_session/api.ts';
import { problemText } from '../_session/problem.ts';
import { Button } from '../_ui/button.tsx';
import { Confirm } from '../_ui/confirm.tsx';
import { formatCount } from '../_ui/format.ts';
import { Skeleton } from '../_ui/states.tsx';
import { plural } from '../_ui/words.ts';
import { reachText } from './reach-text.ts';
import { usePreview } from './use-preview.ts';

export interface Revocation {
  target: RevocationTarget;
  /** What is revoked, as the end of `Revoke …?`. */
  what: string;
  /** How, where it is more than ending tokens; by their own route otherwise. */
  revoke?: () => Promise<unknown>;
}

interface RevokeDialogProps {
  /** Undefined: closed. */
  revocation: Revocation | undefined;
  onClose: () => void;
}

export default function RevokeQuestion({ revocation, onClose }: RevokeDialogProps) {
  const target = revocation?.target;
  const queries = useQueryClient();
  const preview = usePreview(target);
  const isToken = target?.kind === 'token';
  const families = preview.data?.families ?? 0;
  const count = `${formatCount(families)} ${plural(families, 'session')}`;
  // A client or a person may hold access tokens without a live session; what a filter means is live sessions only.
  const isNothing = families === 0 && (target?.kind === 'filter' || target?.kind === 'family');
  async function revoke() {
    const subject = revocation?.what;
    const body = target;
    await (revocation?.revoke?.() ??
      api<SessionsRevoked>({ method: 'POST', path: '/api/sessions/revoke', body, subject }));
    // Not awaited: where one's own session was among them, there is nobody left to ask.
    void queries.invalidateQueries();
  }
  return (
    <Confirm
      open={revocation !== undefined}
      onClose={onClose}
      title={`Revoke ${revocation?.what ?? ''}?`}
      action={
        isToken ? 'Revoke 1 token' : target?.kind === 'everything' ? `Revoke all ${count}` : `Revoke ${count}`
      }
      done={
        isToken
          ? 'The token is revoked: it is refused everywhere.'
          : `${count} revoked: their tokens are refused everywhere.`
      }
      disabled={preview.data === undefined || isNothing}
      run={revoke}
    >
      {preview.isError ? (
        <div role="alert" className="flex flex-col items-start gap-2">
          <p>What it would reach could not be counted: {problemText(preview.error)}</p>
          <Button size="sm" busy={preview.isFetching} onClick={() => void preview.refetch()}>
            Count again
          </Button>
        </div>
      ) : preview.data === undefined ? (
        <div role="status" aria-label="Counting what it reaches" className="flex flex-col gap-2">
          <Skeleton className="h-5 w-64" />
          <Skeleton className="h-10 w-full" />
        </div>
      ) : isToken ? (
        <p>
          This one access token is refused from now on. Its session goes on and gets another: to stop whoever
          holds it, revoke the session.
        </p>
      ) : (
        <Reach preview={preview.data} isNothing={isNothing} />
      )}
    </Confirm>
  );
}

function Reach({ preview, isNothing }: { preview: RevocationPreview; isNothing: boolean }) {
  if (isNothing) return <p>Nothing is live there: there is nothing to revoke.</p>;
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium text-ink">{reachText(preview)}</p>
      <p>
        {preview.families === 1 ? 'Its' : 'Their'} tokens are refused at once: by Tidegate, by every service
        that verifies them, and on pages that are open now. Who should go on has to sign in again. This cannot
        be undone.
      </p>
      {preview.includesCurrent && (
        <p className="flex items-start gap-2 rounded-md border border-line bg-raised px-3 py-2 text-ink">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
          The session that you use now is among them: you will be signed out.
        </p>
      )}
      <p>Your passkey is asked for again.</p>
    </div>
  );
}
