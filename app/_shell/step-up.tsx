'use client';

import dynamic from 'next/dynamic';
import { useState, useSyncExternalStore } from 'react';
import { askedOperation, subscribeStepUp } from '../_session/step-up.ts';

/** Brings the passkey library with it, so it is fetched when something is asked for the first time. */
const StepUpDialog = dynamic(() => import('./step-up-dialog.tsx'), { ssr: false });

/** Listens for operations that want the passkey, on every page. */
export function StepUp() {
  const asked = useSyncExternalStore(subscribeStepUp, askedOperation, () => undefined);
  const [wasAsked, setWasAsked] = useState(false);
  if (asked !== undefined && !wasAsked) setWasAsked(true);
  return wasAsked && <StepUpDialog asked={asked} />;
}
