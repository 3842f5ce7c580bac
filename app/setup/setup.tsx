'use client';

/** The first operator: a name and a passkey. The link's token is read from the fragment and leaves the URL at once. */

import { useQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useState } from 'react';
import { fetchSessionState, setUp } from '../_session/ceremonies.ts';
import { ceremonyText } from '../_session/ceremony-text.ts';
import { takeLinkToken } from '../_session/link-token.ts';
import { isProblem } from '../_session/problem.ts';
import { AuthFrame } from '../_shell/auth-frame.tsx';
import { Button, ButtonLink } from '../_ui/button.tsx';
import { Field, Input } from '../_ui/field.tsx';
import { Link } from '../_ui/link.tsx';
import { Skeleton } from '../_ui/states.tsx';

const linkGone = 'This link is no longer valid. Start Tidegate again to have a new one printed.';

/** Longest name that the server takes for an operator. */
const nameLengthMax = 64;

/** 32 random bytes as base64url; what is shorter was cut off on its way from the terminal. */
const tokenPattern = /^[\w-]{43}$/;

/** The link is checked before, so what the server does not take is the name. */
const nameText = 'This name cannot be used: leave out line breaks and signs that cannot be seen.';

export function Setup() {
  const [token, setToken] = useState<string>();
  const state = useQuery({
    queryKey: ['session-state'],
    queryFn: fetchSessionState,
    staleTime: 0,
    retry: false,
  });
  useEffect(() => {
    const read = () => setToken(takeLinkToken());
    read();
    // A second link opened in this tab differs in its fragment only, so the page is not loaded again.
    window.addEventListener('hashchange', read);
    return () => window.removeEventListener('hashchange', read);
  }, []);
  if (token === undefined || state.isPending) {
    return (
      <AuthFrame title="Set up Tidegate">
        <Skeleton className="h-24 w-full" />
      </AuthFrame>
    );
  }
  if (state.data?.setupNeeded === false) return <UsedLink setupNeeded={false} />;
  return tokenPattern.test(token) ? <SetupForm key={token} token={token} /> : <NoToken />;
}

function NoToken() {
  return (
    <AuthFrame title="This link is not complete">
      <p className="text-ink-2">
        Open the whole setup link that Tidegate printed in its terminal. If an operator exists already,{' '}
        <Link href="/sign-in" className="text-accent underline">
          sign in
        </Link>
        .
      </p>
    </AuthFrame>
  );
}

/** Whether it was used or ran out cannot be told from outside; what to do next can. */
function UsedLink({ setupNeeded }: { setupNeeded: boolean }) {
  return (
    <AuthFrame title="This link was used or has expired">
      {setupNeeded ? (
        <p className="text-ink-2">
          No operator exists yet. A link is good for one hour: start Tidegate again, and it prints a new one
          in its terminal.
        </p>
      ) : (
        <>
          <p className="text-ink-2">An operator exists already, so no setup link is needed any more.</p>
          <ButtonLink href="/sign-in" look="primary" size="lg">
            Sign in
          </ButtonLink>
        </>
      )}
    </AuthFrame>
  );
}

function SetupForm({ token }: { token: string }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [text, setText] = useState<string>();
  const [closed, setClosed] = useState<{ setupNeeded: boolean }>();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    setBusy(true);
    setText(undefined);
    try {
      await setUp({ token, name });
      router.replace('/');
    } catch (error) {
      if (isProblem(error, 'not_found'))
        setClosed(await fetchSessionState().catch(() => ({ setupNeeded: true })));
      setText(isProblem(error, 'invalid_request') ? nameText : ceremonyText(error, linkGone));
      setBusy(false);
    }
  }
  if (closed) return <UsedLink {...closed} />;
  return (
    <AuthFrame title="Set up Tidegate">
      <p className="text-ink-2">
        You are the first operator. Your device keeps the passkey; Tidegate keeps its public half.
      </p>
      <form className="flex flex-col gap-5" onSubmit={(event) => void submit(event)}>
        <Field label="Your name" hint="Shown beside what you do, for example in alerts.">
          <Input
            name="name"
            required
            maxLength={nameLengthMax}
            autoComplete="name"
            autoFocus
            className="h-10"
          />
        </Field>
        <Button type="submit" look="primary" size="lg" icon={KeyRound} busy={busy}>
          Create a passkey
        </Button>
      </form>
      <p role="alert" className="text-ink-2 empty:hidden">
        {text}
      </p>
    </AuthFrame>
  );
}
