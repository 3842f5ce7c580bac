/** When a rate is an alarm, shared by the detectors that judge how often: rate and share of a pair must both speak. */

import type { HttpMethod } from '../contract/event.ts';
import { costOf, costsOf } from './cost.ts';
import { crowdAt, othersSuspected } from './crowd.ts';
import { doubtHour } from './drift.ts';
import { at, raiseFlag, rowStride, tainted } from './pairs.ts';
import { alarmNats, burstWindows, lastHour, type RateEvidence, rateEvidence } from './rate-evidence.ts';
import { isExplained, isJobsFirst, limitOf, mayBeJob, newcomerMs } from './rate-limit.ts';
import { habitEvidence, shareEvidence } from './share.ts';
import type { EngineState, Observation } from './state.ts';
import { firstAtOf } from './users.ts';

/** The alarm line of calls that change something: pages do not make them in bursts. */
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
  const isJob = past > 0 && mayBeJob(state, pair);
  if ((past > 0 && !isJob) || ageMs > youngMs) {
    raiseFlag(pairs, pair, tainted);
    doubtHour(state, user);
  }
  const lastMinute = pairs.row[pair * rowStride + at.count + 1] ?? 0;
  if ((isJob && isJobsFirst(state, ts)) || (past > 0 && isExplained(state, pair))) return 0;
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

/** The kinds of finding that are about how often one pair calls. */
export const rateKinds = ['rate_spike', 'new_user_flood', 'resource_abuse', 'bulk_read'] as const;
type RateKind = (typeof rateKinds)[number];

/** A pair whose requests cost this many ordinary ones abuses time, or reads in bulk, rather than floods. */
const costlyMin = 4;

/** What a rate alarm of this pair would be about. */
export function rateKind(state: EngineState, { pair, user, nowMs }: Observation): RateKind {
  const { time, size } = costsOf(state, pair);
  if (time >= costlyMin && time >= size) return 'resource_abuse';
  if (size >= costlyMin) return 'bulk_read';
  return nowMs - firstAtOf(state.users, user) < newcomerMs ? 'new_user_flood' : 'rate_spike';
}
