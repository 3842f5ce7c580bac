/**
 * What a console socket may send: three events, each with a schema and the action that it asks for, none that changes
 * anything in Tidegate, and not many a second. What it may do is decided anew for each event.
 */

import { z } from 'zod';
import type { ConsoleRoom, ConsoleToServer } from '../../lib/contract/console.ts';
import type { Action } from '../policies/actions.table.ts';

export const socketAuthSchema = z.strictObject({
  token: z.string().min(1).max(4_096),
  dpop: z.string().min(1).max(4_096),
});

export const roomSchema = z.enum(['live', 'alerts']) satisfies z.ZodType<ConsoleRoom>;

/** An event that is not here is refused, and one cannot be here without saying what it asks for. */
export const eventActions: Record<keyof ConsoleToServer, Action> = {
  watch: 'room.watch',
  unwatch: 'room.unwatch',
  renew: 'session.renew',
};

export function isEventName(name: string): name is keyof ConsoleToServer {
  return Object.hasOwn(eventActions, name);
}

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
