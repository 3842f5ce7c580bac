'use client';

/**
 * Back in without a passkey: by a link that an owner or the host made, or by a code that was written down. Either is
 * spent when it is sent, and allows one thing only, for ten minutes: to make a new passkey.
 */

import { KeyRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useState } from 'react';
import { type OpenRecovery, openRecovery } from '../_session/ceremonies.ts';
import { ceremonyText } from '../_session/ceremony-text.ts';
import { takeLinkToken } from '../_session/link-token.ts';
import { AuthFrame } from '../_shell/auth-frame.tsx';
import { Button } from '../_ui/button.tsx';
import { Field, Input } from '../_ui/field.tsx';
import { Link } from '../_ui/link.tsx';
import { Skeleton } from '../_ui/states.tsx';
import { TimeLeft } from '../_ui/time.tsx';

const codeGone = 'This code is not valid, or was used already. Try another one, or ask an owner for a link.';
const linkGone =
  'This link is no longer valid: it was used or is older than a day. Ask an owner for another one.';
const enrolGone = 'The ten minutes are over. Begin again with another code or link.';

export function Recover() {
  const [token, setToken] = useState<string>();
  const [opened, setOpened] = useState<OpenRecovery>();
  useEffect(() => setToken(takeLinkToken()), []);
  if (opened) return <Enrol recovery={opened} />;
  return (
    <AuthFrame title="Get back in">
      {token === undefined ? (
        <Skeleton className="h-24 w-full" />
      ) : token === '' ? (
        <CodeForm onOpen={setOpened} />
      ) : (
        <LinkForm token={token} onOpen={setOpened} />
      )}
      <p className="text-xs text-ink-3">
        You have a passkey after all?{' '}
        <Link href="/sign-in" className="text-accent underline">
          Sign in
        </Link>
      </p>
    </AuthFrame>
  );
}

type Opened = (recovery: OpenRecovery) => void;

/** Runs one step of a form; says what went wrong in words that fit its secret. */
function useStep(gone: string) {
  const [state, setState] = useState<{ busy: boolean; problem?: string }>({ busy: false });
  async function run(step: () => Promise<void>) {
    setState({ busy: true });
    try {
      await step();
    } catch (error) {
      setState({ busy: false, problem: ceremonyText(error, gone) });
    }
  }
  return { ...state, run };
}

function LinkForm({ token, onOpen }: { token: string; onOpen: Opened }) {
  const { busy, problem, run } = useStep(linkGone);
  return (
    <>
      <p className="text-ink-2">
        This link lets you make a new passkey for your account. It works once, so go on only on the device
        that you want to sign in with.
      </p>
      <Button
        look="primary"
        size="lg"
        busy={busy}
        onClick={() => void run(async () => onOpen(await openRecovery({ token })))}
      >
        Use this link
      </Button>
      <Problem text={problem} />
    </>
  );
}

function CodeForm({ onOpen }: { onOpen: Opened }) {
  const [code, setCode] = useState('');
  const { busy, problem, run } = useStep(codeGone);
  function submit(event: FormEvent) {
    event.preventDefault();
    void run(async () => onOpen(await openRecovery({ code: code.trim() })));
  }
  return (
    <form className="flex flex-col gap-5" onSubmit={submit}>
      <p className="text-ink-2">
        One of your recovery codes lets you make a new passkey. No codes? An owner can make you a link, and so
        can whoever runs the host.
      </p>
      <Field label="Recovery code" hint="Capitals, spaces and hyphens do not matter. It is used up by this.">
        <Input
          required
          maxLength={64}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
          className="h-10 font-mono"
          value={code}
          onChange={({ target }) => setCode(target.value)}
        />
      </Field>
      <Button type="submit" look="primary" size="lg" busy={busy} disabled={code.trim() === ''}>
        Use this code
      </Button>
      <Problem text={problem} />
    </form>
  );
}

/** The secret is spent: what is left is to make the passkey, as often as it takes within the time. */
function Enrol({ recovery }: { recovery: OpenRecovery }) {
  const router = useRouter();
  const { busy, problem, run } = useStep(enrolGone);
  const { operator, expiresAt } = recovery.grant;
  async function enrol() {
    await recovery.enrol();
    // There the lost passkey can be removed, which is the next thing to do.
    router.replace('/devices');
  }
  return (
    <AuthFrame title={`Welcome back, ${operator.name}`}>
      <p className="text-ink-2">
        Make your new passkey now (<TimeLeft until={expiresAt} />
        ). Afterwards remove the one that you lost.
      </p>
      <Button look="primary" size="lg" icon={KeyRound} busy={busy} autoFocus onClick={() => void run(enrol)}>
        Create a passkey
      </Button>
      <Problem text={problem} />
    </AuthFrame>
  );
}

function Problem({ text }: { text: string | undefined }) {
  return (
    <p role="alert" className="text-ink-2 empty:hidden">
      {text}
    </p>
  );
}
