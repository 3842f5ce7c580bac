/**
 * One numeric series, in a row of a Float32Array: what is normal for it, and how improbable each new value is. Five
 * questions are asked of a value, each against its own history (tail-row.ts): is it far from the one before (a step),
 * from the last dozen (a jump), from the level and the hour of the day (an outlier), is the mean of the last 54
 * (a shift), and do values vary more or less than ever (noise, a flat line). The most improbable answer counts; what
 * has just been said counts less the second time, so that a change is told once. Nothing is learned faster than a few
 * scales at a time.
 */

import { learnTail, openTail, tailEvidence, tailStride } from './tail-row.ts';

const hours = 24;
/** Offsets in a row: slow and fast levels, noise, errors with and without the season, said and told; then season and questions. */
const at = {
  samples: 0,
  last: 1,
  fast: 2,
  slow: 3,
  shift: 4,
  noiseFast: 5,
  noiseSlow: 6,
  withSeason: 7,
  without: 8,
  said: 9,
  told: 10,
};
const season = 11;
/** Of each hour: mean deviation from the level, mean absolute error, samples. */
const seasonStride = 3;
const questions = season + hours * seasonStride;
/** Of each question: its scale, and one tail for either sign. */
const questionStride = 1 + 2 * tailStride;
const ask = {
  jump: questions,
  outlier: questions + questionStride,
  shift: questions + 2 * questionStride,
  noise: questions + 3 * questionStride,
  step: questions + 4 * questionStride,
};
export const seriesStride = questions + 5 * questionStride;

/** Time constants, samples. */
const fastSamples = 12;
const shiftSamples = 54;
const noiseFastSamples = 10;
const noiseSlowSamples = 2_400;
const slowSamples = 170;
const scaleSamples = 1_200;
const saidSamples = 550;
const toldSamples = 34;
/** What was said counts so much against saying it again, up to these nats of it; what was told, past these, counts more. */
const saidShare = 0.17;
const saidMax = 12;
const toldShare = 0.9;
const toldMin = 5;
/** One step is the least sure of the answers: other steps follow it, and the other questions see it too. */
const stepShare = 0.8;
/** Errors count for scales and levels up to this many scales. */
const clip = 2.8;
/** Samples before any answer counts, and before the season may be trusted. */
const silentSamples = 60;
const seasonSamples = 300;
/** The season is used when it makes errors smaller than this share. */
const seasonGood = 0.63;
/** Samples' worth of doubt: in an hour's mean, and in an hour's own scale. */
const hourDoubt = 10;
const hourScaleDoubt = 40;
const hourGainMin = 0.003;
const hourSamplesMax = 200;
/** Of the noise ratio's logarithm, at the least. */
const noiseScaleMin = 0.1;
const dayMs = 86_400_000;

/**
 * @param value in units of the series' range, so that `scaleMin` (the least that a deviation is measured by) has a meaning
 * @returns nats (-ln of a probability) beyond what was said lately; 0 and more, without bound
 */
export function pushSeries(
  cells: Float32Array,
  row: number,
  tsMs: number,
  value: number,
  scaleMin: number,
): number {
  const samples = Math.min(1e6, (cells[row + at.samples] ?? 0) + 1);
  if (samples === 1) openSeries(cells, row, value);
  cells[row + at.samples] = samples;
  const hour = row + season + seasonStride * hourOf(tsMs);
  const level = cells[row + at.slow] ?? 0;
  const usual = usualAt(cells, row, tsMs);
  const expected = level + (trustsSeason(cells, row, samples, value, usual, scaleMin) ? usual : 0);
  const error = value - expected;
  const step = question(cells, row, row + ask.step, value - (cells[row + at.last] ?? 0), scaleMin);
  let nats = stepShare * step;
  nats = Math.max(nats, question(cells, row, row + ask.jump, value - (cells[row + at.fast] ?? 0), scaleMin));
  nats = Math.max(nats, question(cells, row, row + ask.outlier, error, scaleMin, hour));
  const shift = move(cells, row + at.shift, error, 1 / shiftSamples);
  nats = Math.max(nats, question(cells, row, row + ask.shift, shift, scaleMin / 2));
  nats = Math.max(
    nats,
    question(cells, row, row + ask.noise, noiseRatio(cells, row, value, samples, scaleMin), noiseScaleMin),
  );
  learnLevels(cells, row, hour, value, expected, scaleMin);
  return news(cells, row, nats);
}

/** What is left of the evidence where it was said before: a change is told once, and a larger one after it again. */
function news(cells: Float32Array, row: number, nats: number): number {
  const said = (cells[row + at.said] ?? 0) * Math.exp(-1 / saidSamples);
  const told = (cells[row + at.told] ?? 0) * Math.exp(-1 / toldSamples);
  cells[row + at.said] = Math.max(said, Math.min(nats, saidMax));
  cells[row + at.told] = nats > toldMin ? Math.max(told, nats) : told;
  return Math.max(0, nats - Math.max(saidShare * said, toldShare * told));
}

function openSeries(cells: Float32Array, row: number, value: number): void {
  cells[row + at.last] = value;
  cells[row + at.fast] = value;
  cells[row + at.slow] = value;
  for (const first of Object.values(ask)) {
    openTail(cells, row + first + 1);
    openTail(cells, row + first + 1 + tailStride);
  }
}

