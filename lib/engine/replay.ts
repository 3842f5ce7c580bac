/**
 * The real engine and the real enforcer over a recorded log, in the log's own time and causally: what is decided at a
 * line depends on earlier lines and on the request half of this one. Also powers the console's what-if.
 */

import type {
  Conclusion,
  Decision,
  DecisionReason,
  DetectorKind,
  Mode,
  Scope,
  Throttle,
} from '../contract/decision.ts';
import { endpointName, type RequestContext, type RequestEvent } from '../contract/event.ts';
import type { EngineConfig } from './config.ts';
import { createEngine } from './create-engine.ts';
import type { EngineChanges } from './engine.ts';

/** One line of the replay's output; `line` counts from 1. */
export type ReplayRecord =
  | {
      type: 'decision' | 'shadow';
      line: number;
      conclusion: Conclusion;
      reason: DecisionReason;
      throttleId?: string;
    }
  | ({ type: 'alert'; line: number; id: string; kind: DetectorKind; summary: string } & Scope);

export interface ReplaySummary {
  type: 'summary';
  events: number;
  refused: number;
  /** In shadow mode: what would have been refused. */
  wouldRefuse: number;
  alerts: number;
  alertsByKind: Record<string, number>;
}

export interface Replay {
  /** Tells which events come next, as `Engine.expect`. */
  expect(events: readonly RequestEvent[]): void;
  /** Takes the event of a line. Records that it causes go to `emit`, in order. */
  push(event: RequestEvent, line: number): void;
  summary(): ReplaySummary;
}

/** Whoever applies the throttles: `createEnforcer` in lib/enforcement. */
export interface ReplayEnforcer {
  update(change: { set: Throttle[]; removed: string[]; instances: number }, nowMs: number): void;
  decide(request: RequestContext, nowMs: number, mode: Mode): Decision;
}

/** Throttles and findings end by themselves at least this often. */
const tickMs = 1_000;

export function createReplay(options: {
  config: EngineConfig;
  enforcer: ReplayEnforcer;
  mode: Mode;
  emit: (record: ReplayRecord) => void;
}): Replay {
  const { config, enforcer, mode, emit } = options;
  const engine = createEngine({ ...config, settings: { ...config.settings, mode } });
  const known = new Set<string>();
  const summary: ReplaySummary = {
    type: 'summary',
    events: 0,
    refused: 0,
    wouldRefuse: 0,
    alerts: 0,
    alertsByKind: {},
  };
  let nowMs = 0;
  let tickedAt = 0;

  const follow = (line: number): void => {
    if (!engine.changed) return;
    const changes: EngineChanges = engine.takeChanges();
    const { throttlesSet: set, throttlesRemoved: removed } = changes;
    if (set.length + removed.length > 0) enforcer.update({ set, removed, instances: 1 }, nowMs);
    for (const { id, kind, scope, summary: text } of changes.findings) {
      if (known.has(id)) continue;
      known.add(id);
      summary.alerts++;
      summary.alertsByKind[kind] = (summary.alertsByKind[kind] ?? 0) + 1;
      emit({ type: 'alert', line, id, kind, summary: text, ...scope });
    }
  };

  return {
    expect: (events) => engine.expect(events),
    push(event, line) {
      // The log's clock never goes back: an event out of order is late, as it would be live.
      nowMs = Math.max(nowMs, event.ts);
      if (nowMs - tickedAt >= tickMs) {
        tickedAt = nowMs;
        engine.tick(nowMs);
        follow(line);
      }
      engine.arrive(event, nowMs);
      follow(line);
      const decision = enforcer.decide(requestOf(event), nowMs, mode);
      const refused = decision.conclusion !== 'allow';
      const conclusion = refused ? decision.conclusion : decision.shadow;
      if (conclusion !== undefined) {
        const type = refused ? 'decision' : 'shadow';
        summary[refused ? 'refused' : 'wouldRefuse']++;
        emit({ type, line, conclusion, reason: decision.reason, throttleId: decision.throttleId });
      }
      if (refused) event.refused = true;
      engine.complete(event, nowMs);
      follow(line);
      summary.events++;
    },
    summary: () => summary,
  };
}

const requestOf = ({ user, method, endpoint, ip, tokenId }: RequestEvent): RequestContext => ({
  user,
  endpoint: endpointName(method, endpoint),
  ip,
  tokenId,
});
