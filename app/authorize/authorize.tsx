'use client';

/** Where a person continues to a client with a passkey. One click for it, one to go back; nothing happens by itself. */

import { useQuery } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { AuthorizationView } from '../../lib/contract/oauth.ts';
import { continueToClient, fetchAuthorization, leaveClient } from '../_session/caller-ceremonies.ts';
import { ceremonyText } from '../_session/ceremony-text.ts';
import { AuthFrame } from '../_shell/auth-frame.tsx';
import { Button } from '../_ui/button.tsx';
import { Skeleton } from '../_ui/states.tsx';

export function Authorize() {
  const [requestId, setRequestId] = useState<string>();
  useEffect(() => setRequestId(new URLSearchParams(window.location.search).get('request') ?? ''), []);
  const view = useQuery({
    queryKey: ['authorization', requestId],
    queryFn: () => fetchAuthorization(requestId ?? ''),
    enabled: requestId !== undefined,
    retry: false,
  });
  if (view.data !== undefined && requestId !== undefined) return <Continue id={requestId} view={view.data} />;
  if (view.isError) {
    return (
      <AuthFrame title="This page has expired">
        <p className="text-ink-2">Go back to the app that sent you here, and sign in again from there.</p>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Continue">
      <Skeleton className="h-10 w-full" />
    </AuthFrame>
  );
}

function Continue({ id, view }: { id: string; view: AuthorizationView }) {
  const [busy, setBusy] = useState(false);
  const [text, setText] = useState<string>();
  async function go(step: (id: string) => Promise<string>) {
    setBusy(true);
    setText(undefined);
    try {
      window.location.assign(await step(id));
    } catch (error) {
      setText(ceremonyText(error));
      setBusy(false);
    }
  }
  return (
    <AuthFrame title={`Continue to ${view.clientName}`}>
      <p className="text-ink-2">
        You come back to <strong className="font-medium text-ink">{view.returnsTo}</strong>
        {view.scopes.length > 0 && <>, which may then use {view.scopes.join(', ')} for you</>}.
      </p>
      <Button
        look="primary"
        size="lg"
        icon={Fingerprint}
        busy={busy}
        onClick={() => void go(continueToClient)}
      >
        Continue to {view.clientName}
      </Button>
      <Button disabled={busy} onClick={() => void go(leaveClient)}>
        Go back
      </Button>
      <p role="alert" className="text-ink-2 empty:hidden">
        {text}
      </p>
    </AuthFrame>
  );
}
