/** Lists of users and endpoints, searched, sorted and cut into pages. One pass over the names; reads, never writes. */

import type { Page } from '../contract/console.ts';
import { otherEndpoint } from './endpoints.ts';
import type { EngineEndpointRow, EngineListQuery, EngineUserRow } from './engine.ts';
import { expectedPerMinute, pairsOf, scoreOf, throttlesWhere } from './pair-view.ts';
import { round } from './rate-words.ts';
import { seasonFactor } from './season.ts';
import type { EngineState } from './state.ts';

/** Seen within this time counts as active, ms. */
export const activeMs = 900_000;

interface Scored<Row> {
  row: Row;
  score: number;
}

export function userRow(state: EngineState, user: number, nowMs: number): EngineUserRow {
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

export function userRows(state: EngineState, text: string, nowMs: number): Scored<EngineUserRow>[] {
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

export function endpointRows(state: EngineState, text: string, nowMs: number): Scored<EngineEndpointRow>[] {
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

type Row = { requestsTotal: number; ratePerMinute: number; lastSeenAt: number };

export function page<T extends Row>(
  rows: Scored<T>[],
  query: EngineListQuery,
  nameOf: (row: T) => string,
): Page<T> {
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
