/**
 * Keeps the last day's decisions for trying drafts: counted in memory, alike ones together, and written every few
 * seconds. What moves with every request (seconds since the passkey was used) is rounded up to the steps that policies
 * speak of, so that a day of a busy console is a few thousand rows.
 */

import { createHash } from 'node:crypto';
import type { DecidedRequests, DecidedRow } from '../storage/decided-requests.ts';
import type { Authority, Decided } from './authority.ts';
import type { DecisionRequest } from './decision-request.ts';

const hourMs = 60 * 60 * 1000;
export const recordedMs = 24 * hourMs;
const flushMs = 5_000;
/** Different requests kept of one hour, by id of what was asked for; beyond, ids are left out. */
const distinctMax = 1_000;
/** Beyond this one, those of the hour that are not yet known are not kept at all. */
const distinctMaxWithoutIds = 2_000;

const ageSteps = [60, 300, 900, 3_600, 14_400, 86_400, 604_800];

export type RequestRecord = ReturnType<typeof createRequestRecord>;

export function createRequestRecord(deps: {
  authority: Pick<Authority, 'onDecided'>;
  store: DecidedRequests;
  every: (intervalMs: number, work: () => void) => () => void;
  clock: { now(): number };
  log: { warn(details: object, message: string): void };
}) {
  let hourAt = 0;
  const seen = new Set<string>();
  let waiting = new Map<string, DecidedRow>();
  let writing: Promise<void> = Promise.resolve();
  let dropped = 0;

  function take(decided: Decided): void {
    const atMs = decided.atMs;
    const thisHour = Math.floor(atMs / hourMs) * hourMs;
    if (thisHour !== hourAt) {
      hourAt = thisHour;
      seen.clear();
    }
    const request = rounded(decided.request, seen.size < distinctMax);
    const digest = createHash('sha256')
      .update(JSON.stringify([request, decided.outcome]))
      .digest('base64url');
    const known = waiting.get(digest);
    if (known !== undefined && known.hourAt === thisHour) {
      known.count += 1;
      known.lastAt = atMs;
      return;
    }
    if (!seen.has(digest) && seen.size >= distinctMaxWithoutIds) {
      dropped += 1;
      return;
    }
    seen.add(digest);
    const { outcome, policyVersion } = decided;
    waiting.set(digest, { hourAt, digest, request, outcome, policyVersion, count: 1, lastAt: atMs });
  }

  function flush(): Promise<void> {
    writing = writing.then(async () => {
      const rows = [...waiting.values()];
      if (rows.length === 0) return;
      waiting = new Map();
      try {
        await deps.store.add(rows);
        await deps.store.dropBefore(deps.clock.now() - recordedMs - hourMs);
      } catch (error) {
        // A dry run with fewer requests is better than a queue that grows while the database is down.
        deps.log.warn({ err: error, rows: rows.length }, 'decided requests were not kept');
      }
    });
    return writing;
  }

  const stops = [deps.authority.onDecided(take), deps.every(flushMs, () => void flush())];
  return {
    flush,
    dropped: () => dropped,
    async close(): Promise<void> {
      for (const stop of stops) stop();
      await flush();
    },
  };
}

function rounded(request: DecisionRequest, withId: boolean): DecisionRequest {
  const { context, resource } = request;
  const age = context.authenticationAgeSeconds;
  const step = ageSteps.find((each) => age <= each) ?? ageSteps.at(-1) ?? age;
  return {
    ...request,
    resource: withId ? resource : { ...resource, id: '' },
    context: { ...context, authenticationAgeSeconds: step },
  };
}
