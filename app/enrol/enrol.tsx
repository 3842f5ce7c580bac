'use client';

/** Where a person with a one-time link makes the passkey for the customer's apps. */

import { Fingerprint } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { enrolCaller } from '../_session/caller-ceremonies.ts';
import { ceremonyText } from '../_session/ceremony-text.ts';
import { isProblem } from '../_session/problem.ts';
import { AuthFrame } from '../_shell/auth-frame.tsx';
import { Button } from '../_ui/button.tsx';

const spentText = 'This link is no longer valid. Ask whoever gave it to you for a new one.';

export function Enrol() {
  const token = useRef('');
  const [state, setState] = useState<'ready' | 'busy' | 'done'>('ready');
  const [text, setText] = useState<string>();
  useEffect(() => {
    token.current = new URLSearchParams(window.location.hash.slice(1)).get('token') ?? token.current;
    // The link is a secret: it leaves the address bar and the history.
    window.history.replaceState(null, '', window.location.pathname);
  }, []);
  async function press() {
    setState('busy');
    setText(undefined);
    try {
      await enrolCaller(token.current);
      setState('done');
    } catch (error) {
      setText(isProblem(error, 'not_found') ? spentText : ceremonyText(error));
      setState('ready');
    }
  }
  if (state === 'done') {
    return (
      <AuthFrame title="Your passkey is ready">
        <p className="text-ink-2">Go to the app that you were invited to, and sign in with it there.</p>
      </AuthFrame>
    );
  }
  return (
    <AuthFrame title="Make your passkey">
      <p className="text-ink-2">
        It stays on this device, or with your password manager, and is all you need to sign in.
      </p>
      <Button
        look="primary"
        size="lg"
        icon={Fingerprint}
        busy={state === 'busy'}
        onClick={() => void press()}
      >
        Make a passkey
      </Button>
      <p role="alert" className="text-ink-2 empty:hidden">
        {text}
      </p>
    </AuthFrame>
  );
}
