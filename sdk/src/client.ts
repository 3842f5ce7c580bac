/**
 * The client a customer holds: ships events, keeps the view of throttles, decides. It only wires the parts together
 * and keeps the promise that nothing throws into the customer's request.
 */

import { randomUUID } from 'node:crypto';
import type { Decision } from '../../lib/contract/decision.ts';
import { type RequestContext, stringLengthsMax } from '../../lib/contract/event.ts';
import { streamSilenceMsMax } from '../../lib/contract/stream.ts';
import { createDropLedger, type DropCode, type WarningCode } from './drop-ledger.ts';
import { boundedText, type CapturedEvent, encodeEvent } from './event-line.ts';
import { type ClientOptions, type FailMode, type Settings, settingsOf } from './options.ts';
import { createPoster } from './post-batch.ts';
import { createShipper, type Shipper } from './shipper.ts';
import { createStreamReader, type StreamReader } from './stream-reader.ts';
import { createThrottleView, type ThrottleView, unknowable } from './throttle-view.ts';

export interface ClientStats {
  /** Events given to `capture`. */
  capturedEvents: number;
  /** Events that Tidegate has taken durably. */
  acceptedEvents: number;
  queuedEvents: number;
  /** Characters of JSON waiting. */
  queuedBytes: number;
  /** Events deliberately not delivered, by code. */
  droppedEvents: Partial<Record<DropCode, number>>;
  /** True while the view of throttles is up to date. */
  connected: boolean;
  throttles: number;
  /** Enforcement points that share each limit, this one included. */
  instances: number;
}

export interface Client {
  /** Takes one observed request. Returns at once, never throws. */
  capture(event: CapturedEvent): void;
  /** Concludes about a request, locally. `endpoint` is written with its method: `GET /v1/orders/{id}`. Never throws. */
  decide(request: RequestContext, options?: { failMode?: FailMode }): Decision;
  /** Sends what is queued now. True when all of it was delivered or refused in time. */
  flush(timeoutMs: number): Promise<boolean>;
  /** True as soon as the throttles in force are known, false if they are not in time. */
  ready(timeoutMs: number): Promise<boolean>;
  /** Delivers what is left for at most `closeTimeoutMs`, then stops everything. Calling it again is harmless. */
  close(): Promise<void>;
  stats(): ClientStats;
  /** For adapters: tells once a minute, in static words, that something should be looked at. */
  warn(code: WarningCode): void;
}

/** What the outside world gives; tests give their own. */
export interface World {
  /** ms since the epoch. */
  clock: { now(): number };
  /** ms since any moment; only runs forward. */
  monotonic: { now(): number };
  random: () => number;
  fetch: typeof fetch;
}

/** @throws TypeError for options that cannot be used. */
export function createClientIn(options: ClientOptions, world: World): Client {
  const settings = settingsOf(options);
  const { clock } = world;
  const ledger = createDropLedger({ clock, onDiagnostic: settings.onDiagnostic });
  const view = createThrottleView({ ...world, unreachableAfterMs: settings.unreachableAfterMs });
  const readyWaiters = new Set<() => void>();
  const shipper = createShipper({
    bounds: settings,
    post: createPoster({ ...settings, ...world }),
    onAccepted({ reply, serverDate }) {
      view.noteServerDate(serverDate);
      view.applyReply(reply.throttles);
    },
    ledger,
    ...world,
  });
  const stream = openStream({ settings, world, view, shipper, warn: ledger.warn, readyWaiters });
  let captured = 0;
  let closing: Promise<void> | undefined;

  return {
    capture(event) {
      captured++;
      if (closing) return ledger.drop('after_close', 1);
      const { skewMs } = view;
      const encoded = encodeEvent(event, { nowMs: clock.now(), skewMs, service: settings.service });
      if (encoded.kind === 'line') shipper.add(encoded.line);
      else ledger.drop(encoded.code, 1);
    },
    decide(request, asked) {
      try {
        const decision = view.decide(bounded(request), settings.mode);
        if (decision !== undefined) return decision;
      } catch {
        // A request that cannot be read is as unknown as one that nobody judged.
      }
      return unknowable(asked?.failMode ?? settings.failMode, settings.mode);
    },
    flush: (timeoutMs) => shipper.flush(timeoutMs),
    ready: (timeoutMs) => waitUntilReady(view, readyWaiters, timeoutMs),
    close() {
      closing ??= shipper.flush(settings.closeTimeoutMs).then(() => {
        shipper.stop();
        stream.stop();
        view.cut();
        ledger.release(true);
      });
      return closing;
    },
    stats: () => ({
      capturedEvents: captured,
      acceptedEvents: shipper.acceptedEvents,
      queuedEvents: shipper.queuedEvents,
      queuedBytes: shipper.queuedBytes,
      droppedEvents: ledger.dropped(),
      connected: view.isFresh(),
      throttles: view.throttles().length,
      instances: view.instances,
    }),
    warn: ledger.warn,
  };
}

function openStream(deps: {
  settings: Settings;
  world: World;
  view: ThrottleView;
  shipper: Shipper;
  warn: (code: WarningCode) => void;
  readyWaiters: Set<() => void>;
}): StreamReader {
  const { settings, world, view, shipper, warn, readyWaiters } = deps;
  const stream = createStreamReader({
    ...settings,
    ...world,
    instance: randomUUID(),
    silenceMsMax: streamSilenceMsMax,
    onOpen(serverDate) {
      view.noteServerDate(serverDate);
      view.opened();
      shipper.wake();
    },
    onEvent(event) {
      if (view.applyEvent(event) === 'gap') stream.restart();
      else if (view.isFresh()) for (const resolve of readyWaiters) resolve();
    },
    onCut(warning) {
      view.cut();
      warn(warning);
    },
    onInvalid: () => warn('stream_invalid'),
  });
  stream.start();
  return stream;
}

function waitUntilReady(view: ThrottleView, waiters: Set<() => void>, timeoutMs: number): Promise<boolean> {
  if (view.isFresh()) return Promise.resolve(true);
  return new Promise((resolve) => {
    const end = (isReady: boolean): void => {
      waiters.delete(done);
      clearTimeout(limit);
      resolve(isReady);
    };
    const done = () => end(true);
    const limit = setTimeout(end, Math.max(0, timeoutMs), false);
    waiters.add(done);
  });
}

/** Throttles name users as events did: cut to the same length. */
function bounded(request: RequestContext): RequestContext {
  const { user, tokenId = '' } = request;
  if (user.length <= stringLengthsMax.user && tokenId.length <= stringLengthsMax.tokenId) return request;
  return {
    ...request,
    user: boundedText(user, stringLengthsMax.user) ?? '',
    tokenId: boundedText(tokenId, stringLengthsMax.tokenId),
  };
}
