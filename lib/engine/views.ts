/** What people look at: baselines, lists, and what is far from normal now. Reads, never writes. */

import type { Page, Surprise } from '../contract/console.ts';
import type { Baseline, Throttle } from '../contract/decision.ts';
import { normalOf } from './baseline.ts';
import { cohortPrior, cohortQuantile, type Prior } from './cohort.ts';
import { viewRowsMax } from './config.ts';
import { countAtTime } from './count.ts';
import { findEndpoint, otherEndpoint, otherName } from './endpoints.ts';
import type {
  Engine,
  EngineEndpointRow,
  EngineListQuery,
  EngineUserRow,
  PairBand,
  PairRow,
} from './engine.ts';
import { at, findPair, rowStride } from './pairs.ts';
import { bandNats, limitOf, round } from './rate.ts';
import { seasonFactor } from './season.ts';
import type { EngineState } from './state.ts';
import { countAt, countNats } from './tail.ts';
import { trafficBand } from './traffic.ts';

export type Views = Pick<
  Engine,
  'baseline' | 'band' | 'trafficBand' | 'activity' | 'surprises' | 'users' | 'user' | 'endpoints' | 'endpoint'
>;

const activeMs = 900_000;
/** Slots after which a pair's own history and its cohort weigh the same. */
const evenSamples = 6;

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
    users: (query, nowMs) => page(userRows(state, query.text, nowMs), query, (row) => row.user),
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
    endpoints: (query, nowMs) => page(endpointRows(state, query.text, nowMs), query, (row) => row.endpoint),
    endpoint: (name, nowMs) => endpointView(state, name, nowMs),
  };
}

function endpointId(state: EngineState, name: string): number {
  if (name === otherName) return otherEndpoint;
  const gap = name.indexOf(' ');
  return findEndpoint(state.endpoints, name.slice(0, gap), name.slice(gap + 1));
}

function pairNamed(state: EngineState, user: string, endpoint: string): number {
  const userId = state.users.names.find(user);
  return userId < 0
    ? -1
    : findPair(state.pairs, userId, Math.max(otherEndpoint, endpointId(state, endpoint)));
}

const prior: Prior = { mean: 0, shape: 0 };

/** The pair's plain rate, leaning on its cohort while young, in the shape of the endpoint's week. */
function expectedPerMinute(state: EngineState, pair: number, endpoint: number, nowMs: number): number {
  const typical = cohortQuantile(state.endpoints, endpoint, 3, 0) / 60;
  if (pair < 0) return typical;
  const age = state.pairs.age[pair] ?? 0;
  const own = state.pairs.row[pair * rowStride + at.slowPerMinute] ?? 0;
  const rate = (own * age + typical) / (age + 1);
  return age > 144 ? rate * seasonFactor(state.endpoints, endpoint, nowMs) : rate;
}

function bandOf(state: EngineState, pair: number, endpoint: string, nowMs: number): PairBand {
  const id =
    pair < 0 ? Math.max(otherEndpoint, endpointId(state, endpoint)) : (state.pairs.endpoint[pair] ?? 0);
  const expected = expectedPerMinute(state, pair, id, nowMs);
  if (pair < 0) cohortPrior(state.endpoints, id, 1, prior);
  const { mean, shape } = pair < 0 ? prior : normalOf(state.pairs, state.endpoints, pair, 1);
  return { expectedPerMinute: expected, upperPerMinute: Math.max(expected, countAt(bandNats, mean, shape)) };
}

