/**
 * How improbable is a magnitude, given those before it? Two answers of constant size, and the smaller one counts. The
 * tail beyond a high quantile is a generalised Pareto distribution (peaks over threshold; Coles, An Introduction to
 * Statistical Modeling of Extreme Values, 2001, ch. 4; on streams: Siffer et al., Anomaly Detection in Streams with
 * Extreme Value Theory, KDD 2017), so a series that has a heavy tail anyway alarms rarely, and what lies far beyond all
 * seen still has a finite probability. But a thing that recurs is no news, however far out: events of like size are
 * counted. All numbers lie in one row of a Float32Array, so that the engine can keep thousands of them in a column.
 */

/** Offsets in a row. */
const at = {
  quantile: 0,
  excess: 1,
  spread: 2,
  samples: 3,
  exceeded: 4,
  weight: 5,
  event: 6,
  quiet: 7,
  bins: 8,
};
const binCount = 20;
export const tailStride = at.bins + binCount;

/** Share of samples beyond the quantile, and its nats. */
const tailShare = 0.061;
const tailNats = -Math.log(tailShare);
/** Step of the quantile's stochastic approximation (Robbins & Monro, 1951), relative to itself. */
const quantileStep = 0.028;
const quantileMin = 0.05;
/** Memory of the excess, in samples beyond the quantile; and how much the first belief weighs. */
const excessMemory = 300;
const beliefWeight = 10;
/** One excess counts at most this many times the mean. */
const excessMax = 8;
/** Shape of the tail at the least: nothing is thought to be bounded. */
const shapeMin = 0.06;
/** Bins of magnitude, per factor e; memory of what recurs, samples; samples after which an event is over. */
const binsPerE = 2;
const recurMemory = 5_600;
const eventOverAfter = 3;
/** A magnitude is of like size when it is at least this share. */
const likeSize = 0.6;

export function openTail(cells: Float32Array, row: number): void {
  cells[row + at.quantile] = 2;
  cells[row + at.excess] = 0.7;
  cells[row + at.spread] = 0.49;
}

/** Nats (-ln of the probability) of a magnitude; below the quantile a line, since nothing depends on it. */
export function tailEvidence(cells: Float32Array, row: number, magnitude: number): number {
  const quantile = cells[row + at.quantile] ?? 0;
  if (magnitude <= quantile) return (tailNats * magnitude) / quantile;
  const mean = cells[row + at.excess] ?? 0;
  const ratio = (mean * mean) / (cells[row + at.spread] ?? 1);
  // Method of moments (Hosking & Wallis, 1987): shape (1 - m²/v) / 2, scale m (m²/v + 1) / 2.
  const shape = Math.max(shapeMin, (1 - ratio) / 2);
  const scale = (mean * (ratio + 1)) / 2;
  const nats = tailNats + Math.log1p((shape * (magnitude - quantile)) / scale) / shape;
  return Math.min(nats, recurrence(cells, row, magnitude));
}

/** Nats of "events of this size come about so often"; no bound while there was none. */
function recurrence(cells: Float32Array, row: number, magnitude: number): number {
  let events = 0;
  for (let bin = binOf(magnitude * likeSize); bin < binCount; bin++)
    events += cells[row + at.bins + bin] ?? 0;
  if (events < 0.75) return Number.POSITIVE_INFINITY;
  return Math.log(Math.max(3, (cells[row + at.weight] ?? 0) / events));
}

const binOf = (magnitude: number): number =>
  Math.max(0, Math.min(binCount - 1, Math.floor((Math.log(magnitude + 1e-9) + 1) * binsPerE)));

/** Learns a magnitude, after it was judged. */
export function learnTail(cells: Float32Array, row: number, magnitude: number): void {
  learnEvent(cells, row, magnitude);
  const samples = (cells[row + at.samples] ?? 0) + 1;
  cells[row + at.samples] = Math.min(samples, 1e6);
  const quantile = cells[row + at.quantile] ?? 0;
  const isBeyond = magnitude > quantile;
  if (isBeyond) learnExcess(cells, row, magnitude - quantile);
  const step = Math.max(quantileStep, 1 / samples) * Math.max(quantile, 0.2);
  cells[row + at.quantile] = Math.max(quantileMin, quantile + step * ((isBeyond ? 1 : 0) - tailShare));
}

function learnExcess(cells: Float32Array, row: number, excess: number): void {
  const exceeded = Math.min(1e6, (cells[row + at.exceeded] ?? 0) + 1);
  cells[row + at.exceeded] = exceeded;
  const mean = cells[row + at.excess] ?? 0;
  const gain = Math.max(1 / excessMemory, 1 / (exceeded + beliefWeight));
  const clipped = Math.min(excess, excessMax * mean);
  const moved = Math.max(mean + gain * (clipped - mean), 0.02 * (cells[row + at.quantile] ?? 0));
  const spread = cells[row + at.spread] ?? 0;
  cells[row + at.excess] = moved;
  cells[row + at.spread] = Math.max(spread + gain * ((clipped - moved) ** 2 - spread), (0.3 * moved) ** 2);
}

/** Of samples beyond the quantile that follow each other closely, only the largest counts: they are one event. */
function learnEvent(cells: Float32Array, row: number, magnitude: number): void {
  const keep = 1 - 1 / recurMemory;
  cells[row + at.weight] = (cells[row + at.weight] ?? 0) * keep + 1;
  for (let bin = at.bins; bin < tailStride; bin++) cells[row + bin] = (cells[row + bin] ?? 0) * keep;
  const largest = cells[row + at.event] ?? 0;
  if (magnitude > (cells[row + at.quantile] ?? 0) && magnitude > largest) {
    if (largest > 0) addEvent(cells, row, largest, -1);
    addEvent(cells, row, magnitude, 1);
    cells[row + at.event] = magnitude;
    cells[row + at.quiet] = 0;
    return;
  }
  const quiet = (cells[row + at.quiet] ?? 0) + 1;
  cells[row + at.quiet] = quiet;
  if (quiet > eventOverAfter) cells[row + at.event] = 0;
}

function addEvent(cells: Float32Array, row: number, magnitude: number, count: 1 | -1): void {
  const cell = row + at.bins + binOf(magnitude);
  cells[cell] = Math.max(0, (cells[cell] ?? 0) + count);
}
