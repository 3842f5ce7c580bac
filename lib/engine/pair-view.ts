/** One pair against its normal: the numbers that charts, lists and `GET /v1/baseline` show. Reads, never writes. */

import type { Baseline, Throttle } from '../contract/decision.ts';
import { newcomerNormal, normalOf } from './baseline.ts';
import { cohortQuantile } from './cohort.ts';
import { countAtTime } from './count.ts';
import { findEndpoint, otherEndpoint, otherName } from './endpoints.ts';
import type { PairBand, PairRow } from './engine.ts';
import {
  ageOf,
  at,
  endpointOf,
  findPair,
  lastAtOf,
  nextOf,
  rowStride,
  samplesOf,
  totalOf,
  userOf,
} from './pairs.ts';
import { limitOf } from './rate-limit.ts';
import { bandNats, round } from './rate-words.ts';
import { seasonFactor } from './season.ts';
import type { EngineState } from './state.ts';
import { countAt, countNats } from './tail.ts';
import { firstPairOf } from './users.ts';

/** Slots after which a pair's own history and its cohort weigh the same. */
const evenSamples = 6;

export function endpointId(state: EngineState, name: string): number {
  if (name === otherName) return otherEndpoint;
  const gap = name.indexOf(' ');
  return findEndpoint(state.endpoints, name.slice(0, gap), name.slice(gap + 1));
}

export function pairNamed(state: EngineState, user: string, endpoint: string): number {
  const userId = state.users.names.find(user);
  return userId < 0
    ? -1
    : findPair(state.pairs, userId, Math.max(otherEndpoint, endpointId(state, endpoint)));
}

/** The pair's plain rate, leaning on its cohort while young, in the shape of the endpoint's week. */
export function expectedPerMinute(state: EngineState, pair: number, endpoint: number, nowMs: number): number {
  const typical = cohortQuantile(state.endpoints, endpoint, 3, 0) / 60;
  if (pair < 0) return typical;
  const age = ageOf(state.pairs, pair);
  const own = state.pairs.row[pair * rowStride + at.slowPerMinute] ?? 0;
  const rate = (own * age + typical) / (age + 1);
  return age > 144 ? rate * seasonFactor(state.endpoints, endpoint, nowMs) : rate;
}

export function bandOf(state: EngineState, pair: number, endpoint: string, nowMs: number): PairBand {
  const id = pair < 0 ? Math.max(otherEndpoint, endpointId(state, endpoint)) : endpointOf(state.pairs, pair);
  const expected = expectedPerMinute(state, pair, id, nowMs);
  const { mean, shape } =
    pair < 0 ? newcomerNormal(state.endpoints, id, 1) : normalOf(state.pairs, state.endpoints, pair, 1);
  return { expectedPerMinute: expected, upperPerMinute: Math.max(expected, countAt(bandNats, mean, shape)) };
}

export function baselineOf(state: EngineState, user: string, endpoint: string, nowMs: number): Baseline {
  const pair = pairNamed(state, user, endpoint);
  const band = bandOf(state, pair, endpoint, nowMs);
  const inForce = throttlesWhere(
    state,
    ({ scope }) => scope.user === user && (scope.endpoint === undefined || scope.endpoint === endpoint),
  ).find((throttle) => throttle.limitPerMinute !== undefined);
  const samples = pair < 0 ? 0 : Math.round(samplesOf(state.pairs, pair));
  const limit = pair < 0 ? state.config.settings.baseLimit / 60 : limitOf(state, pair);
  return {
    user,
    endpoint,
    requestsTotal: pair < 0 ? 0 : totalOf(state.pairs, pair),
    ratePerMinute: pair < 0 ? 0 : round(countAtTime(state.pairs, pair, 1, nowMs)),
    expectedPerMinute: round(band.expectedPerMinute),
    upperPerMinute: round(band.upperPerMinute),
    limitPerMinute: inForce?.limitPerMinute ?? limit,
    sampleCount: samples,
    confidence: Math.round((samples / (samples + evenSamples)) * 100) / 100,
  };
}

export function pairRow(state: EngineState, pair: number, nowMs: number): PairRow {
  const user = state.users.names.nameOf(userOf(state.pairs, pair));
  const endpoint = state.endpoints.names.nameOf(endpointOf(state.pairs, pair));
  const lastSeenAt = lastAtOf(state.pairs, pair);
  return { ...baselineOf(state, user, endpoint, nowMs), score: scoreOf(state, pair, nowMs), lastSeenAt };
}

/** How surprising the last minute and the last ten are, in nats. */
export function scoreOf(state: EngineState, pair: number, nowMs: number): number {
  let score = 0;
  for (const window of [1, 2] as const) {
    const { mean, shape } = normalOf(state.pairs, state.endpoints, pair, window);
    score = Math.max(score, countNats(countAtTime(state.pairs, pair, window, nowMs), mean, shape));
  }
  return Math.round(score * 10) / 10;
}

export const bySurprise = (a: PairRow, b: PairRow): number =>
  b.score - a.score || b.ratePerMinute - a.ratePerMinute;

export function pairsOf(state: EngineState, user: number): number[] {
  const found: number[] = [];
  for (let link = firstPairOf(state.users, user); link !== 0; link = nextOf(state.pairs, link - 1)) {
    found.push(link - 1);
  }
  return found;
}

export const throttlesWhere = (state: EngineState, test: (throttle: Throttle) => boolean): Throttle[] =>
  Array.from(state.responses.throttles.values(), (entry) => entry.throttle).filter(test);