function baselineOf(state: EngineState, user: string, endpoint: string, nowMs: number): Baseline {
  const pair = pairNamed(state, user, endpoint);
  const band = bandOf(state, pair, endpoint, nowMs);
  const inForce = throttlesWhere(
    state,
    ({ scope }) => scope.user === user && (scope.endpoint === undefined || scope.endpoint === endpoint),
  ).find((throttle) => throttle.limitPerMinute !== undefined);
  const samples = pair < 0 ? 0 : Math.round(state.pairs.row[pair * rowStride + at.samples] ?? 0);
  const limit = pair < 0 ? state.config.settings.baseLimit / 60 : limitOf(state, pair);
  return {
    user,
    endpoint,
    requestsTotal: pair < 0 ? 0 : (state.pairs.total[pair] ?? 0),
    ratePerMinute: pair < 0 ? 0 : round(countAtTime(state.pairs, pair, 1, nowMs)),
    expectedPerMinute: round(band.expectedPerMinute),
    upperPerMinute: round(band.upperPerMinute),
    limitPerMinute: inForce?.limitPerMinute ?? limit,
    sampleCount: samples,
    confidence: Math.round((samples / (samples + evenSamples)) * 100) / 100,
  };
}

function pairRow(state: EngineState, pair: number, nowMs: number): PairRow {
  const user = state.users.names.nameOf(state.pairs.user[pair] ?? 0);
  const endpoint = state.endpoints.names.nameOf(state.pairs.endpoint[pair] ?? 0);
  const lastSeenAt = state.pairs.lastAt[pair] ?? 0;
  return { ...baselineOf(state, user, endpoint, nowMs), score: scoreOf(state, pair, nowMs), lastSeenAt };
}

/** How surprising the last minute and the last ten are, in nats. */
function scoreOf(state: EngineState, pair: number, nowMs: number): number {
  let score = 0;
  for (const window of [1, 2] as const) {
    const { mean, shape } = normalOf(state.pairs, state.endpoints, pair, window);
    score = Math.max(score, countNats(countAtTime(state.pairs, pair, window, nowMs), mean, shape));
  }
  return Math.round(score * 10) / 10;
}

const bySurprise = (a: PairRow, b: PairRow): number => b.score - a.score || b.ratePerMinute - a.ratePerMinute;

function pairsOf(state: EngineState, user: number): number[] {
  const found: number[] = [];
  for (let link = state.users.pairs[user] ?? 0; link !== 0; link = state.pairs.next[link - 1] ?? 0) {
    found.push(link - 1);
  }
  return found;
}

const throttlesWhere = (state: EngineState, test: (throttle: Throttle) => boolean): Throttle[] =>
  Array.from(state.responses.throttles.values(), (entry) => entry.throttle).filter(test);

