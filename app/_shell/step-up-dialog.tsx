'use client';

/**
 * Asks for the passkey again before a dangerous operation, wherever in the console it was begun. Says what will be
 * confirmed; what asked goes on by itself, or learns that it was not confirmed.
 */

import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import { stepUp } from '../_session/ceremonies.ts';
import { ceremonyText } from '../_session/ceremony-text.ts';
import { operationText } from '../_session/operation-text.ts';
import { type AskedOperation, answerStepUp } from '../_session/step-up.ts';
import { Button } from '../_ui/button.tsx';
import { Dialog, DialogActions, DialogBody } from '../_ui/dialog.tsx';

export default function StepUpDialog({ asked }: { asked: AskedOperation | undefined }) {
  return (
    <Dialog open={asked !== undefined} onClose={() => answerStepUp('cancelled')} title="Confirm it is you">
      {asked && <Question key={asked.operation} asked={asked} />}
    </Dialog>
  );
}

function Question({ asked }: { asked: AskedOperation }) {
  const [state, setState] = useState<{ busy: boolean; problem?: string }>({ busy: false });
  async function confirm() {
    setState({ busy: true });
    try {
      await stepUp(asked.operation);
      answerStepUp('confirmed');
    } catch (error) {
      setState({ busy: false, problem: ceremonyText(error) });
    }
  }
  return (
    <>
      <DialogBody>
        <p className="text-base font-medium wrap-anywhere">{operationText(asked.operation, asked.subject)}</p>
        <p className="text-ink-2">
          This can do harm in the wrong hands, so Tidegate asks for your passkey again. Nothing is done until
          you use it, and it counts for this alone.
        </p>
        <p role="alert" className="text-deny empty:hidden">
          {state.problem}
        </p>
      </DialogBody>
      <DialogActions>
        <Button onClick={() => answerStepUp('cancelled')}>Cancel</Button>
        <Button
          look="primary"
          icon={Fingerprint}
          busy={state.busy}
          data-focus-first
          onClick={() => void confirm()}
        >
          Use your passkey
        </Button>
      </DialogActions>
    </>
  );
}
