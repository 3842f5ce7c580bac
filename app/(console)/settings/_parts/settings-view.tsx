'use client';

import { ButtonLink } from '../../../_ui/button.tsx';
import { Page } from '../../../_ui/panel.tsx';
import { AutomaticAnswers } from './automatic-answers.tsx';
import { Detection } from './detection.tsx';
import { EndpointModes } from './endpoint-modes.tsx';
import { Kept } from './kept.tsx';

export function SettingsView() {
  return (
    <Page
      title="Settings"
      actions={
        <>
          <ButtonLink href="/clients?tab=keys">Ingest keys</ButtonLink>
          <ButtonLink href="/throttles?tab=exceptions">Exceptions</ButtonLink>
        </>
      }
    >
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Detection />
          <EndpointModes />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <AutomaticAnswers />
          <Kept />
        </div>
      </div>
    </Page>
  );
}