function usersActive({ users }: EngineState, nowMs: number): number {
  let active = 0;
  for (let user = 0; user < users.rows; user++) {
    if (users.names.has(user) && nowMs - (users.lastAt[user] ?? 0) < activeMs) active++;
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

/** One pass over the pairs that were active in the last two minutes. */
function surprises(state: EngineState, limit: number, nowMs: number): Surprise[] {
  const { pairs } = state;
  const found: { pair: number; score: number }[] = [];
  for (let pair = 0; pair < pairs.rows; pair++) {
    if (nowMs - (pairs.lastAt[pair] ?? 0) > 120_000 || pairs.used[pair] !== 1) continue;
    if ((pairs.row[pair * rowStride + at.count + 3] ?? 0) < 10) continue;
    const score = scoreOf(state, pair, nowMs);
    if (score > 1) found.push({ pair, score });
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

interface Scored<Row> {
  row: Row;
  score: number;
}

function userRow(state: EngineState, user: number, nowMs: number): EngineUserRow {
  const { users } = state;
  const name = users.names.nameOf(user);
  const lastSeenAt = users.lastAt[user] ?? 0;
  const decay = Math.exp(-Math.max(0, nowMs - lastSeenAt) / 60_000);
  let expected = 0;
  for (const pair of pairsOf(state, user)) {
    expected += expectedPerMinute(state, pair, state.pairs.endpoint[pair] ?? 0, nowMs);
  }
  return {
    user: name,
    requestsTotal: users.total[user] ?? 0,
    ratePerMinute: round((users.recent[user * 2] ?? 0) * decay),
    expectedPerMinute: round(expected),
    endpoints: users.pairCount[user] ?? 0,
    lastSeenAt,
    throttled: throttlesWhere(state, (throttle) => throttle.scope.user === name).length > 0,
  };
}

function userRows(state: EngineState, text: string, nowMs: number): Scored<EngineUserRow>[] {
  const rows: Scored<EngineUserRow>[] = [];
  const wanted = text.toLowerCase();
  for (let user = 0; user < state.users.rows; user++) {
    if (!state.users.names.has(user) || !state.users.names.nameOf(user).toLowerCase().includes(wanted))
      continue;
    const active = nowMs - (state.users.lastAt[user] ?? 0) < activeMs;
    let score = 0;
    if (active) for (const pair of pairsOf(state, user)) score = Math.max(score, scoreOf(state, pair, nowMs));
    rows.push({ row: userRow(state, user, nowMs), score });
  }
  return rows;
}

function endpointRow(state: EngineState, endpoint: number, nowMs: number): EngineEndpointRow {
  const { endpoints } = state;
  const lastSeenAt = endpoints.lastAt[endpoint] ?? 0;
  const answers = endpoints.answers[endpoint * 4] ?? 0;
  const season = seasonFactor(endpoints, endpoint, nowMs);
  return {
    endpoint: endpoints.names.nameOf(endpoint),
    requestsTotal: endpoints.total[endpoint] ?? 0,
    ratePerMinute: round(
      (endpoints.recent[endpoint] ?? 0) * Math.exp(-Math.max(0, nowMs - lastSeenAt) / 60_000),
    ),
    expectedPerMinute: round((endpoints.slowPerMinute[endpoint] ?? 0) * season),
    users: endpoints.users[endpoint] ?? 0,
    errorShare: answers === 0 ? 0 : (endpoints.answers[endpoint * 4 + 3] ?? 0) / answers,
    lastSeenAt,
  };
}

function endpointRows(state: EngineState, text: string, nowMs: number): Scored<EngineEndpointRow>[] {
  const rows: Scored<EngineEndpointRow>[] = [];
  const wanted = text.toLowerCase();
  for (let id = 0; id < state.endpoints.rows; id++) {
    const used = id !== otherEndpoint || (state.endpoints.total[id] ?? 0) > 0;
    if (!used || !state.endpoints.names.has(id)) continue;
    if (!state.endpoints.names.nameOf(id).toLowerCase().includes(wanted)) continue;
    const row = endpointRow(state, id, nowMs);
    rows.push({ row, score: row.ratePerMinute / Math.max(1, row.expectedPerMinute) });
  }
  return rows;
}

function endpointView(state: EngineState, name: string, nowMs: number): ReturnType<Engine['endpoint']> {
  const id = endpointId(state, name);
  if (id < 0) return undefined;
  const { pairs, endpoints } = state;
  const active: { pair: number; score: number; rate: number }[] = [];
  for (let pair = 0; pair < pairs.rows; pair++) {
    if (pairs.used[pair] !== 1 || pairs.endpoint[pair] !== id) continue;
    const quietMs = nowMs - (pairs.lastAt[pair] ?? 0);
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

type Row = { requestsTotal: number; ratePerMinute: number; lastSeenAt: number };

function page<T extends Row>(rows: Scored<T>[], query: EngineListQuery, nameOf: (row: T) => string): Page<T> {
  const order: Record<EngineListQuery['sort'], (a: Scored<T>, b: Scored<T>) => number> = {
    score: (a, b) => b.score - a.score || b.row.ratePerMinute - a.row.ratePerMinute,
    rate: (a, b) => b.row.ratePerMinute - a.row.ratePerMinute,
    requests: (a, b) => b.row.requestsTotal - a.row.requestsTotal,
    lastSeen: (a, b) => b.row.lastSeenAt - a.row.lastSeenAt,
    name: () => 0,
  };
  const compare = order[query.sort];
  rows.sort((a, b) => compare(a, b) || (nameOf(a.row) < nameOf(b.row) ? -1 : 1));
  const start = Math.max(0, Number.parseInt(query.cursor ?? '0', 10) || 0);
  const end = start + Math.max(1, query.limit);
  const items = rows.slice(start, end).map(({ row }) => row);
  return { items, total: rows.length, ...(end < rows.length ? { nextCursor: String(end) } : {}) };
}
