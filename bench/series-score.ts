/**
 * Scores detectors the way the Numenta Anomaly Benchmark does (Lavin & Ahmad, Evaluating Real-time Anomaly Detection
 * Algorithms, 2015, section II): each anomaly has a window; the first alarm in it earns the more the earlier it comes,
 * alarms elsewhere cost, the first 15 % are not judged, and one threshold serves the whole corpus. 100 is perfect, 0 is
 * a detector that never speaks.
 */

import type { LabelledSeries } from './series-corpus.ts';

const falseAlarmWeight = 0.11;

export interface Judged {
  kind: string;
  scores: Float64Array;
  windows: [from: number, until: number][];
  from: number;
}

export interface SeriesDetectorUnderTest {
  push(tsMs: number, value: number): number;
}

export function judge(
  corpus: readonly LabelledSeries[],
  create: (range: { minValue: number; maxValue: number }) => SeriesDetectorUnderTest,
): Judged[] {
  return corpus.map(({ kind, points, windows }) => {
    const values = points.map(({ value }) => value);
    const detector = create({ minValue: Math.min(...values), maxValue: Math.max(...values) });
    const scores = Float64Array.from(points, ({ tsMs, value }) => detector.push(tsMs, value));
    return { kind, scores, windows, from: Math.floor(0.15 * Math.min(points.length, 5_000)) };
  });
}

/** 1 at the window's begin, 0 at its end, towards -1 after it. */
const worth = (position: number): number => 2 / (1 + Math.exp(5 * position)) - 1;

function rawScore({ scores, windows, from }: Judged, threshold: number): number {
  let raw = 0;
  const caught = new Set<number>();
  for (let index = from; index < scores.length; index++) {
    if ((scores[index] ?? 0) < threshold) continue;
    const window = windows.findIndex(([begin, end]) => index >= begin && index <= end);
    if (window >= 0) {
      const [begin, end] = windows[window] ?? [0, 0];
      if (!caught.has(window)) raw += worth(-(end - index + 1) / (end - begin + 1)) / worth(-1);
      caught.add(window);
    } else {
      const before = windows.filter(([, end]) => end < index).at(-1);
      const away = before ? (index - before[1]) / (before[1] - before[0]) : Number.POSITIVE_INFINITY;
      raw += falseAlarmWeight * (away > 3 ? -1 : worth(away));
    }
  }
  return raw - (windows.length - caught.size);
}

export interface CorpusScore {
  score: number;
  threshold: number;
}

/** The best over all thresholds: they are swept, and one serves all series. */
export function corpusScore(judged: readonly Judged[]): CorpusScore {
  const anomalies = judged.reduce((sum, { windows }) => sum + windows.length, 0);
  const all = judged.flatMap(({ scores, from }) => Array.from(scores.subarray(from))).sort((a, b) => b - a);
  const best: CorpusScore = { score: 0, threshold: 1.1 };
  for (const rank of ranks(Math.min(all.length, judged.length * 60))) {
    const threshold = all[rank] ?? 1;
    const score = scoreAt(judged, threshold, anomalies);
    if (score > best.score) Object.assign(best, { score, threshold });
  }
  return best;
}

export function scoreAt(judged: readonly Judged[], threshold: number, anomalies?: number): number {
  const count = anomalies ?? judged.reduce((sum, { windows }) => sum + windows.length, 0);
  const raw = judged.reduce((sum, series) => sum + rawScore(series, threshold), 0);
  return (100 * (raw + count)) / (2 * count);
}

function ranks(most: number): number[] {
  const found: number[] = [];
  for (let rank = 1; rank < most; rank = Math.ceil(rank * 1.02)) found.push(rank);
  return found;
}
