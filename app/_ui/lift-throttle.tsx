'use client';

import { useQueryClient } from '@tanstack/react-query';
import { ShieldOff } from 'lucide-react';
import { useState } from 'react';
import type { Throttle } from '../../lib/contract/decision.ts';
import { api } from '../_session/api.ts';
import { useMay } from '../_session/use-me.ts';
import { Button, IconButton } from './button.tsx';
import { Confirm } from './confirm.tsx';
import { formatRequests } from './format.ts';
import { scopeText } from './words.ts';

/** Ends one throttle before its time, for the whole fleet. `named` shows the words, not the icon alone. */
export function LiftThrottle({ throttle, named = false }: { throttle: Throttle; named?: boolean }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const subject = scopeText(throttle.scope);
  const may = useMay();
  async function lift() {
    await api({ method: 'DELETE', path: `/api/throttles/${throttle.id}` });
    await queries.invalidateQueries();
  }
  if (!may('throttle.lift')) return null;
  return (
    <>
      {named ? (
        <Button icon={ShieldOff} onClick={() => setAsking(true)}>
          Lift the throttle
        </Button>
      ) : (
        <IconButton
          small
          icon={ShieldOff}
          label={`Lift the throttle of ${subject}`}
          onClick={() => setAsking(true)}
        />
      )}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Lift this throttle?"
        action="Lift 1 throttle"
        done={`Lifted: ${subject} is no longer limited.`}
        run={lift}
      >
        <p>
          <strong className="font-medium text-ink wrap-anywhere">{subject}</strong> will be let through on
          every enforcement point at once
          {throttle.limitPerMinute === undefined
            ? '.'
            : `, above the ${formatRequests(throttle.limitPerMinute)} a minute it has now.`}
        </p>
        <p className="mt-2">
          If this goes on, Tidegate will not throttle it again for one hour. To leave it alone for longer, add
          an exception.
        </p>
      </Confirm>
    </>
  );
}
