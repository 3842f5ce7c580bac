/**
 * `series.detect`: the numeric series detector on a generated corpus, scored as in series-score.ts, beside the two
 * detectors that everybody writes first, on the same series. The thresholds are each detector's own best.
 */

import { createSeriesDetector } from '../lib/engine/series/series-detector.ts';
import type { BenchResult } from './result.ts';
import { seriesCorpus } from './series-corpus.ts';
import { corpusScore, judge, type SeriesDetectorUnderTest, scoreAt } from './series-score.ts';

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
  const judged = judge(corpus, createSeriesDetector);
  const ours = corpusScore(judged);
  const gaussian = corpusScore(judge(corpus, windowedGaussian));
  const exponential = corpusScore(judge(corpus, exponentialMean));
  const peerValue = Math.max(gaussian.score, exponential.score);
  const round = (value: number) => Math.round(value * 10) / 10;
  const samples = corpus.reduce((sum, { points }) => sum + points.length, 0);
  const elsewhere = otherThresholds.map(
    (threshold) => `${round(scoreAt(judged, threshold))} at ${threshold}`,
  );
  return {
    name: 'series.detect',
    value: round(ours.score),
    unit: 'of 100',
    peer: gaussian.score > exponential.score ? 'windowed Gaussian' : 'exponentially weighted mean',
    peerValue: round(peerValue),
    ratio: round(ours.score / peerValue),
    note:
      `${corpus.length} generated series, ${samples} samples, one threshold (best: ${ours.threshold.toFixed(3)}); ` +
      `${elsewhere.join(', ')}; windowed Gaussian ${round(gaussian.score)}, exponential mean ${round(exponential.score)}`,
  };
}
