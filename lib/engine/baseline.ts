/**
 * What is normal for a pair: the empirical-Bayes (gamma-Poisson) estimate of how high its counts peak within a slot,
 * for each window. The endpoint's cohort is the prior; a pair's own slots outweigh it as they come. One outburst may
 * pull the mean only so far, a mean may grow only so much a day, and slots above the alarm line are not learned:
 * whoever is judged by the baseline cannot teach it.
 */

import { cohortPrior, crowdMean, type Prior } from './cohort.ts';
import type { Endpoints } from './endpoints.ts';
import {
  ageOf,
  at,
  endpointOf,
  hasFlag,
  lowerFlag,
  type Pairs,
  ringOf,
  ringSlots,
  rowStride,
  samplesOf,
  setAge,
  setSamples,
  slotMs,
  suspected,
  tainted,
  windowCount,
} from './pairs.ts';

/** A baseline rests on at most this many slots: half a day of constant use, weeks of occasional use. */
const samplesMax = 72;
/** Before this many slots a mean may still find its level freely. */
const samplesSettled = 36;
/** How far past its mean one slot may pull: times the mean, plus a few requests. */
const pullMax = 4;
/** Most that the anchor moves in a day, up and down. */
const anchorUpPerDay = 1.25;
const anchorDownPerDay = 0.97;
/** Headroom of the mean over its anchor. */
const anchorHeadroom = 1.5;
/** Slots' worth of weight of the prior belief that counts vary by `spreadPrior` around their mean. */
const spreadSamples = 6;
const spreadPrior = 0.5;
const spreadMin = 1 / 30;
const shapeMin = 0.2;
const slotsPerDay = 86_400_000 / slotMs;

/** Standard deviations above the cohort up to which it has its whole say. */
const cohortReach = 2;

/** Mean and shape of a window's peak, as a negative binomial. Reused: read before the next call. */
export interface Normal {
  mean: number;
  shape: number;
}

const normal: Normal = { mean: 0, shape: 0 };
const prior: Prior = { mu: 0, variance: 1 };

/**
 * Predictive of the peak count in one window, by empirical Bayes on the logarithm of the mean (Fay & Herriot, Estimates
 * of income for small places, 1979): the cohort says mu with variance v; n slots with mean m, which vary by 1/m + 1/k
 * relative to m, say ln m with variance (1/m + 1/k)/n; each counts by its precision. On the logarithm, because users
 * differ by orders of magnitude: one night of a job that makes hundreds of calls must outweigh a crowd that makes two.
 * The relative variance of the prediction is that of the mean plus that of a slot around it. The cohort loses its say over
 * whoever is far above it (limited translation: Efron & Morris, Limiting the risk of Bayes and empirical Bayes estimators,
 * JASA 1972): a few machines among many people are no people who came often by chance.
 */
export function normalOf(pairs: Pairs, endpoints: Endpoints, pair: number, window: number): Normal {
  cohortPrior(endpoints, endpointOf(pairs, pair), window, prior);
  const row = pair * rowStride;
  const samples = samplesOf(pairs, pair);
  const mean = Math.max(0.5, pairs.row[row + at.mean + window] ?? 0);
  const spread = spreadOf(pairs, pair);
  const own = samples / (1 / mean + spread);
  const away = (Math.log(mean) - prior.mu) / Math.sqrt(prior.variance + 1 / own);
  const known = (away > cohortReach ? cohortReach / away : 1) / prior.variance;
  normal.mean = Math.exp((known * (prior.mu + prior.variance / 2) + own * Math.log(mean)) / (known + own));
  normal.shape = Math.max(shapeMin, 1 / (1 / (known + own) + spread));
  return normal;
}

/** Less a little, for the single precision of what is kept. */
const boundSlack = 0.999;

/**
 * Whether a count is surely below `times` the normal, for a fraction of the cost of `normalOf`: a weighted geometric mean is
 * never below the harmonic one, nor that below the smaller of the two. Nearly every event is calm, and this sees it.
 */
export function isWithinNormal(
  pairs: Pairs,
  endpoints: Endpoints,
  pair: number,
  window: number,
  times: number,
): boolean {
  const row = pair * rowStride;
  const endpoint = endpointOf(pairs, pair);
  const samples = samplesOf(pairs, pair);
  const count = pairs.row[row + at.count + window] ?? 0;
  const crowd = crowdMean(endpoints, endpoint, window);
  if (samples === 0) return count <= crowd * times;
  const mean = Math.max(0.5, pairs.row[row + at.mean + window] ?? 0);
  if (count <= boundSlack * Math.min(crowd, mean) * times) return true;
  cohortPrior(endpoints, endpoint, window, prior);
  const known = 1 / prior.variance;
  const own = samples / (1 / mean + spreadOf(pairs, pair));
  return count <= ((boundSlack * (known + own)) / (known / crowd + own / mean)) * times;
}

/** The same for somebody who was never seen. Reused: read before the next call. */
export function newcomerNormal(endpoints: Endpoints, endpoint: number, window: number): Normal {
  cohortPrior(endpoints, endpoint, window, prior);
  normal.mean = Math.exp(prior.mu + prior.variance / 2);
  normal.shape = 1 / (prior.variance + spreadPrior);
  return normal;
}

/** 1/k: the variance of a slot beyond Poisson, relative to the squared mean; shrunk to what is common. */
function spreadOf(pairs: Pairs, pair: number): number {
  const row = pair * rowStride;
  const samples = samplesOf(pairs, pair);
  const mean = Math.max(1, pairs.row[row + at.mean + 2] ?? 0);
  const own = Math.max(0, (pairs.row[row + at.spread] ?? 0) - 1 / mean);
  return Math.max(spreadMin, (spreadSamples * spreadPrior + samples * own) / (spreadSamples + samples));
}

