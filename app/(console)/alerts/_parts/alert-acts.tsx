'use client';

import { ShieldQuestionMark } from 'lucide-react';
import { useState } from 'react';
import type { AlertDetail } from '../../../../lib/contract/console.ts';
import { Button } from '../../../_ui/button.tsx';
import { ExceptDialog } from '../../../_ui/except-dialog.tsx';
import { LiftThrottle } from '../../../_ui/lift-throttle.tsx';
import { AlertActions } from './alert-actions.tsx';
import { AlertAnswers } from './alert-answers.tsx';

/** Everything that can be done about one alert. */
export function AlertActs({ detail }: { detail: AlertDetail }) {
  const [excepting, setExcepting] = useState(false);
  const { alert, throttles } = detail;
  return (
    <>
      <AlertActions ids={[alert.id]} status={alert.status} />
      <Button icon={ShieldQuestionMark} onClick={() => setExcepting(true)}>
        Except…
      </Button>
      {throttles.map((throttle) => (
        <LiftThrottle key={throttle.id} throttle={throttle} named />
      ))}
      <AlertAnswers alert={alert} />
      <ExceptDialog
        open={excepting}
        onClose={() => setExcepting(false)}
        draft={{ scope: alert.scope, kind: alert.kind }}
      />
    </>
  );
}
