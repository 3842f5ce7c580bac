/**
 * Sales and news multiply everybody's visits, and no user's share of them tells. A rush is the mean over an endpoint's
 * users of how many times as often as ever they come: a visit is a slot with a request in it, and counts one over the visits
 * that the user makes in a day. So machines, who come all day, weigh no more than people; nor does whoever floods.
 */

import { column, type Saved } from './columns.ts';
import { ageOf, endpointOf, lastAtOf, samplesOf, slotMs } from './pairs.ts';
import type { EngineState } from './state.ts';

/** One row an endpoint, as in `endpoints.ts`. */
export interface Visits extends Saved {
  /** Sum of what visits count, and of the squares of it; decayed, and when that was. */
  readonly sums: Float32Array;
  readonly at: Float64Array;
  /** What visits count hour by hour, a ring: this hour, and a day before it. */
  readonly hours: Float32Array;
  /** The rush that was, decayed as `sums`: who is judged by an hour was in it. */
  readonly rush: Float32Array;
}

/** Visits decay by 1/e in this time, and a rush that was in that. */
const decayMs = 300_000;
const rushDecayMs = 3_600_000;
const hourMs = 3_600_000;
const hoursKept = 25;
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
/** One that has begun goes on down to this: a sale of about `rushMin` times would come and go, and be nobody's excuse. */
const rushStays = 1.5;
/** Standard errors that are taken off. */
const deviations = 2;

export function createVisits(max: number): Visits {
  const sums = new Float32Array(max * 2);
  const at = new Float64Array(max);
  const hours = new Float32Array(max * hoursKept);
  const rush = new Float32Array(max);
  const columns = [
    column('sums', sums, 2),
    column('at', at),
    column('hours', hours, hoursKept),
    column('rush', rush),
  ];
  return { sums, at, hours, rush, columns, rows: 0 };
}

/** What a visit of the pair counts: 1 over those of a day. Of somebody new at the endpoint one tells little. */
function weightOf({ pairs }: EngineState, pair: number): number {
  const perDay = (slotsPerDay * (samplesOf(pairs, pair) + 1)) / (ageOf(pairs, pair) + 1);
  return 1 / (visitsBelieved + perDay);
}

/** Counts the first request of a pair in a slot. */
export function countVisit(state: EngineState, pair: number): void {
  const { pairs, visits } = state;
  const { sums, hours, rush } = visits;
  const ts = lastAtOf(pairs, pair);
  const endpoint = endpointOf(pairs, pair);
  visits.rows = Math.max(visits.rows, endpoint + 1);
  age(visits, endpoint, ts);
  const weight = weightOf(state, pair);
  sums[endpoint * 2] = (sums[endpoint * 2] ?? 0) + weight;
  sums[endpoint * 2 + 1] = (sums[endpoint * 2 + 1] ?? 0) + weight * weight;
  const hour = hourCell(endpoint, Math.floor(ts / hourMs));
  hours[hour] = (hours[hour] ?? 0) + weight;
  const times = timesUsual(state, endpoint, ts, 0);
  const lately = rush[endpoint] ?? 0;
  if (times > Math.max(lately, rushFrom(lately))) rush[endpoint] = times;
}

/** What counts as a rush, after what there was of one lately. */
const rushFrom = (lately: number): number => (lately > rushStays ? rushStays : rushMin);

const hourCell = (endpoint: number, hour: number): number => endpoint * hoursKept + (hour % hoursKept);

function age({ sums, hours, at, rush }: Visits, endpoint: number, ts: number): void {
  const last = at[endpoint] ?? 0;
  const waitedMs = ts - last;
  if (waitedMs <= 0 && waitedMs > -clockSlackMs) return;
  at[endpoint] = ts;
  const decay = waitedMs < 0 ? 0 : Math.exp(-waitedMs / decayMs);
  sums[endpoint * 2] = (sums[endpoint * 2] ?? 0) * decay;
  sums[endpoint * 2 + 1] = (sums[endpoint * 2 + 1] ?? 0) * decay;
  rush[endpoint] = waitedMs < 0 ? 0 : (rush[endpoint] ?? 0) * Math.exp(-waitedMs / rushDecayMs);
  const hour = Math.floor(ts / hourMs);
  const begun = Math.min(hoursKept, hour - Math.floor(last / hourMs));
  for (let back = 0; back < begun; back++) hours[hourCell(endpoint, hour - back)] = 0;
}

/** What is usual in `decayMs` at this hour: a day's mean, or yesterday's hour or the one after it, if they were busier. */
function usual({ visits, traffic }: EngineState, endpoint: number, hour: number): number {
  const { hours } = visits;
  const known = Math.min(hoursKept - 1, hour - Math.floor(traffic.firstMinute / 60));
  let day = 0;
  for (let back = 1; back <= known; back++) day += hours[hourCell(endpoint, hour - back)] ?? 0;
  let most = day / Math.max(1, known);
  for (const back of [hoursKept - 1, hoursKept - 2]) {
    most = Math.max(most, hours[hourCell(endpoint, hour - back)] ?? 0);
  }
  return most * (decayMs / hourMs);
}

/**
 * How many times as often as ever all but `own` of the visits come, less what chance may add: of a sum that rests on n users
 * (weighted: Kish, Survey Sampling, 1965, 11.7) the relative standard error is n^-1/2. At most `rushMax`.
 */
function timesUsual(state: EngineState, endpoint: number, ts: number, own: number): number {
  const { visits, traffic } = state;
  if (ts - traffic.firstMinute * 60_000 < rushKnownMs) return 0;
  const left = Math.exp(-Math.max(0, ts - (visits.at[endpoint] ?? 0)) / decayMs);
  const others = (visits.sums[endpoint * 2] ?? 0) * left - own;
  const squares = (visits.sums[endpoint * 2 + 1] ?? 0) * left - own * own;
  if (others <= 0) return 0;
  const visitors = others ** 2 / Math.max(squares, 1e-9);
  const surely = others * (1 - deviations / Math.sqrt(visitors));
  const hour = Math.floor(Math.max(ts, visits.at[endpoint] ?? 0) / hourMs);
  return Math.min(rushMax, surely / Math.max(1e-9, usual(state, endpoint, hour)));
}

/** How many times as often as ever others come to a pair's endpoint, or came in the last hour, where that is a rush; else 1. */
export function rushAt(state: EngineState, pair: number): number {
  const { pairs, visits } = state;
  const endpoint = endpointOf(pairs, pair);
  const ts = lastAtOf(pairs, pair);
  const waitedMs = Math.max(0, ts - (visits.at[endpoint] ?? 0));
  const lately = (visits.rush[endpoint] ?? 0) * Math.exp(-waitedMs / rushDecayMs);
  const times = Math.max(lately, timesUsual(state, endpoint, ts, weightOf(state, pair)));
  return times < rushFrom(lately) ? 1 : times;
}
