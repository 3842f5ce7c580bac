/**
 * `series.detect`: the numeric series detector on a generated corpus, scored as in series-score.ts, beside the two
 * detectors that everybody writes first, on the same series. The thresholds are each detector's own best.
 */

import { createSeriesDetector } from '../lib/engine/series/series-detector.ts';
import type { BenchResult } from './result.ts';
import { seriesCorpus } from './series-corpus.ts';
import { nabCorpus, nabPublished } from './series-nab.ts';
import { corpusScore, type Judged, judge, type SeriesDetectorUnderTest, scoreAt } from './series-score.ts';

/** None of these was used for tuning. */
const seeds = Array.from({ length: 12 }, (_, index) => 9_001 + index);
const windowSamples = 200;
const otherThresholds = [0.45, 0.55, 0.6, 0.7];

/** Distance from the mean of the last 200 values in their standard deviations. */
function windowedGaussian(): SeriesDetectorUnderTest {
  const values: number[] = [];
  return {
    push(_tsMs, value) {
      const mean = values.reduce((sum, each) => sum + each, 0) / Math.max(1, values.length);
      const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(1, values.length);
      const away = values.length < 20 ? 0 : Math.abs(value - mean) / Math.sqrt(variance + 1e-12);
      values.push(value);
      if (values.length > windowSamples) values.shift();
      return away / (away + 5);
    },
  };
}

/** Distance from an exponentially weighted mean, in exponentially weighted deviations. */
function exponentialMean(): SeriesDetectorUnderTest {
  let mean = 0;
  let variance = 0;
  let seen = 0;
  return {
    push(_tsMs, value) {
      seen++;
      const error = value - mean;
      const away = seen < 20 ? 0 : Math.abs(error) / Math.sqrt(variance + 1e-12);
      const gain = Math.max(0.02, 1 / seen);
      mean += gain * error;
      variance = (1 - gain) * (variance + gain * error * error);
      return away / (away + 5);
    },
  };
}

export function benchSeries(): BenchResult {
  const corpus = seriesCorpus(seeds);
  const gaussian = corpusScore(judge(corpus, windowedGaussian)).score;
  const exponential = corpusScore(judge(corpus, exponentialMean)).score;
  const peers = { 'windowed Gaussian': gaussian, 'exponentially weighted mean': exponential };
  return compared('series.detect', judge(corpus, createSeriesDetector), peers);
}

/** By their names in the benchmark's own results. */
const published = ['numenta', 'contextOSE', 'knncad', 'randomCutForest', 'windowedGaussian'];

/** `series.nab`: the same on the Numenta Anomaly Benchmark, beside what its checkout holds of published detectors. */
export async function benchNab(): Promise<BenchResult> {
  const folder = process.env.TIDEGATE_NAB;
  const skipped = 'skipped: 58 series; TIDEGATE_NAB names no checkout of the Numenta Anomaly Benchmark';
  if (!folder) return { name: 'series.nab', value: 0, unit: 'of 100', note: skipped };
  const ours = judge(await nabCorpus(folder), createSeriesDetector);
  const peers: Record<string, number> = {};
  for (const name of published) peers[name] = corpusScore(await nabPublished(folder, name, ours)).score;
  return compared('series.nab', ours, peers);
}

function compared(name: string, judged: readonly Judged[], peers: Record<string, number>): BenchResult {
  const ours = corpusScore(judged);
  const [[peer, peerValue] = ['', 1]] = Object.entries(peers).sort(([, one], [, other]) => other - one);
  const round = (value: number) => Math.round(value * 10) / 10;
  const samples = judged.reduce((sum, { scores }) => sum + scores.length, 0);
  const elsewhere = otherThresholds.map(
    (threshold) => `${round(scoreAt(judged, threshold))} at ${threshold}`,
  );
  const beside = Object.entries(peers).map(([each, score]) => `${each} ${round(score)}`);
  return {
    name,
    value: round(ours.score),
    unit: 'of 100',
    peer,
    peerValue: round(peerValue),
    ratio: round(ours.score / peerValue),
    note:
      `${judged.length} series, ${samples} samples, one threshold (best: ${ours.threshold.toFixed(3)}); ` +
      `${elsewhere.join(', ')}; ${beside.join(', ')}`,
  };
}