/** What is known of the user of a pair whose slot closes. */
export interface SlotOwner {
  /** Nobody has seen a whole day of the user yet: its jobs may look like floods, the first time. */
  isYoung: boolean;
  /** The user has a history, so a new pair of it begins small. */
  isSettled: boolean;
}

/** A burst of a young user that stands alone (no request for this many slots after it) may be a job. */
const aloneSlots = 3;
/** Requests of a settled user's first slot on an endpoint that are learned. */
const firstSlotMax = 4;

/**
 * Closes the slot that a pair was in, because an event of a later slot has come (or time has passed).
 * @returns true when the slot was learned
 */
export function closeSlot(pairs: Pairs, pair: number, slotsPassed: number, owner: SlotOwner): boolean {
  const row = pair * rowStride;
  const isAlone = owner.isYoung && slotsPassed >= aloneSlots;
  const learned = isAlone || !hasFlag(pairs, pair, tainted);
  if (learned) {
    if (owner.isSettled && samplesOf(pairs, pair) === 0) holdFirstSlot(pairs, pair);
    learnPeaks(pairs, pair, slotsPassed);
    learnRate(pairs, pair, slotsPassed);
  }
  lowerFlag(pairs, pair, tainted | suspected);
  for (let window = 0; window < windowCount; window++) pairs.row[row + at.peak + window] = 0;
  shiftRing(pairs, pair, slotsPassed);
  setAge(pairs, pair, ageOf(pairs, pair) + slotsPassed);
  return learned;
}

/** So that a slot boundary in the middle of an attack does not make it the user's habit. */
function holdFirstSlot(pairs: Pairs, pair: number): void {
  const row = pair * rowStride;
  for (let window = 0; window < windowCount; window++) {
    pairs.row[row + at.peak + window] = Math.min(firstSlotMax, pairs.row[row + at.peak + window] ?? 0);
  }
  const newest = ringOf(pair);
  pairs.halves[newest] = Math.min(firstSlotMax, pairs.halves[newest] ?? 0);
}

function learnPeaks(pairs: Pairs, pair: number, slotsPassed: number): void {
  const cells = pairs.row;
  const row = pair * rowStride;
  const samples = Math.min(samplesMax, samplesOf(pairs, pair) + 1);
  const gain = 1 / samples;
  const settled = samples > samplesSettled;
  for (let window = 0; window < windowCount; window++) {
    const mean = cells[row + at.mean + window] ?? 0;
    const peak = cells[row + at.peak + window] ?? 0;
    const pulled = samples < 3 ? peak : Math.min(peak, mean * pullMax + pullMax);
    if (window === 2) {
      const away = Math.min(4, ((pulled - mean) / Math.max(1, mean)) ** 2);
      if (samples > 1) cells[row + at.spread] = (cells[row + at.spread] ?? 0) * (1 - gain) + gain * away;
    }
    cells[row + at.mean + window] = mean + gain * (pulled - mean);
  }
  holdToAnchor(cells, row, settled, slotsPassed);
  setSamples(pairs, pair, samples);
}

/** Until a baseline is settled, its anchor is the highest mean it had; then it moves by a bounded share a day. */
function holdToAnchor(cells: Float32Array, row: number, settled: boolean, slotsPassed: number): void {
  const mean = cells[row + at.mean + 2] ?? 0;
  let anchor = cells[row + at.anchor] ?? 0;
  if (!settled) anchor = Math.max(anchor, mean);
  else {
    const days = slotsPassed / slotsPerDay;
    if (mean > anchor) anchor = Math.min(mean, anchor * anchorUpPerDay ** days);
    else anchor = Math.max(mean, anchor * anchorDownPerDay ** days);
    const most = anchor * anchorHeadroom;
    if (mean > most) {
      for (let window = 0; window < windowCount; window++) {
        cells[row + at.mean + window] = (cells[row + at.mean + window] ?? 0) * (most / mean);
      }
    }
  }
  cells[row + at.anchor] = anchor;
}

/** The plain rate, quiet slots included: what a person calls normal. A day's memory, shorter while young. */
function learnRate(pairs: Pairs, pair: number, slotsPassed: number): void {
  const cell = pair * rowStride + at.slowPerMinute;
  const age = ageOf(pairs, pair);
  const gain = Math.max(1 / slotsPerDay, 1 / (age + 1));
  const counted = (pairs.halves[ringOf(pair)] ?? 0) / (slotMs / 60_000);
  let rate = (pairs.row[cell] ?? 0) * (1 - gain) + gain * counted;
  const empty = slotsPassed - 1;
  if (empty > 0) {
    // Each as if it were closed: until a day was seen, the rate is the plain mean of all slots.
    const young = Math.min(empty, Math.max(0, slotsPerDay - 1 - age));
    rate *= ((age + 1) / (age + 1 + young)) * (1 - 1 / slotsPerDay) ** (empty - young);
  }
  pairs.row[cell] = rate;
}

function shiftRing(pairs: Pairs, pair: number, slotsPassed: number): void {
  const base = ringOf(pair);
  const by = Math.min(ringSlots, slotsPassed);
  pairs.halves.copyWithin(base + by, base, base + ringSlots - by);
  pairs.halves.fill(0, base, base + by);
  let hour = 0;
  for (let slot = base; slot < base + ringSlots; slot++) hour += pairs.halves[slot] ?? 0;
  pairs.row[pair * rowStride + at.count + 3] = hour;
}
