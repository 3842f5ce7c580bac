import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSeriesDetector } from './series-detector.ts';

const stepMs = 300_000;
const perDay = 288;
const startAt = Date.UTC(2026, 0, 5);

/** The same dice in every run (Park & Miller's generator). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function scoresOf(values: readonly number[]): number[] {
  const detector = createSeriesDetector({ minValue: Math.min(...values), maxValue: Math.max(...values) });
  return values.map((value, index) => detector.push(startAt + index * stepMs, value));
}

/** Two weeks of a daily wave with noise, changed from some sample on. */
function wave(change: (value: number, index: number, next: () => number) => number, seed = 7): number[] {
  const next = dice(seed);
  return Array.from({ length: 14 * perDay }, (_, index) => {
    const usual = 50 + 20 * Math.sin((2 * Math.PI * index) / perDay) + 6 * (next() - 0.5);
    return change(usual, index, next);
  });
}

const at = 3_000;
const strongest = (scores: readonly number[], from: number, until: number): number =>
  Math.max(...scores.slice(from, until));
/** Samples that are judged: all after the first two days, as far from the change as a day. */
const elsewhere = (scores: readonly number[]): number[] => [
  ...scores.slice(2 * perDay, at),
  ...scores.slice(at + perDay),
];

const changes: [name: string, change: Parameters<typeof wave>[0], within: number][] = [
  ['a spike', (value, index) => (index === at ? value + 60 : value), 1],
  ['a drop of one sample', (value, index) => (index === at ? value - 40 : value), 1],
  ['a level shift that stays', (value, index) => (index >= at ? value + 35 : value), 12],
  ['a missed afternoon', (value, index) => (index >= at && index < at + 72 ? 30 : value), 48],
  ['a sensor that is stuck', (value, index) => (index >= at && index < at + 144 ? 55 : value), 72],
  [
    'noise that grew eightfold',
    (value, index, next) => (index >= at && index < at + 144 ? value + 48 * (next() - 0.5) : value),
    48,
  ],
];

for (const [name, change, within] of changes) {
  test(`${name} scores above everything before it`, () => {
    const scores = scoresOf(wave(change));
    const seen = strongest(scores, at, at + within);
    assert.ok(seen > 0.5, `scored ${seen}`);
    assert.ok(seen > strongest(scores, 2 * perDay, at), `${strongest(scores, 2 * perDay, at)} before`);
  });
}

test('a series with nothing wrong hardly ever scores 0.6', () => {
  for (const seed of [1, 2, 3, 4]) {
    const loud = elsewhere(scoresOf(wave((value) => value, seed))).filter((score) => score > 0.6);
    assert.ok(loud.length <= 1, `${loud.length} samples`);
  }
});

test('a constant series scores next to nothing', () => {
  const scores = scoresOf(Array.from({ length: 4_000 }, () => 45));
  assert.ok(strongest(scores, 0, 4_000) < 0.4);
});

test('a level shift is told once, not for as long as it lasts', () => {
  const scores = scoresOf(wave((value, index) => (index >= at ? value + 35 : value)));
  assert.ok(scores.slice(at).filter((score) => score > 0.6).length <= 12);
});

test('scores do not saturate: a worse spike always scores higher', () => {
  const peaks = [80, 160, 1_000, 10_000, 1e6].map((height) => {
    const detector = createSeriesDetector({ minValue: 0, maxValue: 100 });
    const values = wave((value, index) => (index === at ? height : value)).slice(0, at + 1);
    return values.map((value, index) => detector.push(startAt + index * stepMs, value)).at(-1) ?? 0;
  });
  for (const [index, peak] of peaks.entries()) {
    assert.ok(peak < 1 && peak > (peaks[index - 1] ?? 0), JSON.stringify(peaks));
  }
});

test('whatever comes, scores are numbers of 0 up to 1', () => {
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom(0, 1, 1, 1, Number.NaN, Number.POSITIVE_INFINITY, -1e300),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 300 }), fc.double(), fc.double(), (values, one, other) => {
      const detector = createSeriesDetector({ minValue: one, maxValue: other });
      for (const [index, each] of values.entries()) {
        const score = detector.push(startAt + index * stepMs, each);
        assert.ok(score >= 0 && score < 1, `${score}`);
      }
    }),
  );
});
