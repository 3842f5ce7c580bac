'use client';

import { useMe } from '../../../_session/use-me.ts';
import { ButtonLink } from '../../../_ui/button.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { Notices } from './notices.tsx';
import { Passkeys } from './passkeys.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** An operator's own access: what signs in, what gets back in, and what happened to the account. */
export function DevicesView() {
  const ownId = useMe()?.id ?? '';
  return (
    <Page
      title="Devices"
      note={<span className="max-sm:hidden">Your own passkeys, and your way back in without them.</span>}
      actions={<ButtonLink href={`/tokens?operator=${ownId}`}>Your sessions</ButtonLink>}
    >
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <Passkeys />
          <RecoveryCodes />
        </div>
        <Notices />
      </div>
    </Page>
  );
}
