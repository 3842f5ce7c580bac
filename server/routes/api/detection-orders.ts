/**
 * Carries what operators order (settings, exceptions) from the database to the engine. The database is the truth: each
 * order is the whole current state, sent one after the other, so that the last one sent is the last one stored. What
 * could not be sent is sent again, and everything is sent once at the start.
 */

import type { DetectionSettings } from '../../../lib/contract/exception.ts';
import type { Collector } from '../../collector/collector.ts';
import { AppError } from '../../http/app-error.ts';
import type { Log } from '../../observe/log.ts';
import type { Exceptions } from '../../storage/exceptions.ts';
import type { Settings } from '../../storage/settings.ts';

export interface DetectionOrders {
  /** The settings as last stored. */
  current(): DetectionSettings;
  /** Call after a change was stored. Resolves when the engine follows it. */
  sendSettings(): Promise<void>;
  sendExceptions(): Promise<void>;
  close(): void;
}

const retryMs = 2_000;

type Push = (until?: 'logged' | 'applied') => Promise<void>;

/**
 * Logs everything before it resolves, so that the first event after a start is judged by the stored orders. It does
 * not wait for the engine, which may have a long log to read, nor for a full disk, which takes no events either.
 */
export async function createDetectionOrders(deps: {
  collector: Pick<Collector, 'command'>;
  settings: Settings;
  exceptions: Exceptions;
  /** Runs `work` once after `delayMs`; returns how to call it off. */
  after: (delayMs: number, work: () => void) => () => void;
  log: Log;
}): Promise<DetectionOrders> {
  const { collector, settings, exceptions, log } = deps;
  let known = await settings.read();
  let lane: Promise<void> = Promise.resolve();
  let closed = false;
  const retries = new Map<Push, () => void>();

  const pushSettings: Push = async (until) => {
    known = await settings.read();
    await collector.command({ type: 'settings', settings: known }, until);
  };

  const pushExceptions: Push = async (until) => {
    await collector.command({ type: 'exceptions', exceptions: await exceptions.list() }, until);
  };

  function send(push: Push, until?: 'logged' | 'applied'): Promise<void> {
    const sent = lane.then(() => push(until));
    lane = sent.catch((error: unknown) => {
      // A full disk is told once when it begins, not for each attempt.
      if (!isStorageFull(error))
        log.error({ err: error }, 'an order did not reach the engine; it will be sent again');
      retries.get(push)?.();
      if (!closed)
        retries.set(
          push,
          deps.after(retryMs, () => void send(push).catch(() => {})),
        );
    });
    return sent;
  }

  for (const push of [pushSettings, pushExceptions]) {
    await send(push, 'logged').catch((error: unknown) => {
      if (!isStorageFull(error)) throw error;
    });
  }
  return {
    current: () => known,
    sendSettings: () => send(pushSettings),
    sendExceptions: () => send(pushExceptions),
    close() {
      closed = true;
      for (const callOff of retries.values()) callOff();
    },
  };
}

const isStorageFull = (error: unknown): boolean => error instanceof AppError && error.code === 'storage_full';
