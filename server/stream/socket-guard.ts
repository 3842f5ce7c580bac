/**
 * What a console socket may send: three events, each with a schema, none that changes anything in Tidegate, and not
 * many a second. What it may do is decided anew for each event.
 */

import { z } from 'zod';
import type { ConsoleRoom } from '../../lib/contract/console.ts';

export const socketAuthSchema = z.strictObject({
  token: z.string().min(1).max(4_096),
  dpop: z.string().min(1).max(4_096),
});

export const roomSchema = z.enum(['live', 'alerts']) satisfies z.ZodType<ConsoleRoom>;

export const eventNames: ReadonlySet<string> = new Set(['watch', 'unwatch', 'renew']);

/** A page sends a handful of events when it connects and one every few minutes after. */
const burstMax = 20;
const perSecond = 5;
/** This many refusals in one go are a flood, and the socket is cut. */
const refusalsMax = 100;

export interface SocketBudget {
  /** `cut` where the flood did not stop. */
  spend(nowMs: number): 'ok' | 'refused' | 'cut';
}

export function createSocketBudget(): SocketBudget {
  let tokens = burstMax;
  let refilledAt: number | undefined;
  let refusals = 0;
  return {
    spend(nowMs) {
      tokens = Math.min(burstMax, tokens + ((nowMs - (refilledAt ?? nowMs)) / 1000) * perSecond);
      refilledAt = nowMs;
      if (tokens >= 1) {
        tokens -= 1;
        refusals = 0;
        return 'ok';
      }
      refusals += 1;
      return refusals > refusalsMax ? 'cut' : 'refused';
    },
  };
}
