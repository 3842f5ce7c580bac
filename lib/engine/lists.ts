/**
 * Lists of users and endpoints, searched, sorted and cut into pages. One pass over the rows works out what they are
 * sorted by; the rest is worked out for the page that is shown. Reads, never writes.
 */

import type { Page } from '../contract/console.ts';
import { otherEndpoint } from './endpoints.ts';
import type { EngineEndpointRow, EngineListQuery, EngineUserRow } from './engine.ts';
import type { Names } from './names.ts';
import { expectedPerMinute, pairsOf, scoreOf, throttlesWhere } from './pair-view.ts';
import { endpointOf } from './pairs.ts';
import { round } from './rate-words.ts';
import { seasonFactor } from './season.ts';
import type { EngineState } from './state.ts';
import { pairCountOf, recentOf, requestsOf, seenAtOf } from './users.ts';

/** Seen within this time counts as active, ms. */
export const activeMs = 900_000;

/** A row that may be listed: what it is sorted by, first and then; and its name, where names were needed. */
interface Candidate {
  id: number;
  first: number;
  second: number;
  name: string;
}

export function userRow(state: EngineState, user: number, nowMs: number): EngineUserRow {
  const { users } = state;
  const name = users.names.nameOf(user);
  const lastSeenAt = seenAtOf(users, user);
  const decay = Math.exp(-Math.max(0, nowMs - lastSeenAt) / 60_000);
  let expected = 0;
  for (const pair of pairsOf(state, user)) {
    expected += expectedPerMinute(state, pair, endpointOf(state.pairs, pair), nowMs);
  }
  return {
    user: name,
    requestsTotal: requestsOf(users, user),
    ratePerMinute: round(recentOf(users, user, 1) * decay),
    expectedPerMinute: round(expected),
    endpoints: pairCountOf(users, user),
    lastSeenAt,
    throttled: throttlesWhere(state, (throttle) => throttle.scope.user === name).length > 0,
  };
}

export function userPage(state: EngineState, query: EngineListQuery, nowMs: number): Page<EngineUserRow> {
  const { users } = state;
  const leftOut = idsOf(query.without, users.names);
  const found: Candidate[] = [];
  for (let user = 0; user < users.rows; user++) {
    if (!users.names.has(user) || leftOut.has(user)) continue;
    const name = nameFor(query, users.names, user);
    if (name === undefined) continue;
    const lastSeenAt = seenAtOf(users, user);
    const rate = recentOf(users, user, 1) * Math.exp(-Math.max(0, nowMs - lastSeenAt) / 60_000);
    const score = query.sort === 'score' && nowMs - lastSeenAt < activeMs ? userScore(state, user, nowMs) : 0;
    const sorts = { score, rate, requests: requestsOf(users, user), lastSeen: lastSeenAt, name: 0 };
    found.push({ id: user, first: sorts[query.sort], second: query.sort === 'score' ? rate : 0, name });
  }
  return page(found, query, (user) => userRow(state, user, nowMs));
}

function userScore(state: EngineState, user: number, nowMs: number): number {
  let score = 0;
  for (const pair of pairsOf(state, user)) score = Math.max(score, scoreOf(state, pair, nowMs));
  return score;
}

/** By id, since names are slow to read. */
function idsOf(left: readonly string[] | undefined, names: Names): ReadonlySet<number> {
  return new Set(left?.map((name) => names.find(name)));
}

/** Undefined where the name does not match; empty where it makes no difference, since names are slow to read. */
function nameFor(query: EngineListQuery, names: Names, id: number): string | undefined {
  if (query.text === '' && query.sort !== 'name') return '';
  const name = names.nameOf(id);
  return name.toLowerCase().includes(query.text.toLowerCase()) ? name : undefined;
}

export function endpointRow(state: EngineState, endpoint: number, nowMs: number): EngineEndpointRow {
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

export function endpointPage(
  state: EngineState,
  query: EngineListQuery,
  nowMs: number,
): Page<EngineEndpointRow> {
  const { endpoints } = state;
  const leftOut = idsOf(query.without, endpoints.names);
  const found: Candidate[] = [];
  for (let id = 0; id < endpoints.rows; id++) {
    const used = id !== otherEndpoint || (endpoints.total[id] ?? 0) > 0;
    if (!used || !endpoints.names.has(id) || leftOut.has(id)) continue;
    const name = nameFor(query, endpoints.names, id);
    if (name === undefined) continue;
    const {
      ratePerMinute: rate,
      expectedPerMinute,
      requestsTotal,
      lastSeenAt,
    } = endpointRow(state, id, nowMs);
    const score = rate / Math.max(1, expectedPerMinute);
    const sorts = { score, rate, requests: requestsTotal, lastSeen: lastSeenAt, name: 0 };
    found.push({ id, first: sorts[query.sort], second: query.sort === 'score' ? rate : 0, name });
  }
  return page(found, query, (id) => endpointRow(state, id, nowMs));
}

/** Highest first; then by name where names were read, then in the order in which the rows were made. */
function page<Row>(found: Candidate[], query: EngineListQuery, rowOf: (id: number) => Row): Page<Row> {
  found.sort(
    (a, b) =>
      b.first - a.first || b.second - a.second || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id),
  );
  const start = Math.max(0, Number.parseInt(query.cursor ?? '0', 10) || 0);
  const end = start + Math.max(1, query.limit);
  const items = found.slice(start, end).map(({ id }) => rowOf(id));
  return { items, total: found.length, ...(end < found.length ? { nextCursor: String(end) } : {}) };
}
