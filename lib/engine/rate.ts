/**
 * Rate evidence, shared by the detectors that judge how often: over four windows at once, how improbable is the count
 * of a pair, were `sensitivity` times its normal still normal? The strongest window speaks.
 */

import type { HttpMethod } from '../contract/event.ts';
import { isWithinNormal, normalOf } from './baseline.ts';
import { costOf, costsOf } from './cost.ts';
import { doubtHour } from './drift.ts';
import {
  at,
  endpointOf,
  hasFlag,
  lastAtOf,
  raiseFlag,
  rowStride,
  suspected,
  tainted,
  userOf,
  windowCount,
} from './pairs.ts';
import { crowdAt, habitEvidence, rushAt, shareEvidence } from './share.ts';
import type { EngineState, Observation } from './state.ts';
import { countNats } from './tail.ts';
import { firstAtOf } from './users.ts';

/** Past this, it is not chance: e^-24, about once in 10^10 slots were the model exact. */
export const alarmNats = 24;
/** The same for calls that change something: pages do not make them in bursts. */
const writeNats = 12;
const isWrite = (method: HttpMethod): boolean =>
  method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE';
/** Past this, a slot is not learned. */
const doubtNats = 15;
/** Below this the rate says nothing, whatever the share says. */
const rateNatsMin = 11;
/** Fewer requests in the last hour than this are nobody's business, by cost or by number … */
const noticedMin = 10;
const noticedCostlyMin = 5;
/** … and where only the cohort can tell, this share of `baseLimit`. */
const noticedShare = 0.3;
/** Windows that are bursts: 10 s and 1 min. */
const burstWindows = 2;
/** Nats of these windows that make a burst. */
export const burstNatsMin = 8;
/** In a rush some come ten times as often as ever, and others not at all. */
const rushSpread = 0.5;
/** Fewer requests in the last minute than this are not worth a throttle. */
const perMinuteMin = 3;

/** Of a user with habits: what rate and share must say at least, at most, and together. */
const habitRateMin = 1.5;
const habitRateMax = 12;
const habitShareMin = 6;
const habitShareMax = 25;
const habitNats = 18;
/** From so far below the line on, a pair is counted; each other pair there, lately, raises the line by this much. */
const crowdFrom = -9;
const crowdNats = 3;
const crowdMax = 6;
/** With more suspects than this at an endpoint, habits tell people, and refuse nothing. */
const crowdActMax = 2.5;
/** How long a suspect pair counts, ms. */
const crowdMs = 1_800_000;
/** Of others: the least that the share must say beside the rate … */
const shareNatsMin = 6;
const shareNatsMax = 19;
/** Said clearly enough to be heard even within `baseLimit`. */
const shareNatsClear = 12;
/** A user is young until one whole day was seen of it: nightly jobs come once a day. Then its share must be clearer. */
const youngMs = 26 * 3_600_000;
const shareNatsMinYoung = 9;
/** … unless the rate is beyond anything that season, bursts and growth could explain. */
const extremeNats = 120;

/** How long somebody is new, ms. */
const newcomerMs = 3_600_000;
/**
 * In the first hours of an installation everybody is unseen, and many a job looks like a newcomer's flood: it is told,
 * and refused only where it would stand out from a crowd of so many times the normal. Not in the first minutes, when
 * nothing runs through it yet but somebody's test.
 */
const earlyTimes = 6;
const earlyMs = 8 * 3_600_000;
const testMs = 600_000;

export interface RateEvidence {
  nats: number;
  window: number;
  /** Of the windows that are bursts. */
  burstNats: number;
}

const strongest: RateEvidence = { nats: 0, window: 0, burstNats: 0 };

/**
 * @param crowd how many times the normal counts as normal
 * @param spread how much users differ in that (squared coefficient of variation). Reused: read before the next call.
 */
