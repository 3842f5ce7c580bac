'use client';

/**
 * Becoming an operator by a link: a name first, then what accepting will make of one, and only then the passkey. The
 * link is spent by the passkey, not by looking.
 */

import { KeyRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useState } from 'react';
import { type OpenInvite, openInvite } from '../_session/ceremonies.ts';
import { ceremonyText } from '../_session/ceremony-text.ts';
import { takeLinkToken } from '../_session/link-token.ts';
import { roleMeanings, roleNames } from '../_session/role-words.ts';
import { AuthFrame } from '../_shell/auth-frame.tsx';
import { Button } from '../_ui/button.tsx';
import { Field, Input } from '../_ui/field.tsx';
import { Link } from '../_ui/link.tsx';
import { Skeleton } from '../_ui/states.tsx';

const title = 'Join Tidegate';
const linkGone =
  'This invitation is no longer valid: it was used, taken back, or is older than two days. Ask for another one.';

/** Longest name that the server takes for an operator. */
const nameLengthMax = 64;

export function Invite() {
  const [token, setToken] = useState<string>();
  useEffect(() => setToken(takeLinkToken()), []);
  if (token === undefined) {
    return (
      <AuthFrame title={title}>
        <Skeleton className="h-24 w-full" />
      </AuthFrame>
    );
  }
  return token === '' ? <NoToken /> : <InviteForm token={token} />;
}

function NoToken() {
  return (
    <AuthFrame title="This link is not complete">
      <p className="text-ink-2">
        Open the whole link that you were sent. If you have accepted it already,{' '}
        <Link href="/sign-in" className="text-accent underline">
          sign in
        </Link>
        .
      </p>
    </AuthFrame>
  );
}

function InviteForm({ token }: { token: string }) {
  const router = useRouter();
  const [name, setName] = useState('');
  const [opened, setOpened] = useState<OpenInvite>();
  const [state, setState] = useState<{ busy: boolean; problem?: string }>({ busy: false });
  async function attempt(step: () => Promise<void>) {
    setState({ busy: true });
    try {
      await step();
    } catch (error) {
      // A ceremony is good once: the next attempt begins another one.
      setOpened(undefined);
      setState({ busy: false, problem: ceremonyText(error, linkGone) });
    }
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    void attempt(async () => {
      if (opened) {
        await opened.accept();
        router.replace('/');
        return;
      }
      setOpened(await openInvite({ token, name: name.trim() }));
      setState({ busy: false });
    });
  }
  return (
    <AuthFrame title={title}>
      <form className="flex flex-col gap-5" onSubmit={submit}>
        {opened ? <Offer invite={opened} name={name.trim()} /> : <NameField name={name} onChange={setName} />}
        <Button
          // Another element, so that the focus does not stay on a button that now does something else.
          key={opened ? 'accept' : 'go on'}
          type="submit"
          look="primary"
          size="lg"
          icon={opened && KeyRound}
          busy={state.busy}
          autoFocus={opened !== undefined}
        >
          {opened ? 'Accept and create a passkey' : 'Go on'}
        </Button>
      </form>
      <p role="alert" className="text-ink-2 empty:hidden">
        {state.problem}
      </p>
    </AuthFrame>
  );
}

function NameField({ name, onChange }: { name: string; onChange: (name: string) => void }) {
  return (
    <>
      <p className="text-ink-2">
        You were invited to work with this Tidegate. Your device will keep a passkey; there is no password.
      </p>
      <Field label="Your name" hint="Shown beside what you do, for example in alerts.">
        <Input
          required
          maxLength={nameLengthMax}
          autoComplete="name"
          autoFocus
          className="h-10"
          value={name}
          onChange={({ target }) => onChange(target.value)}
        />
      </Field>
    </>
  );
}

function Offer({ invite, name }: { invite: OpenInvite; name: string }) {
  const { invitedBy, role } = invite.ceremony;
  return (
    <div role="status" className="flex flex-col gap-2 text-ink-2">
      <p>
        <strong className="font-medium text-ink">{invitedBy}</strong> invites you,{' '}
        <strong className="font-medium text-ink">{name}</strong>, as{' '}
        <strong className="font-medium text-ink">{roleNames[role].toLowerCase()}</strong>.
      </p>
      <p>{roleMeanings[role]}</p>
    </div>
  );
}
