/**
 * `@tidegate/sdk/testing`: a client for customers' own tests. It has no network and no timer; it keeps what was
 * captured, and decides by throttles that the test sets, through the same code as the real one.
 *
 *   const client = createTestClient();
 *   client.throttle({ user: 'ann' }, { conclusion: 'deny' });
 */

import type { Mode, Scope, Throttle } from '../../lib/contract/decision.ts';
import type { Client } from './client.ts';
import { createDropLedger } from './drop-ledger.ts';
import { type CapturedEvent, encodeEvent } from './event-line.ts';
import type { FailMode } from './options.ts';
import { createThrottleView, unknowable } from './throttle-view.ts';

export interface TestClient extends Client {
  /** Captured so far, oldest first, as Tidegate would get them. */
  readonly events: readonly CapturedEvent[];
  /** Puts a throttle in force, by default a limit of 60 a minute for an hour. @returns its id */
  throttle(scope: Scope, order?: Partial<Omit<Throttle, 'id' | 'scope'>>): string;
  lift(throttleId: string): void;
  /** Makes Tidegate unreachable, or reachable again. */
  setReachable(reachable: boolean): void;
}

export interface TestClientOptions {
  mode?: Mode;
  failMode?: FailMode;
  /** Time as decisions see it, ms since the epoch. Default: the host's clock. */
  now?: () => number;
}

const hourMs = 60 * 60 * 1000;

export function createTestClient(options: TestClientOptions = {}): TestClient {
  const { mode = 'enforce', failMode = 'open', now = () => Date.now() } = options;
  const clock = { now };
  const events: CapturedEvent[] = [];
  const ledger = createDropLedger({ clock, onDiagnostic: () => undefined });
  const view = createThrottleView({ clock, monotonic: clock, unreachableAfterMs: 0 });
  let seq = 0;
  let captured = 0;
  let isReachable = true;
  view.applyEvent({ type: 'snapshot', data: { seq, throttles: [], instances: 1 } });
  const change = (set: Throttle[], removed: string[]): void => {
    view.applyEvent({ type: 'delta', data: { seq: ++seq, set, removed, instances: 1 } });
    if (!isReachable) view.cut();
  };
  return {
    events,
    capture(event) {
      captured++;
      const encoded = encodeEvent(event, { nowMs: now(), skewMs: 0, service: undefined });
      if (encoded.kind === 'line') events.push(JSON.parse(encoded.line));
      else ledger.drop(encoded.code, 1);
    },
    decide(request, asked) {
      return view.decide(request, mode) ?? unknowable(asked?.failMode ?? failMode, mode);
    },
    throttle(scope, order = {}) {
      const id = `thr_test${seq + 1}`;
      change([throttleOf(id, scope, order, now())], []);
      return id;
    },
    lift: (throttleId) => change([], [throttleId]),
    setReachable(reachable) {
      isReachable = reachable;
      if (reachable) view.opened();
      else view.cut();
    },
    flush: async () => true,
    ready: async () => isReachable,
    close: async () => undefined,
    stats: () => ({
      capturedEvents: captured,
      acceptedEvents: events.length,
      queuedEvents: 0,
      queuedBytes: 0,
      droppedEvents: ledger.dropped(),
      connected: isReachable,
      throttles: view.throttles().length,
      instances: 1,
    }),
    warn: ledger.warn,
  };
}

function throttleOf(
  id: string,
  scope: Scope,
  order: Partial<Omit<Throttle, 'id' | 'scope'>>,
  nowMs: number,
): Throttle {
  const conclusion = order.conclusion ?? 'throttle';
  return {
    id,
    scope,
    conclusion,
    kind: 'rate_spike',
    limitPerMinute: conclusion === 'throttle' ? 60 : undefined,
    alertId: 'alr_test',
    mode: 'enforce',
    createdAt: nowMs,
    expiresAt: nowMs + hourMs,
    ...order,
  };
}
