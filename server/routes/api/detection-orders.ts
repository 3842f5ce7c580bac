/**
 * Carries what operators order (settings, exceptions) from the database to the engine. The database is the truth: each
 * order is the whole current state, sent one after the other, so that the last one sent is the last one stored. What
 * could not be sent is sent again, and everything is sent once at the start.
 */

import type { DetectionSettings } from '../../../lib/contract/exception.ts';
import type { Collector } from '../../collector/collector.ts';
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

/** Sends everything before it resolves, so that the first event after a start is judged by the stored orders. */
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
  const retries = new Map<() => Promise<void>, () => void>();

  async function pushSettings(): Promise<void> {
    known = await settings.read();
    await collector.command({ type: 'settings', settings: known });
  }

  async function pushExceptions(): Promise<void> {
    await collector.command({ type: 'exceptions', exceptions: await exceptions.list() });
  }

  function send(push: () => Promise<void>): Promise<void> {
    const sent = lane.then(push);
    lane = sent.catch((error: unknown) => {
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

  await send(pushSettings);
  await send(pushExceptions);
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
