/**
 * Carries findings from the engine's pulses into the alerts table at the database's own pace. Findings are coalesced
 * by id, so that a finding that changes ten times a second costs one row; while the database is down they wait,
 * bounded, and decisions go on without it. Nothing is dropped silently.
 */

import type { Finding } from '../../lib/contract/alert.ts';
import type { Log } from '../observe/log.ts';
import type { Alerts } from './alerts.ts';
import type { Database } from './database.ts';

/** Findings that wait at most; at about 4 kB each this caps memory near 40 MB. */
export const waitingMax = 10_000;
/** Rows in one transaction: a few ms of work, so that other queries are not kept waiting. */
const batchMax = 100;
/** While the database is down it is asked again this often. */
const retryMs = 1_000;

export interface AlertWriter {
  /** Resolves when everything that waits now is written or refused by the database: a checkpoint may then forget it. */
  take(findings: readonly Finding[]): Promise<void>;
  /** Plain words for health pages; empty when all is well. */
  degraded(): string[];
  counts(): { waiting: number; written: number; dropped: number };
  /** Resolves when everything that waits now was written, or the database has failed once more. */
  flush(): Promise<void>;
  /** Flushes; what the database does not take now is lost with the process. */
  close(): Promise<void>;
}

export function createAlertWriter(deps: {
  alerts: Pick<Alerts, 'recordFindings'>;
  database: Pick<Database, 'health' | 'problem'>;
  /** Runs `work` once after `delayMs`; returns how to call it off. */
  after: (delayMs: number, work: () => void) => () => void;
  log: Log;
}): AlertWriter {
  const waiting = new Map<string, Finding>();
  let written = 0;
  let dropped = 0;
  let failing = false;
  let running: Promise<void> | undefined;
  let callOffRetry = () => {};
  /** Settles when nothing waits any more. */
  let empty: PromiseWithResolvers<void> | undefined;

  function take(findings: readonly Finding[]): Promise<void> {
    for (const finding of findings) {
      if (waiting.size >= waitingMax && !waiting.has(finding.id)) dropped += 1;
      else waiting.set(finding.id, finding);
    }
    if (waiting.size > 0) {
      empty ??= Promise.withResolvers();
      if (!failing) void flush();
    }
    return empty?.promise ?? Promise.resolve();
  }

  function flush(): Promise<void> {
    callOffRetry();
    running ??= drain().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function drain(): Promise<void> {
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, batchMax);
      for (const finding of batch) waiting.delete(finding.id);
      if (await write(batch)) continue;
      // What came meanwhile is newer than what failed.
      for (const finding of batch) if (!waiting.has(finding.id)) waiting.set(finding.id, finding);
      callOffRetry = deps.after(retryMs, () => void flush());
      return;
    }
    empty?.resolve();
    empty = undefined;
  }

  /** False where the database is down and the batch must wait. */
  async function write(batch: Finding[]): Promise<boolean> {
    try {
      await deps.alerts.recordFindings(batch);
      written += batch.length;
      failing = false;
      return true;
    } catch (error) {
      if (!(await deps.database.health()).ok) {
        if (!failing) deps.log.error({ err: error }, 'alerts cannot be written; they wait for the database');
        failing = true;
        return false;
      }
      if (batch.length > 1) {
        // The database works, so one of these rows is at fault; it must not keep the others out.
        for (const finding of batch) if (!(await write([finding]))) return false;
        return true;
      }
      dropped += 1;
      deps.log.error(
        { err: error, alertId: batch[0]?.id },
        'an alert was refused by the database and dropped',
      );
      return true;
    }
  }

  return {
    take,
    degraded() {
      const problem = deps.database.problem() ?? (failing ? 'the database failed' : undefined);
      return problem === undefined
        ? []
        : [`Records cannot be stored: ${problem}; ${waiting.size} alerts wait.`];
    },
    counts: () => ({ waiting: waiting.size, written, dropped }),
    flush,
    async close() {
      await flush();
      callOffRetry();
    },
  };
}