export function rateEvidence(state: EngineState, pair: number, crowd = 1, spread = 0): RateEvidence {
  strongest.nats = 0;
  strongest.window = 0;
  strongest.burstNats = 0;
  const { pairs, endpoints } = state;
  const row = pair * rowStride;
  const times = state.config.settings.sensitivity * crowd;
  for (let window = 0; window < windowCount; window++) {
    if (isWithinNormal(pairs, endpoints, pair, window, times)) continue;
    const count = pairs.row[row + at.count + window] ?? 0;
    const { mean, shape } = normalOf(pairs, endpoints, pair, window);
    const nats = countNats(count, mean * times, 1 / (1 / shape + spread)) * state.evidenceWeight;
    if (window < burstWindows) strongest.burstNats = Math.max(strongest.burstNats, nats);
    if (nats > strongest.nats) {
      strongest.nats = nats;
      strongest.window = window;
    }
  }
  return strongest;
}

/** Above 1 for a newcomer to a young installation. */
function earliness({ pairs, users, traffic }: EngineState, pair: number): number {
  const ts = lastAtOf(pairs, pair);
  if (ts - firstAtOf(users, userOf(pairs, pair)) > newcomerMs) return 1;
  const ageMs = ts - traffic.firstMinute * 60_000;
  return ageMs < testMs ? 1 : 1 + earlyTimes * Math.exp(-ageMs / earlyMs);
}

export const lastHour = ({ pairs }: EngineState, pair: number): number =>
  pairs.row[pair * rowStride + at.count + 3] ?? 0;

/**
 * Nats past the alarm line; 0 or less where there is nothing to say. Rate and share must both speak. Evidence of long
 * windows outlives the abuse, so a pair that is back within its limit by now is left alone. On the way to the alarm,
 * the slot is marked as not to be learned.
 */
export function rateAlarm(state: EngineState, seen: Observation): number {
  if (Number.isNaN(seen.rate)) seen.rate = judgeRate(state, seen);
  return seen.rate;
}

function judgeRate(state: EngineState, { event, pair, user, ts }: Observation): number {
  const hour = lastHour(state, pair);
  if (hour < noticedMin && (hour < noticedCostlyMin || costOf(state, pair) === 1)) return 0;
  const rate = rateEvidence(state, pair);
  const { nats } = rate;
  if (nats < habitRateMin) return 0;
  const { pairs } = state;
  const ageMs = ts - firstAtOf(state.users, user);
  const past = Math.max(
    againstHabits(state, pair, ageMs, nats),
    againstCrowd(state, pair, ageMs, rate, isWrite(event.method)),
  );
  if (past <= doubtNats - alarmNats) return 0;
  if (past > 0 || ageMs > youngMs) {
    raiseFlag(pairs, pair, tainted);
    doubtHour(state, user);
  }
  const lastMinute = pairs.row[pair * rowStride + at.count + 1] ?? 0;
  return lastMinute > Math.max(perMinuteMin, limitOf(state, pair)) ? past : 0;
}

/** Where the user's own habits are known, a little rate and a clear share, or the other way round, are enough. */
function againstHabits(state: EngineState, pair: number, ageMs: number, rate: number): number {
  const share = habitEvidence(state, pair, ageMs);
  if (share < habitShareMin) return Number.NEGATIVE_INFINITY;
  // What costs as much as many requests is as surprising as a few more of them.
  const cost = Math.log(costOf(state, pair));
  const past = Math.min(rate + cost, habitRateMax) + Math.min(share, habitShareMax) - habitNats;
  return past > crowdFrom ? past - crowdNats * Math.min(crowdMax, othersSuspected(state, pair)) : past;
}

/** When many users of an endpoint turn suspicious at once, it is the crowd, not the users. Each counts once a slot. */
function othersSuspected({ pairs, endpoints }: EngineState, pair: number): number {
  const endpoint = endpointOf(pairs, pair);
  const ts = lastAtOf(pairs, pair);
  const waitedMs = ts - (endpoints.suspectedAt[endpoint] ?? 0);
  if (waitedMs > 0) {
    endpoints.suspected[endpoint] = (endpoints.suspected[endpoint] ?? 0) * Math.exp(-waitedMs / crowdMs);
    endpoints.suspectedAt[endpoint] = ts;
  }
  const isCounted = hasFlag(pairs, pair, suspected);
  if (!isCounted) {
    raiseFlag(pairs, pair, suspected);
    endpoints.suspected[endpoint] = (endpoints.suspected[endpoint] ?? 0) + 1;
  }
  return Math.max(0, (endpoints.suspected[endpoint] ?? 0) - 1);
}

