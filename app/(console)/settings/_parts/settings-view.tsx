'use client';

import { ButtonLink } from '../../../_ui/button.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { Detection } from './detection.tsx';
import { EndpointModes } from './endpoint-modes.tsx';

export function SettingsView() {
  return (
    <Page title="Settings" actions={<ButtonLink href="/throttles?tab=exceptions">Exceptions</ButtonLink>}>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <Detection />
        <EndpointModes />
      </div>
    </Page>
  );
}
