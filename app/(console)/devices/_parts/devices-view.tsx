'use client';

import { Page } from '../../../_ui/panel.tsx';
import { Notices } from './notices.tsx';
import { Passkeys } from './passkeys.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** An operator's own access: what signs in, what gets back in, and what happened to the account. */
export function DevicesView() {
  return (
    <Page title="Devices" note="Your own passkeys, and your way back in without them.">
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
