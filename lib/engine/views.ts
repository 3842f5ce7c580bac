/** What people look at: baselines, lists, and what is far from normal now. Reads, never writes. */

import type { Surprise } from '../contract/console.ts';
import { isWithinNormal } from './baseline.ts';
import { cohortQuantile } from './cohort.ts';
import { viewRowsMax } from './config.ts';
import type { Engine } from './engine.ts';
import { activeMs, endpointPage, endpointRow, userPage, userRow } from './lists.ts';
import {
  bandOf,
  baselineOf,
  bySurprise,
  endpointId,
  pairNamed,
  pairRow,
  pairsOf,
  scoreOf,
  throttlesWhere,
} from './pair-view.ts';
import { at, endpointOf, isUsed, lastAtOf, rowStride } from './pairs.ts';
import { round } from './rate-words.ts';
import type { EngineState } from './state.ts';
import { trafficBand } from './traffic.ts';
import { seenAtOf } from './users.ts';

export type Views = Pick<
  Engine,
  'baseline' | 'band' | 'trafficBand' | 'activity' | 'surprises' | 'users' | 'user' | 'endpoints' | 'endpoint'
>;

export function createViews(state: EngineState): Views {
  return {
    baseline: (user, endpoint, nowMs) => baselineOf(state, user, endpoint, nowMs),
    band: (user, endpoint, nowMs) => bandOf(state, pairNamed(state, user, endpoint), endpoint, nowMs),
    trafficBand: () => trafficBand(state.traffic),
    activity: (nowMs) => ({
      eventsTotal: state.eventsTotal,
      usersActive: usersActive(state, nowMs),
      usersInTrouble: usersInTrouble(state).size,
    }),
    surprises: (limit, nowMs) => surprises(state, limit, nowMs),
    users: (query, nowMs) => userPage(state, query, nowMs),
    user: (user, nowMs) => {
      const id = state.users.names.find(user);
      if (id < 0) return undefined;
      const rows = pairsOf(state, id).map((pair) => pairRow(state, pair, nowMs));
      return {
        summary: userRow(state, id, nowMs),
        endpoints: rows.sort(bySurprise).slice(0, viewRowsMax),
        throttles: throttlesWhere(state, (throttle) => throttle.scope.user === user),
      };
    },
    endpoints: (query, nowMs) => endpointPage(state, query, nowMs),
    endpoint: (name, nowMs) => endpointView(state, name, nowMs),
  };
}

function usersActive({ users }: EngineState, nowMs: number): number {
  let active = 0;
  for (let user = 0; user < users.rows; user++) {
    if (users.names.has(user) && nowMs - seenAtOf(users, user) < activeMs) active++;
  }
  return active;
}

function usersInTrouble({ responses }: EngineState): Set<string> {
  const names = new Set<string>();
  for (const { finding } of responses.open.values()) {
    const name = finding.scope.user ?? finding.scope.ip;
    if (name !== undefined) names.add(name);
  }
  return names;
}

/** Scores that are no surprise. */
const surpriseMin = 1;

/** One pass over the pairs that were active in the last two minutes; only those that may be listed are worked out. */
function surprises(state: EngineState, limit: number, nowMs: number): Surprise[] {
  const { pairs, endpoints } = state;
  const found: { pair: number; score: number }[] = [];
  for (let pair = 0; pair < pairs.rows; pair++) {
    if (nowMs - lastAtOf(pairs, pair) > 120_000 || !isUsed(pairs, pair)) continue;
    if ((pairs.row[pair * rowStride + at.count + 3] ?? 0) < 10) continue;
    // Counts only fall until they are asked for again: what is calm by them is calm.
    const isCalm = (window: number) => isWithinNormal(pairs, endpoints, pair, window, 1);
    if (isCalm(1) && isCalm(2)) continue;
    const score = scoreOf(state, pair, nowMs);
    if (score <= surpriseMin) continue;
    found.push({ pair, score });
    if (found.length < 4 * Math.max(16, limit)) continue;
    found.sort((a, b) => b.score - a.score);
    found.length = limit;
  }
  found.sort((a, b) => b.score - a.score);
  return found.slice(0, limit).map(({ pair, score }) => {
    const row = pairRow(state, pair, nowMs);
    const { user, endpoint, ratePerMinute } = row;
    const refused = throttlesWhere(
      state,
      ({ scope }) => scope.user === user && scope.endpoint === endpoint,
    )[0];
    const { expectedPerMinute: expected, upperPerMinute } = row;
    const conclusion = refused?.conclusion ?? 'allow';
    return { user, endpoint, ratePerMinute, expectedPerMinute: expected, upperPerMinute, score, conclusion };
  });
}

function endpointView(state: EngineState, name: string, nowMs: number): ReturnType<Engine['endpoint']> {
  const id = endpointId(state, name);
  if (id < 0) return undefined;
  const { pairs, endpoints } = state;
  const active: { pair: number; score: number; rate: number }[] = [];
  for (let pair = 0; pair < pairs.rows; pair++) {
    if (!isUsed(pairs, pair) || endpointOf(pairs, pair) !== id) continue;
    const quietMs = nowMs - lastAtOf(pairs, pair);
    const score = quietMs < activeMs ? scoreOf(state, pair, nowMs) : 0;
    active.push({ pair, score, rate: pairs.row[pair * rowStride + at.slowPerMinute] ?? 0 });
  }
  active.sort((a, b) => b.score - a.score || b.rate - a.rate);
  return {
    summary: endpointRow(state, id, nowMs),
    users: active.slice(0, viewRowsMax).map(({ pair }) => pairRow(state, pair, nowMs)),
    cohort: {
      medianPerMinute: round(cohortQuantile(endpoints, id, 1, 0)),
      highPerMinute: round(cohortQuantile(endpoints, id, 1, 2.33)),
      users: endpoints.users[id] ?? 0,
    },
    throttles: throttlesWhere(state, (throttle) => throttle.scope.endpoint === name),
  };
}
