'use client';

/** The first operator: a name and a passkey. The link's token is read from the fragment and leaves the URL at once. */

import { KeyRound } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useState } from 'react';
import { setUp } from '../_session/ceremonies.ts';
import { ceremonyText } from '../_session/ceremony-text.ts';
import { takeLinkToken } from '../_session/link-token.ts';
import { AuthFrame } from '../_shell/auth-frame.tsx';
import { Button } from '../_ui/button.tsx';
import { Field, Input } from '../_ui/field.tsx';
import { Skeleton } from '../_ui/states.tsx';

const linkGone = 'This link is no longer valid. Start Tidegate again to have a new one printed.';

/** Longest name that the server takes for an operator. */
const nameLengthMax = 64;

export function Setup() {
  const [token, setToken] = useState<string>();
  useEffect(() => setToken(takeLinkToken()), []);
  if (token === undefined) {
    return (
      <AuthFrame title="Set up Tidegate">
        <Skeleton className="h-24 w-full" />
      </AuthFrame>
    );
  }
  return token === '' ? <NoToken /> : <SetupForm token={token} />;
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

function SetupForm({ token }: { token: string }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [text, setText] = useState<string>();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    setBusy(true);
    setText(undefined);
    try {
      await setUp({ token, name });
      router.replace('/');
    } catch (error) {
      setText(ceremonyText(error, linkGone));
      setBusy(false);
    }
  }
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