/** Where only the crowd can tell, and of pairs that are nearly all that a user does, the rate must be clear. */
function againstCrowd(
  state: EngineState,
  pair: number,
  ageMs: number,
  rate: RateEvidence,
  write: boolean,
): number {
  const { nats, window, burstNats } = rate;
  const { baseLimit } = state.config.settings;
  const hour = lastHour(state, pair);
  if (nats <= rateNatsMin || hour < baseLimit * noticedShare) return Number.NEGATIVE_INFINITY;
  // A crowd grows over minutes and explains no burst.
  const crowd = burstNats > doubtNats ? 1 : crowdAt(state, pair);
  const share = nats > extremeNats * crowd ? Number.POSITIVE_INFINITY : shareEvidence(state, pair, crowd);
  if (share < (ageMs < youngMs ? shareNatsMinYoung : shareNatsMin)) return Number.NEGATIVE_INFINITY;
  if (write) return nats - writeNats;
  // Within `baseLimit` an hour a rate is people's business only as a burst, or where the share speaks clearly.
  const clear = share >= shareNatsClear && share !== Number.POSITIVE_INFINITY;
  if (hour < baseLimit && window >= burstWindows && !clear) return Number.NEGATIVE_INFINITY;
  if (share === Number.POSITIVE_INFINITY) return nats - alarmNats;
  return nats + Math.min(share, shareNatsMax) - shareNatsMin - alarmNats;
}

/** What a throttle lets through: `sensitivity` times the normal of a busy stretch, and never less than `baseLimit`. */
export function limitOf(state: EngineState, pair: number): number {
  const { pairs, endpoints } = state;
  const { baseLimit, sensitivity } = state.config.settings;
  const busy = Math.max(
    normalOf(pairs, endpoints, pair, 2).mean / 10,
    normalOf(pairs, endpoints, pair, 3).mean / 60,
  );
  const always = baseLimit / 60 / costOf(state, pair);
  return Math.ceil(Math.max(always, sensitivity * busy) * rushOf(state, pair) * 10) / 10;
}

/** How many times the normal is normal in this rush; a rush is no reason for bursts. */
function rushOf(state: EngineState, pair: number): number {
  const rush = rushAt(state, pair);
  return rush > 1 && rateEvidence(state, pair).burstNats > burstNatsMin ? 1 : rush;
}

/**
 * A pair that stayed within `baseLimit` during the last hour is never throttled for its rate. A request that costs as
 * much as ten ordinary ones counts as ten.
 */
export function mayThrottle(state: EngineState, pair: number): boolean {
  const rush = rushOf(state, pair);
  const times = earliness(state, pair) * rush;
  const isOneOfMany = (state.endpoints.suspected[endpointOf(state.pairs, pair)] ?? 0) > crowdActMax;
  // One of many: only what is beyond any crowd is refused.
  if (isOneOfMany || times > 1) {
    const { nats } = rateEvidence(state, pair, times, rush > 1 ? rushSpread : 0);
    if (nats < alarmNats) return false;
  }
  return lastHour(state, pair) * costOf(state, pair) > state.config.settings.baseLimit;
}

/** The kinds of finding that are about how often one pair calls. */
export const rateKinds = ['rate_spike', 'new_user_flood', 'resource_abuse', 'bulk_read'] as const;
export type RateKind = (typeof rateKinds)[number];

/** A pair whose requests cost this many ordinary ones abuses time, or reads in bulk, rather than floods. */
const costlyMin = 4;

/** What a rate alarm of this pair would be about. */
export function rateKind(state: EngineState, { pair, user, nowMs }: Observation): RateKind {
  const { time, size } = costsOf(state, pair);
  if (time >= costlyMin && time >= size) return 'resource_abuse';
  if (size >= costlyMin) return 'bulk_read';
  return nowMs - firstAtOf(state.users, user) < newcomerMs ? 'new_user_flood' : 'rate_spike';
}
