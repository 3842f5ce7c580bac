/**
 * Audit of what strangers are refused: the first in a minute is written at once, the rest of that minute as one entry
 * per address, action and reason with a count. So a single wrong passkey shows immediately, and a flood of a million
 * costs a bounded number of rows.
 */

import type { IdentityAuditEntry } from './records.ts';
import type { IdentityStore } from './store.ts';

const windowMs = 60_000;
/** Rows a minute at most: written at once, and counted. */
const immediateMax = 60;
const countedMax = 1_000;

export interface Refusal {
  action: 'ceremony.failed' | 'access.refused' | 'access.denied' | 'session.refresh_refused';
  address: string;
  /** Stable word, never text of the request. */
  reason: string;
  actor?: string;
  target?: string;
  /** Of the policies that denied it. */
  policyVersion?: number;
}

export interface RefusalLog {
  error(details: object, message: string): void;
}

export function createRefusalTrail(deps: {
  store: Pick<IdentityStore, 'appendAudit'>;
  clock: { now(): number };
  log: RefusalLog;
}) {
  let windowStartAt = 0;
  let immediate = 0;
  let counted = new Map<string, { refusal: Refusal; count: number; at: number }>();
  const seen = new Set<string>();
  let pending: Promise<void> = Promise.resolve();

  function entry(refusal: Refusal, at: number, count: number): IdentityAuditEntry {
    return {
      at,
      actor: refusal.actor ?? 'anonymous',
      action: refusal.action,
      target: refusal.target ?? '',
      outcome: 'refused',
      address: refusal.address,
      detail: {
        reason: refusal.reason,
        count,
        ...(refusal.policyVersion === undefined ? {} : { policyVersion: refusal.policyVersion }),
      },
    };
  }

  // An unwritable audit row must be noticed, yet a refusal stays a refusal.
  function write(entries: IdentityAuditEntry[]): void {
    if (entries.length === 0) return;
    pending = pending
      .then(() => deps.store.appendAudit(entries))
      .catch((error: unknown) =>
        deps.log.error({ err: error, entries: entries.length }, 'audit not written'),
      );
  }

  function closeWindow(): void {
    write([...counted.values()].map(({ refusal, at, count }) => entry(refusal, at, count)));
    counted = new Map();
    seen.clear();
    immediate = 0;
  }

  function roll(nowMs: number): void {
    const start = Math.floor(nowMs / windowMs) * windowMs;
    if (start === windowStartAt) return;
    closeWindow();
    windowStartAt = start;
  }

  function count(refusal: Refusal, key: string, nowMs: number): void {
    const isKnown = counted.has(key) || counted.size < countedMax;
    const countedKey = isKnown ? key : `${refusal.action}|others`;
    const known = counted.get(countedKey);
    if (known !== undefined) known.count += 1;
    else {
      const kept = isKnown ? refusal : { ...refusal, address: 'others', actor: 'anonymous', target: '' };
      counted.set(countedKey, { refusal: kept, count: 1, at: nowMs });
    }
  }

  const timer = setInterval(() => roll(deps.clock.now()), 10_000);
  timer.unref();

  return {
    record(refusal: Refusal): void {
      const nowMs = deps.clock.now();
      roll(nowMs);
      const key = `${refusal.action}|${refusal.address}|${refusal.reason}`;
      if (!seen.has(key) && immediate < immediateMax) {
        seen.add(key);
        immediate += 1;
        write([entry(refusal, nowMs, 1)]);
      } else count(refusal, key, nowMs);
    },

    /** Writes what is counted so far. */
    async flush(): Promise<void> {
      closeWindow();
      await pending;
    },

    async close(): Promise<void> {
      clearInterval(timer);
      closeWindow();
      await pending;
    },
  };
}

export type RefusalTrail = ReturnType<typeof createRefusalTrail>;
