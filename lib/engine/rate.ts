/**
 * Rate evidence, shared by the detectors that judge how often: over four windows at once, how improbable is the count
 * of a pair, were `sensitivity` times its normal still normal? The strongest window speaks.
 */

import type { Evidence } from '../contract/alert.ts';
import { normalOf } from './baseline.ts';
import { doubtHour } from './drift.ts';
import { at, rowStride, tainted, windowCount, windowsMs } from './pairs.ts';
import { shareEvidence } from './share.ts';
import type { EngineState, Observation } from './state.ts';
import { countAt, countNats } from './tail.ts';

/** Past this, it is not chance: e^-24, about once in 10^10 slots were the model exact. */
export const alarmNats = 24;
/** Past this, a slot is not learned. */
const doubtNats = 15;
/** Below this the rate says nothing, whatever the share says. */
const rateNatsMin = 11;
/** The edge of the band that people see: about 1 slot in 150. */
export const bandNats = 5;
/** Share of `baseLimit` below which a rate is nobody's business. */
const noticedShare = 0.3;
/** Windows that are bursts: 10 s and 1 min. */
const burstWindows = 2;

/** Fewer requests in the last minute than this are not worth a throttle. */
const perMinuteMin = 3;

/** The least that a pair's share of its user must say beside the rate … */
const shareNatsMin = 6;
const shareNatsMax = 19;
/** Said clearly enough to be heard even within `baseLimit`. */
const shareNatsClear = 12;
/** A user is young until one whole day was seen of it: nightly jobs come once a day. Then its share must be clearer. */
const youngMs = 26 * 3_600_000;
const shareNatsMinYoung = 9;
/** … unless the rate is beyond anything that season, bursts and growth could explain. */
const extremeNats = 120;

export interface RateEvidence {
  nats: number;
  window: number;
}

const strongest: RateEvidence = { nats: 0, window: 0 };

/** Reused: read before the next call. */
export function rateEvidence(state: EngineState, pair: number): RateEvidence {
  strongest.nats = 0;
  strongest.window = 0;
  const { pairs, endpoints } = state;
  const row = pair * rowStride;
  const { baseLimit, sensitivity } = state.config.settings;
  if ((pairs.row[row + at.count + 3] ?? 0) < baseLimit * noticedShare) return strongest;
  for (let window = 0; window < windowCount; window++) {
    const { mean, shape } = normalOf(pairs, endpoints, pair, window);
    const nats = countNats(pairs.row[row + at.count + window] ?? 0, mean * sensitivity, shape);
    if (nats > strongest.nats) {
      strongest.nats = nats;
      strongest.window = window;
    }
  }
  return strongest;
}

/**
 * Nats past the alarm line; 0 or less where there is nothing to say. Rate and share must both speak, and what the
 * share says beyond its minimum lowers the line for the rate. Evidence of long windows outlives the abuse, so a pair
 * that is back within its limit by now is left alone. On the way to the alarm, the slot is marked as not to be learned.
 */
export function rateAlarm(state: EngineState, { pair, user, ts }: Observation): number {
  const { nats, window } = rateEvidence(state, pair);
  if (nats <= rateNatsMin) return 0;
  const { pairs } = state;
  const row = pair * rowStride;
  const share = nats > extremeNats ? Number.POSITIVE_INFINITY : shareEvidence(state, pair);
  const isYoung = ts - (state.users.firstAt[user] ?? 0) < youngMs;
  const shareMin = isYoung ? shareNatsMinYoung : shareNatsMin;
  if (share < shareMin) return 0;
  // Within `baseLimit` an hour a rate is people's business only as a burst, or where the share speaks clearly.
  const within = (pairs.row[row + at.count + 3] ?? 0) < state.config.settings.baseLimit;
  if (within && window >= burstWindows && (share < shareNatsClear || share === Number.POSITIVE_INFINITY))
    return 0;
  const all = share === Number.POSITIVE_INFINITY ? nats : nats + Math.min(share, shareNatsMax) - shareNatsMin;
  if (all > (isYoung ? alarmNats : doubtNats)) {
    pairs.flags[pair] = (pairs.flags[pair] ?? 0) | tainted;
    doubtHour(state, user);
  }
  if (all <= alarmNats) return 0;
  const lastMinute = pairs.row[row + at.count + 1] ?? 0;
  return lastMinute > Math.max(perMinuteMin, limitOf(state, pair)) ? all - alarmNats : 0;
}

/** What a throttle lets through: `sensitivity` times the normal of a busy stretch, and never less than `baseLimit`. */
export function limitOf(state: EngineState, pair: number): number {
  const { pairs, endpoints } = state;
  const { baseLimit, sensitivity } = state.config.settings;
  const busy = Math.max(
    normalOf(pairs, endpoints, pair, 2).mean / 10,
    normalOf(pairs, endpoints, pair, 3).mean / 60,
  );
  return Math.ceil(Math.max(baseLimit / 60, sensitivity * busy) * 10) / 10;
}

/** A pair that stayed within `baseLimit` during the last hour is never throttled for its rate. */
export function mayThrottle(state: EngineState, pair: number): boolean {
  return (state.pairs.row[pair * rowStride + at.count + 3] ?? 0) > state.config.settings.baseLimit;
}

/** Upper edge of a window's band. */
export function upperOf(state: EngineState, pair: number, window: number): number {
  const { mean, shape } = normalOf(state.pairs, state.endpoints, pair, window);
  return countAt(bandNats, mean, shape);
}

const windowWords = ['10 seconds', 'a minute', '10 minutes', 'an hour'] as const;
const measures = [
  'requests_per_10_s',
  'requests_per_minute',
  'requests_per_10_min',
  'requests_per_hour',
] as const;

/** Every window that says something, strongest first. */
export function explainRate(state: EngineState, { pair }: Observation): Evidence[] {
  const { pairs, endpoints } = state;
  const lines: Evidence[] = [];
  let all = 0;
  for (let window = 0; window < windowCount; window++) {
    const { mean, shape } = normalOf(pairs, endpoints, pair, window);
    const observed = Math.round(pairs.row[pair * rowStride + at.count + window] ?? 0);
    const nats = countNats(observed, mean * state.config.settings.sensitivity, shape);
    if (nats < bandNats) continue;
    all += nats;
    const upper = Math.ceil(countAt(bandNats, mean, shape));
    lines.push({
      measure: measures[window] ?? 'requests',
      text: `${observed} requests in ${windowWords[window]}; normally about ${round(mean)}, at most ${upper}`,
      observed,
      expected: round(mean),
      lower: 0,
      upper,
      windowMs: windowsMs[window] ?? 0,
      sampleCount: Math.round(pairs.row[pair * rowStride + at.samples] ?? 0),
      weight: nats,
    });
  }
  for (const line of lines) line.weight = Math.round((line.weight / all) * 100) / 100;
  return lines.sort((a, b) => b.weight - a.weight);
}

export const round = (value: number): number =>
  value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
