'use client';

/** Lifts several throttles. Each is its own order: what was lifted stays lifted when one of them fails. */

import { useQueryClient } from '@tanstack/react-query';
import type { Throttle } from '../../../../lib/contract/decision.ts';
import { api } from '../../../_session/api.ts';
import { ApiProblem, isProblem } from '../../../_session/problem.ts';
import { Confirm } from '../../../_ui/confirm.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { plural, scopeText } from '../../../_ui/words.ts';

interface LiftManyProps {
  throttles: Throttle[] | undefined;
  onClose: () => void;
  onDone: () => void;
}

/** Orders under way at a time: each waits for the disk. */
const atOnce = 4;
const namedMax = 5;

export function LiftMany({ throttles = [], onClose, onDone }: LiftManyProps) {
  const queries = useQueryClient();
  const count = throttles.length;
  const what = `${formatCount(count)} ${plural(count, 'throttle')}`;
  async function lift() {
    const failed = await liftAll(throttles);
    await queries.invalidateQueries();
    if (failed.length > 0) throw partlyDone(failed, count);
    onDone();
  }
  return (
    <Confirm
      open={count > 0}
      onClose={onClose}
      title={`Lift ${what}?`}
      action={`Lift ${what}`}
      done={`${what} lifted.`}
      run={lift}
    >
      <ul className="mb-3 flex flex-col gap-1 text-ink wrap-anywhere">
        {throttles.slice(0, namedMax).map((throttle) => (
          <li key={throttle.id}>{scopeText(throttle.scope)}</li>
        ))}
        {count > namedMax && <li className="text-ink-2">and {formatCount(count - namedMax)} more</li>}
      </ul>
      <p>
        They will be let through on every enforcement point at once. If this goes on, Tidegate will not
        throttle them again for one hour. To leave them alone for longer, add exceptions.
      </p>
    </Confirm>
  );
}

async function liftAll(throttles: readonly Throttle[]): Promise<unknown[]> {
  const waiting = [...throttles];
  const failed: unknown[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await api({ method: 'DELETE', path: `/api/throttles/${next.id}` }).catch((error: unknown) => {
        // It ended by itself meanwhile, which is what was asked for.
        if (!isProblem(error, 'not_found')) failed.push(error);
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return failed;
}

function partlyDone(failed: readonly unknown[], count: number): unknown {
  const [first] = failed;
  if (!(first instanceof ApiProblem)) return first;
  const { code, status, message } = first;
  return new ApiProblem({
    code,
    status,
    message: `${failed.length} of ${count} were not lifted. ${message}`,
  });
}
