/**
 * This instance's view of the throttles in force, and how much it may be trusted. The stream is the truth; throttles
 * in ingest replies only arrive sooner at times, so a reply may add one but never bring back one that was lifted.
 * Times are the collector's: they come from a clock that only runs forward, set by the `Date` of its answers, so that a
 * host whose clock is wrong, or is put right, neither forgets throttles early nor keeps them.
 */

import type { Decision, Mode, Throttle } from '../../lib/contract/decision.ts';
import type { RequestContext } from '../../lib/contract/event.ts';
import type { StreamEvent } from '../../lib/contract/stream.ts';
import { createEnforcer, enforcerDefaults } from '../../lib/enforcement/enforcer.ts';
import type { FailMode } from './options.ts';

/** `Date` has a resolution of a second and was written some time ago: less than this is no difference. */
const skewNoiseMs = 5_000;
/** Ids of lifted throttles kept against late ingest replies; older ones are forgotten. */
const removedIdsMax = 1_000;

export interface ThrottleView {
  /** Undefined where nothing in force applied and the view may be out of date: nobody knows. */
  decide(request: RequestContext, mode: Mode): Decision | undefined;
  applyEvent(event: StreamEvent): 'applied' | 'gap';
  applyReply(throttles: readonly Throttle[]): void;
  /** The stream is open: with an earlier snapshot, only what was missed will follow. */
  opened(): void;
  cut(): void;
  noteServerDate(serverDate: string | null): void;
  isFresh(): boolean;
  throttles(): Throttle[];
  /** How far the collector's clock is ahead of this host's. */
  readonly skewMs: number;
  readonly instances: number;
}

export function createThrottleView(deps: {
  clock: { now(): number };
  /** ms since any moment; only runs forward. */
  monotonic: { now(): number };
  unreachableAfterMs: number;
}): ThrottleView {
  const enforcer = createEnforcer(enforcerDefaults);
  const removedIds = new Set<string>();
  /** Add to the monotonic clock to get the collector's. */
  let offsetMs = deps.clock.now() - deps.monotonic.now();
  let seq = 0;
  let instances = 1;
  let hasSnapshot = false;
  let isLive = false;
  let cutMs = Number.NEGATIVE_INFINITY;

  const serverNow = () => deps.monotonic.now() + offsetMs;
  const isFresh = () => isLive || deps.monotonic.now() - cutMs < deps.unreachableAfterMs;
  const noteRemoved = (ids: readonly string[]): void => {
    for (const id of ids) removedIds.add(id);
    for (const id of removedIds) {
      if (removedIds.size <= removedIdsMax) break;
      removedIds.delete(id);
    }
  };
  const noteServerDate = (serverDate: string | null): void => {
    const aheadMs = serverDate === null ? Number.NaN : Date.parse(serverDate) - serverNow();
    if (Math.abs(aheadMs) >= skewNoiseMs) offsetMs += aheadMs;
  };

  return {
    decide(request, mode) {
      const decision = enforcer.decide(request, serverNow(), mode);
      if (isLive || decision.conclusion !== 'allow' || decision.throttleId !== undefined) return decision;
      return isFresh() ? decision : undefined;
    },
    applyEvent(event) {
      if (event.type === 'snapshot') {
        removedIds.clear();
        hasSnapshot = true;
        seq = event.data.seq;
        instances = event.data.instances;
        enforcer.replace(event.data.throttles, instances, serverNow());
      } else if (event.type === 'delta') {
        if (event.data.seq > seq + 1) return 'gap';
        seq = event.data.seq;
        instances = event.data.instances;
        for (const { id } of event.data.set) removedIds.delete(id);
        noteRemoved(event.data.removed);
        enforcer.update(event.data, serverNow());
      }
      isLive = hasSnapshot;
      return 'applied';
    },
    applyReply(throttles) {
      const set = throttles.filter(({ id }) => !removedIds.has(id));
      if (set.length > 0) enforcer.update({ set, removed: [], instances }, serverNow());
    },
    opened() {
      isLive = hasSnapshot;
    },
    cut() {
      if (isLive) cutMs = deps.monotonic.now();
      isLive = false;
    },
    noteServerDate,
    isFresh,
    throttles: () => enforcer.throttles(),
    get skewMs() {
      const aheadMs = serverNow() - deps.clock.now();
      return Math.abs(aheadMs) < skewNoiseMs ? 0 : aheadMs;
    },
    get instances() {
      return instances;
    },
  };
}

/** Shared, since one is given for every request while Tidegate is away. */
const failedOpen: Decision = Object.freeze({
  conclusion: 'allow',
  failedOpen: true,
  reason: 'collector_unreachable',
});
const failedClosed: Decision = Object.freeze({ conclusion: 'deny', reason: 'collector_unreachable' });

/** What to conclude where nobody knows. Shadow never refuses, not even then. */
export function unknowable(failMode: FailMode, mode: Mode): Decision {
  return failMode === 'closed' && mode === 'enforce' ? failedClosed : failedOpen;
}
