'use client';

import { ShieldQuestionMark } from 'lucide-react';
import { useState } from 'react';
import type { AlertDetail } from '../../../../lib/contract/console.ts';
import { May, NotYours } from '../../../_session/may.tsx';
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
      <May action="alert.update" otherwise={<NotYours what="Answering an alert" action="alert.update" />}>
        <AlertActions ids={[alert.id]} status={alert.status} />
      </May>
      <May action="exception.create">
        <Button icon={ShieldQuestionMark} onClick={() => setExcepting(true)}>
          Except…
        </Button>
      </May>
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
