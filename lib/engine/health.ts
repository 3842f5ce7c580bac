/**
 * One measure of endpoints' answers over time (how slow, how often failing): means over short windows, each judged
 * against the endpoint's own past (series/series-row.ts). What moves all endpoints alike is the service's own doing (an
 * outage, a slow database) and is taken off, so that a finding says which endpoint stands out.
 */

import { column, type Saved } from './columns.ts';
import { pushSeries, seriesStride } from './series/series-row.ts';

export interface Health extends Saved {
  /** The window that is open: since when, how many answers, their sum, and that of their deviations from the usual. */
  readonly begunAt: Float64Array;
  readonly count: Float32Array;
  readonly sum: Float32Array;
  readonly away: Float32Array;
  /** What all endpoints had counted when the window began. */
  readonly allCount: Float64Array;
  readonly allAway: Float64Array;
  /** The usual mean and the windows it rests on; of the last closed window the mean, and how far off all others were. */
  readonly usual: Float32Array;
  readonly windows: Float32Array;
  readonly lastMean: Float32Array;
  readonly elsewhere: Float32Array;
  readonly series: Float32Array;
  /** Over all endpoints, since ever. */
  total: { count: number; away: number };
}

export interface Measure {
  /** A deviation below this is not measured. */
  scaleMin: number;
  /** One window moves the usual by no more than if it were this far from it. */
  stepMax: number;
}

/** A window lasts at least this long, and until it holds so many answers that its mean means something. */
export const healthWindowMs = 60_000;
const answersMin = 20;
/** Answers' worth of belief in the usual; windows that the usual rests on at most (a day of busy ones). */
const beliefAnswers = 5;
const windowsMax = 1_440;

export function createHealth(max: number): Health {
  const begunAt = new Float64Array(max);
  const count = new Float32Array(max);
  const sum = new Float32Array(max);
  const away = new Float32Array(max);
  const allCount = new Float64Array(max);
  const allAway = new Float64Array(max);
  const usual = new Float32Array(max);
  const windows = new Float32Array(max);
  const lastMean = new Float32Array(max);
  const elsewhere = new Float32Array(max);
  const series = new Float32Array(max * seriesStride);
  const columns = [
    column('begunAt', begunAt),
    column('count', count),
    column('sum', sum),
    column('away', away),
    column('allCount', allCount),
    column('allAway', allAway),
    column('usual', usual),
    column('windows', windows),
    column('lastMean', lastMean),
    column('elsewhere', elsewhere),
    column('series', series, seriesStride),
  ];
  const table = { begunAt, count, sum, away, allCount, allAway, usual, windows, lastMean, elsewhere, series };
  return { ...table, columns, rows: 0, total: { count: 0, away: 0 } };
}

/**
 * Counts one answer; the first that comes after a window is full closes it.
 * @returns when a window closed and its mean is above the usual, the nats against chance; 0 otherwise
 */
export function countAnswerIn(
  health: Health,
  measure: Measure,
  endpoint: number,
  ts: number,
  value: number,
): number {
  const counted = health.count[endpoint] ?? 0;
  const isFull = counted >= answersMin && ts - (health.begunAt[endpoint] ?? 0) >= healthWindowMs;
  const nats = isFull ? closeWindow(health, measure, endpoint, ts) : 0;
  if (isFull || counted === 0) beginWindow(health, endpoint, ts);
  const away = (health.windows[endpoint] ?? 0) === 0 ? 0 : value - (health.usual[endpoint] ?? 0);
  health.count[endpoint] = (health.count[endpoint] ?? 0) + 1;
  health.sum[endpoint] = (health.sum[endpoint] ?? 0) + value;
  health.away[endpoint] = (health.away[endpoint] ?? 0) + away;
  health.total.count++;
  health.total.away += away;
  return nats;
}

function beginWindow(health: Health, endpoint: number, ts: number): void {
  health.rows = Math.max(health.rows, endpoint + 1);
  health.begunAt[endpoint] = ts;
  health.count[endpoint] = 0;
  health.sum[endpoint] = 0;
  health.away[endpoint] = 0;
  health.allCount[endpoint] = health.total.count;
  health.allAway[endpoint] = health.total.away;
}

function closeWindow(health: Health, measure: Measure, endpoint: number, ts: number): number {
  const count = health.count[endpoint] ?? 0;
  const mean = (health.sum[endpoint] ?? 0) / count;
  const windows = Math.min(windowsMax, (health.windows[endpoint] ?? 0) + 1);
  const usual = windows === 1 ? mean : (health.usual[endpoint] ?? 0);
  health.windows[endpoint] = windows;
  health.lastMean[endpoint] = mean;
  const elsewhere = awayElsewhere(health, endpoint, count);
  health.elsewhere[endpoint] = elsewhere;
  const deviation = ((mean - usual) * count) / (count + beliefAnswers) - elsewhere;
  const nats = pushSeries(health.series, endpoint * seriesStride, ts, deviation, measure.scaleMin);
  const step = Math.max(-measure.stepMax, Math.min(measure.stepMax, mean - usual));
  health.usual[endpoint] = usual + step / windows;
  return deviation > 0 ? nats : 0;
}

/** How far the answers of all other endpoints were from their usual during this window, in the mean. */
function awayElsewhere(health: Health, endpoint: number, count: number): number {
  const others = health.total.count - (health.allCount[endpoint] ?? 0) - count;
  const away = health.total.away - (health.allAway[endpoint] ?? 0) - (health.away[endpoint] ?? 0);
  return away / (Math.max(0, others) + beliefAnswers);
}
