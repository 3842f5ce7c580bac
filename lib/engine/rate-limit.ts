/** What a throttle for a rate lets through, and whether there may be one. */

import { normalOf } from './baseline.ts';
import { costOf } from './cost.ts';
import { isOneOfMany } from './crowd.ts';
import { lastAtOf, userOf } from './pairs.ts';
import { alarmNats, lastHour, rateEvidence } from './rate-evidence.ts';
import { rushAt } from './rush.ts';
import { hourAsOthers } from './share.ts';
import type { EngineState } from './state.ts';
import { type Traffic, triesNow } from './traffic.ts';
import { firstAtOf } from './users.ts';

/** How long somebody is new, ms. */
export const newcomerMs = 3_600_000;

/**
 * On the first day of an installation everybody is unseen, and many a job looks like a newcomer's flood: it is told
 * (but not in the first hours, when all jobs come for the first time) and learned, and refused only as a burst that would
 * stand out from a crowd of so many times the normal; or of the normal in the first minutes, when hardly anything runs
 * through it yet but somebody's test.
 */
const earlyTimes = 6;
const earlyMs = 8 * 3_600_000;
const firstDayMs = 86_400_000;
const testMs = 600_000;
const jobsFirstMs = 4 * 3_600_000;
/** In a rush people come more often, and hurry; their bursts are at most so many times the normal … */
const rushBurstMax = 2;
const rushBurstSpread = 0.5;
/** … and they differ in it by as much as they come on average (squared coefficient of variation). */
const rushSpread = 1;
/** What a burst must still say to be none of a rush. */
const rushBurstNats = 15;
/** Nor are requests that each cost so many ordinary ones: a sale makes everybody's answers slower, by less than that. */
const rushCostMax = 8;

/** How many times the normal a newcomer's burst may be on the first day; 0 for anybody else. */
function earliness({ pairs, users, traffic }: EngineState, pair: number): number {
  const ts = lastAtOf(pairs, pair);
  if (ts - firstAtOf(users, userOf(pairs, pair)) > newcomerMs) return 0;
  const ageMs = installedMs(traffic, ts);
  if (ageMs > firstDayMs) return 0;
  return ageMs < testMs ? 1 : 1 + earlyTimes * Math.exp(-ageMs / earlyMs);
}

const installedMs = ({ firstMinute }: Traffic, ts: number): number => ts - firstMinute * 60_000;

/** In the first hours jobs are seen for the first time one after another; nobody is told of each. */
export function isJobsFirst({ traffic }: EngineState, ts: number): boolean {
  const ageMs = installedMs(traffic, ts);
  return ageMs >= testMs && ageMs < jobsFirstMs;
}

/** Whether the pair may be a job that was there before the installation: then it is neither refused nor left unlearned. */
export function mayBeJob(state: EngineState, pair: number): boolean {
  const early = earliness(state, pair);
  return early > 0 && rateEvidence(state, pair, early).burstNats < alarmNats;
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
  return (
    Math.ceil(Math.max(always, sensitivity * busy) * rushOf(state, pair) * triesNow(state.traffic) * 10) / 10
  );
}

/** How many times the normal is normal in this rush; a rush is no reason for bursts, nor for what costs much. */
function rushOf(state: EngineState, pair: number): number {
  const rush = rushAt(state, pair);
  if (rush === 1 || costOf(state, pair) > rushCostMax) return 1;
  const times = Math.min(rush, rushBurstMax) * triesNow(state.traffic);
  return rateEvidence(state, pair, times, rushBurstSpread).burstNats > rushBurstNats ? 1 : rush;
}

/** Whether a pair does no more than many do now: come in a rush, or send again what was not served. */
export function isExplained(state: EngineState, pair: number): boolean {
  const rush = rushOf(state, pair);
  const tries = triesNow(state.traffic);
  if (rush * tries === 1) return false;
  // The number of tries is geometric, so its squared coefficient of variation is the share that fails.
  const spread = (rush > 1 ? rushSpread : 0) + (1 - 1 / tries);
  const times = rush * tries * (rush > 1 ? visitTimes(state, pair) : 1);
  return rateEvidence(state, pair, times, spread).nats < alarmNats;
}

/** Whoever comes in a rush does there what others do, however seldom until now: as many times the pair's normal is that. */
function visitTimes(state: EngineState, pair: number): number {
  const usual = normalOf(state.pairs, state.endpoints, pair, 3).mean;
  return Math.max(1, hourAsOthers(state, pair) / usual);
}

/**
 * A pair that stayed within `baseLimit` during the last hour is never throttled for its rate. A request that costs as
 * much as ten ordinary ones counts as ten.
 */
export function mayThrottle(state: EngineState, pair: number): boolean {
  if (mayBeJob(state, pair) || isExplained(state, pair)) return false;
  const early = Math.max(1, earliness(state, pair));
  // One of many: only what is beyond any crowd is refused.
  if ((isOneOfMany(state, pair) || early > 1) && rateEvidence(state, pair, early).nats < alarmNats)
    return false;
  return lastHour(state, pair) * costOf(state, pair) > state.config.settings.baseLimit;
}
