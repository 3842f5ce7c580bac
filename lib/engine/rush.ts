/**
 * Sales and news multiply everybody's visits, and no user's share of them tells. A rush is the mean over an endpoint's
 * users of how many times as often as ever they come: a visit is a slot with a request in it, and counts one over the visits
 * that the user makes in a day. So machines, who come all day, weigh no more than people; nor does whoever floods.
 */

import { type Endpoints, hoursKept, visitStride } from './endpoints.ts';
import { ageOf, endpointOf, lastAtOf, samplesOf, slotMs } from './pairs.ts';
import type { EngineState } from './state.ts';

/** Visits decay by 1/e in this time. */
const visitsDecayMs = 600_000;
const hourMs = 3_600_000;
const slotsPerDay = 86_400_000 / slotMs;
/** Visits a day that anybody is taken to make beside those seen, so that a few who hardly ever come weigh little. */
const visitsBelieved = 4;
/** Nobody knows an endpoint's visits before this. */
const rushKnownMs = 3 * hourMs;
/** A clock that went back this far starts anew. */
const clockSlackMs = 300_000;
/** So many times their usual number is a rush rather than another day; more is counted as `rushMax`. */
const rushMin = 2;
const rushMax = 6;
/** Standard errors that are taken off. */
const deviations = 2;

/** What a visit of the pair counts: 1 over those of a day. Of somebody new at the endpoint one tells little. */
export function visitWeight({ pairs }: EngineState, pair: number): number {
  const perDay = (slotsPerDay * (samplesOf(pairs, pair) + 1)) / (ageOf(pairs, pair) + 1);
  return 1 / (visitsBelieved + perDay);
}

/** Counts the first request of a pair in a slot. */
export function countVisit(state: EngineState, pair: number): void {
  const { pairs, endpoints } = state;
  const ts = lastAtOf(pairs, pair);
  const endpoint = endpointOf(pairs, pair);
  ageVisits(endpoints, endpoint, ts);
  const { visits, visitHours } = endpoints;
  const weight = visitWeight(state, pair);
  const cell = endpoint * visitStride;
  visits[cell] = (visits[cell] ?? 0) + weight;
  visits[cell + 1] = (visits[cell + 1] ?? 0) + weight * weight;
  const hour = hourCell(endpoint, Math.floor(ts / hourMs));
  visitHours[hour] = (visitHours[hour] ?? 0) + weight;
}

const hourCell = (endpoint: number, hour: number): number => endpoint * hoursKept + (hour % hoursKept);

function ageVisits({ visits, visitHours, visitedAt }: Endpoints, endpoint: number, ts: number): void {
  const last = visitedAt[endpoint] ?? 0;
  const waitedMs = ts - last;
  if (waitedMs <= 0 && waitedMs > -clockSlackMs) return;
  visitedAt[endpoint] = ts;
  const decay = waitedMs < 0 ? 0 : Math.exp(-waitedMs / visitsDecayMs);
  const cell = endpoint * visitStride;
  visits[cell] = (visits[cell] ?? 0) * decay;
  visits[cell + 1] = (visits[cell + 1] ?? 0) * decay;
  const hour = Math.floor(ts / hourMs);
  const hours = Math.min(hoursKept, hour - Math.floor(last / hourMs));
  for (let back = 0; back < hours; back++) visitHours[hourCell(endpoint, hour - back)] = 0;
}

/** Visits that are usual in `visitsDecayMs` at this hour: those of a day's mean, or of yesterday's hour, if that was busier. */
function usualVisits({ endpoints, traffic }: EngineState, endpoint: number, ts: number): number {
  const { visitHours } = endpoints;
  const hour = Math.floor(ts / hourMs);
  const known = Math.min(hoursKept - 1, hour - Math.floor(traffic.firstMinute / 60));
  let day = 0;
  for (let back = 1; back <= known; back++) day += visitHours[hourCell(endpoint, hour - back)] ?? 0;
  let most = day / Math.max(1, known);
  for (const back of [hoursKept - 1, hoursKept - 2]) {
    most = Math.max(most, visitHours[hourCell(endpoint, hour - back)] ?? 0);
  }
  return most * (visitsDecayMs / hourMs);
}

/**
 * How many times as often as ever others come to a pair's endpoint now, where that is a rush; else 1. Less what chance may
 * add: of a sum that rests on n users (weighted: Kish, Survey Sampling, 1965, 11.7) the relative standard error is n^-1/2.
 */
export function rushAt(state: EngineState, pair: number): number {
  const { pairs, endpoints, traffic } = state;
  const endpoint = endpointOf(pairs, pair);
  const ts = lastAtOf(pairs, pair);
  if (ts - traffic.firstMinute * 60_000 < rushKnownMs) return 1;
  ageVisits(endpoints, endpoint, ts);
  const own = visitWeight(state, pair);
  const others = (endpoints.visits[endpoint * visitStride] ?? 0) - own;
  const squares = (endpoints.visits[endpoint * visitStride + 1] ?? 0) - own * own;
  if (others <= 0) return 1;
  const visitors = others ** 2 / Math.max(squares, 1e-9);
  if (visitors <= deviations ** 2) return 1;
  const surely = others * (1 - deviations / Math.sqrt(visitors));
  const times = surely / Math.max(1e-9, usualVisits(state, endpoint, ts));
  return times < rushMin ? 1 : Math.min(rushMax, times);
}
