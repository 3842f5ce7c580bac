'use client';

/** One button, or the browser's autofill. Who signs in is known from the passkey alone. */

import { browserSupportsWebAuthnAutofill } from '@simplewebauthn/browser';
import { useQuery } from '@tanstack/react-query';
import { Fingerprint, Terminal } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useCallback, useEffect, useState } from 'react';
import { fetchSessionState, signIn } from '../_session/ceremonies.ts';
import { ceremonyText } from '../_session/ceremony-text.ts';
import { safeNextPath } from '../_session/next-path.ts';
import { problemText } from '../_session/problem.ts';
import { AuthFrame } from '../_shell/auth-frame.tsx';
import { Button } from '../_ui/button.tsx';
import { Input } from '../_ui/field.tsx';
import { Link } from '../_ui/link.tsx';
import { Skeleton } from '../_ui/states.tsx';

export function SignIn() {
  const state = useQuery({ queryKey: ['session-state'], queryFn: fetchSessionState, staleTime: 0 });
  if (state.isPending) {
    return (
      <AuthFrame title="Sign in">
        <Skeleton className="h-10 w-full" />
      </AuthFrame>
    );
  }
  if (state.isError) {
    return (
      <AuthFrame title="Tidegate does not answer">
        <p className="text-ink-2">{problemText(state.error)} Check that it is running.</p>
        <Button onClick={() => void state.refetch()}>Try again</Button>
      </AuthFrame>
    );
  }
  return state.data.setupNeeded ? <SetupNeeded /> : <PasskeyForm />;
}

function SetupNeeded() {
  return (
    <AuthFrame title="No operator yet">
      <div className="flex gap-3 text-ink-2">
        <Terminal aria-hidden className="mt-0.5 size-4 shrink-0" strokeWidth={1.75} />
        <p>
          Tidegate printed a <strong className="font-medium text-ink">one-time setup link</strong> in the
          terminal where it was started, or in its log. Open that link in this browser to make your passkey.
        </p>
      </div>
    </AuthFrame>
  );
}

function PasskeyForm() {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [text, setText] = useState<string>();
  const arrive = useCallback(() => {
    const next = new URLSearchParams(window.location.search).get('next');
    router.replace(safeNextPath(next, window.location.origin));
  }, [router]);
  useAutofill(arrive);
  async function press() {
    setBusy(true);
    setText(undefined);
    try {
      await signIn({ autofill: false });
      arrive();
    } catch (error) {
      setText(ceremonyText(error));
      setBusy(false);
    }
  }
  return (
    <AuthFrame title="Sign in">
      <Button look="primary" size="lg" icon={Fingerprint} busy={busy} onClick={() => void press()}>
        Sign in with a passkey
      </Button>
      {/* The browser offers saved passkeys where a field asks for them; there is nothing to type. */}
      <Input
        aria-label="Passkey, filled in by the browser"
        autoComplete="username webauthn"
        placeholder="or pick one here"
        readOnly={busy}
      />
      <p role="alert" className="text-ink-2 empty:hidden">
        {text}
      </p>
      <p className="text-xs text-ink-3">
        Lost your passkey?{' '}
        <Link href="/recover" className="text-accent underline">
          Get back in
        </Link>
      </p>
    </AuthFrame>
  );
}

/** Conditional UI: the ceremony waits quietly until a passkey is picked; the button's own ceremony ends it. */
function useAutofill(arrive: () => void): void {
  useEffect(() => {
    let left = false;
    async function wait() {
      if (!(await browserSupportsWebAuthnAutofill()) || left) return;
      await signIn({ autofill: true });
      if (!left) arrive();
    }
    wait().catch(() => undefined);
    return () => {
      left = true;
    };
  }, [arrive]);
}
