/**
 * What is normal for a pair: the empirical-Bayes (gamma-Poisson) estimate of how high its counts peak within a slot,
 * for each window. The endpoint's cohort is the prior; a pair's own slots outweigh it as they come. One outburst may
 * pull the mean only so far, a mean may grow only so much a day, and slots above the alarm line are not learned:
 * whoever is judged by the baseline cannot teach it.
 */

import { cohortPrior, type Prior } from './cohort.ts';
import type { Endpoints } from './endpoints.ts';
import { at, type Pairs, ringSlots, rowStride, slotMs, suspected, tainted, windowCount } from './pairs.ts';

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
const slotsPerDay = 86_400_000 / slotMs;

/** Mean and shape of a window's peak, as a negative binomial. Reused: read before the next call. */
export interface Normal {
  mean: number;
  shape: number;
}

const normal: Normal = { mean: 0, shape: 0 };
const prior: Prior = { mean: 0, shape: 0 };

/**
 * Posterior predictive of the peak count in one window (Gelman et al., Bayesian Data Analysis, 2.6): the prior is
 * Gamma(shape, shape/mean); n slots with mean m and within-pair shape k are worth n*m*k/(m+k) Poisson events. The
 * relative variance of the prediction is that of the mean plus that of a slot around it.
 */
export function normalOf(pairs: Pairs, endpoints: Endpoints, pair: number, window: number): Normal {
  cohortPrior(endpoints, pairs.endpoint[pair] ?? 0, window, prior);
  const row = pair * rowStride;
  const samples = pairs.row[row + at.samples] ?? 0;
  const mean = pairs.row[row + at.mean + window] ?? 0;
  const spread = spreadOf(pairs, pair);
  const events = samples === 0 ? 0 : (samples * mean) / (1 + mean * spread);
  const exposure = samples === 0 ? 0 : samples / (1 + mean * spread);
  normal.mean = (prior.shape + events) / (prior.shape / prior.mean + exposure);
  normal.shape = 1 / (1 / (prior.shape + events) + spread);
  return normal;
}

/** 1/k: the variance of a slot beyond Poisson, relative to the squared mean; shrunk to what is common. */
function spreadOf(pairs: Pairs, pair: number): number {
  const row = pair * rowStride;
  const samples = pairs.row[row + at.samples] ?? 0;
  const mean = Math.max(1, pairs.row[row + at.mean + 2] ?? 0);
  const own = Math.max(0, (pairs.row[row + at.spread] ?? 0) - 1 / mean);
  return Math.max(spreadMin, (spreadSamples * spreadPrior + samples * own) / (spreadSamples + samples));
}

/**
 * Closes the slot that a pair was in, because an event of a later slot has come (or time has passed).
 * @returns true when the slot was learned
 */
export function closeSlot(pairs: Pairs, pair: number, slotsPassed: number): boolean {
  const row = pair * rowStride;
  const learned = ((pairs.flags[pair] ?? 0) & tainted) === 0;
  if (learned) {
    learnPeaks(pairs, row, slotsPassed);
    learnRate(pairs, pair, slotsPassed);
  }
  pairs.flags[pair] = (pairs.flags[pair] ?? 0) & ~(tainted | suspected);
  for (let window = 0; window < windowCount; window++) pairs.row[row + at.peak + window] = 0;
  shiftRing(pairs, pair, slotsPassed);
  pairs.age[pair] = Math.min(65_535, (pairs.age[pair] ?? 0) + slotsPassed);
  return learned;
}

function learnPeaks(pairs: Pairs, row: number, slotsPassed: number): void {
  const cells = pairs.row;
  const samples = Math.min(samplesMax, (cells[row + at.samples] ?? 0) + 1);
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
  cells[row + at.samples] = samples;
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
  const age = pairs.age[pair] ?? 0;
  const gain = Math.max(1 / slotsPerDay, 1 / (age + 1));
  const counted = (pairs.ring[pair * ringSlots] ?? 0) / (slotMs / 60_000);
  const rate = (pairs.row[cell] ?? 0) * (1 - gain) + gain * counted;
  pairs.row[cell] = rate * (1 - Math.max(1 / slotsPerDay, 1 / (age + 2))) ** (slotsPassed - 1);
}

function shiftRing(pairs: Pairs, pair: number, slotsPassed: number): void {
  const base = pair * ringSlots;
  const by = Math.min(ringSlots, slotsPassed);
  pairs.ring.copyWithin(base + by, base, base + ringSlots - by);
  pairs.ring.fill(0, base, base + by);
  let hour = 0;
  for (let slot = base; slot < base + ringSlots; slot++) hour += pairs.ring[slot] ?? 0;
  pairs.row[pair * rowStride + at.count + 3] = hour;
}