/** Moves a cell towards a value by a gain; the cell's new value. */
function move(cells: Float32Array, cell: number, towards: number, gain: number): number {
  const before = cells[cell] ?? 0;
  cells[cell] = before + gain * (towards - before);
  return cells[cell] ?? 0;
}

const clipped = (value: number, most: number): number => Math.max(-most, Math.min(most, value));

/**
 * Asks one question: how improbable is a deviation, measured by its usual size? The scale is a mean absolute deviation
 * with clipped errors (Huber's psi); where an hour is given, the hour's own scale has its share in it.
 */
function question(
  cells: Float32Array,
  row: number,
  asked: number,
  deviation: number,
  scaleMin: number,
  hour?: number,
): number {
  const samples = cells[row + at.samples] ?? 0;
  const own = hour === undefined ? 0 : (cells[hour + 2] ?? 0);
  const ownScale = hour === undefined ? 0 : (cells[hour + 1] ?? 0);
  const blended = ((cells[asked] ?? 0) * hourScaleDoubt + ownScale * own) / (hourScaleDoubt + own);
  const scale = Math.max(scaleMin, blended);
  const magnitude = Math.abs(deviation) / scale;
  const tail = asked + 1 + (deviation < 0 ? tailStride : 0);
  const nats = samples <= silentSamples ? 0 : tailEvidence(cells, tail, magnitude);
  learnTail(cells, tail, magnitude);
  const error = Math.abs(deviation);
  const counted = samples < 20 ? error : Math.min(error, clip * scale);
  move(cells, asked, counted, Math.max(1 / scaleSamples, 1 / samples));
  return nats;
}

/** How much values vary from one to the next now, against how much they do in general: logarithm of the ratio. */
function noiseRatio(
  cells: Float32Array,
  row: number,
  value: number,
  samples: number,
  scaleMin: number,
): number {
  const step = Math.abs(value - (cells[row + at.last] ?? 0));
  const fast = move(cells, row + at.noiseFast, step, 1 / noiseFastSamples);
  const slow = move(cells, row + at.noiseSlow, step, Math.max(1 / noiseSlowSamples, 1 / samples));
  return Math.log((fast + scaleMin / 3) / (slow + scaleMin / 3));
}

const hourOf = (tsMs: number): number =>
  Math.floor((tsMs / dayMs - Math.floor(tsMs / dayMs)) * hours) % hours;

/** Deviation from the level that is usual at this time of day: hours are joined by lines, and doubted while young. */
function usualAt(cells: Float32Array, row: number, tsMs: number): number {
  const phase = (tsMs / dayMs - Math.floor(tsMs / dayMs)) * hours;
  const hour = hourOf(tsMs);
  const aside = phase - hour - 0.5;
  const neighbour = (hour + (aside < 0 ? hours - 1 : 1)) % hours;
  const share = Math.abs(aside);
  return meanOf(cells, row, hour) * (1 - share) + meanOf(cells, row, neighbour) * share;
}

function meanOf(cells: Float32Array, row: number, hour: number): number {
  const cell = row + season + seasonStride * hour;
  const samples = cells[cell + 2] ?? 0;
  return ((cells[cell] ?? 0) * samples) / (samples + hourDoubt);
}

/** Whether the season has made errors clearly smaller; keeps both errors up to date. */
function trustsSeason(
  cells: Float32Array,
  row: number,
  samples: number,
  value: number,
  usual: number,
  scaleMin: number,
): boolean {
  const gain = Math.max(1 / scaleSamples, 1 / samples);
  const away = value - (cells[row + at.slow] ?? 0);
  const learn = (cell: number, error: number): number =>
    move(cells, cell, Math.min(error, 5 * Math.max(scaleMin, cells[cell] ?? 0)), gain);
  const withSeason = learn(row + at.withSeason, Math.abs(away - usual));
  const without = learn(row + at.without, Math.abs(away));
  return samples > seasonSamples && withSeason < seasonGood * without;
}

/** Level, last dozen and the hour, each by clipped steps. */
function learnLevels(
  cells: Float32Array,
  row: number,
  hour: number,
  value: number,
  expected: number,
  scaleMin: number,
): void {
  const samples = cells[row + at.samples] ?? 0;
  cells[row + at.last] = value;
  move(cells, row + at.fast, value, 1 / fastSamples);
  const error = value - expected;
  const bound = clip * Math.max(scaleMin, cells[row + ask.outlier] ?? 0);
  const gain = Math.max(1 / slowSamples, 1 / samples);
  cells[row + at.slow] = (cells[row + at.slow] ?? 0) + gain * clipped(error, bound);
  const seen = Math.min(hourSamplesMax, (cells[hour + 2] ?? 0) + 1);
  cells[hour + 2] = seen;
  const hourGain = Math.max(hourGainMin, 1 / seen);
  const gap = value - (cells[row + at.slow] ?? 0) - (cells[hour] ?? 0);
  const gapMax = 6 * Math.max(scaleMin, cells[hour + 1] ?? 0);
  cells[hour] = (cells[hour] ?? 0) + hourGain * (seen < 10 ? gap : clipped(gap, gapMax));
  move(cells, hour + 1, Math.abs(error), hourGain);
}
