/**
 * Labelled univariate series of the kinds that public benchmarks of streaming detection hold: machine metrics, counts of
 * people, prices, sensors; spikes, level shifts, flat lines, changed noise, missed seasons, and some with nothing wrong.
 * Every series is generated from a seed; none is a recording.
 */

import { random } from './random.ts';

export interface LabelledSeries {
  kind: string;
  points: { tsMs: number; value: number }[];
  /** Around each anomaly, first and last index: within it an alarm is right. */
  windows: [from: number, until: number][];
}

/** Share of a series that its windows take together. */
const windowShare = 0.1;

type Draw = () => number;

const normal = (next: Draw): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
const between = (next: Draw, low: number, high: number): number => low + (high - low) * next();

interface Making {
  next: Draw;
  /** Samples, and samples a day. */
  count: number;
  perDay: number;
  values: Float64Array;
  anomalies: number[];
}

const day = ({ perDay }: Making, index: number): number => (index % perDay) / perDay;
const wave = (phase: number): number => Math.sin(2 * Math.PI * phase);

/** Begins of anomalies, apart from each other and after the first 15 %. */
function places({ next, count, anomalies }: Making, howMany: number): number[] {
  const room = (count * 0.8) / howMany;
  for (let each = 0; each < howMany; each++) {
    anomalies.push(Math.floor(count * 0.18 + room * each + room * between(next, 0.15, 0.75)));
  }
  return anomalies;
}

function fill(making: Making, value: (index: number) => number): void {
  for (let index = 0; index < making.count; index++) making.values[index] = value(index);
}

function add(
  making: Making,
  from: number,
  length: number,
  change: (value: number, at: number) => number,
): void {
  for (let at = 0; at < length && from + at < making.count; at++) {
    making.values[from + at] = change(making.values[from + at] ?? 0, at);
  }
}

/** Each maker draws a normal course, then puts anomalies into it. */
const makers: Record<string, (making: Making) => void> = {
  'level shift': (making) => {
    const { next } = making;
    const level = between(next, 20, 60);
    const noise = between(next, 0.3, 3);
    fill(making, () => level + noise * normal(next));
    const shift = noise * between(next, 3, 8) * (next() < 0.5 ? -1 : 1);
    const [from = 0] = places(making, 1);
    add(making, from, making.count, (value) => value + shift);
  },
  'spikes on noise': (making) => {
    const { next } = making;
    const noise = between(next, 0.2, 2);
    fill(making, () => 30 + noise * normal(next));
    for (const from of places(making, 2)) {
      const height = noise * between(next, 8, 25) * (next() < 0.7 ? 1 : -1);
      add(making, from, Math.ceil(between(next, 1, 8)), (value) => value + height);
    }
  },
  'bursty network': (making) => {
    const { next } = making;
    const every = Math.floor(between(next, 20, 90));
    fill(making, (index) => {
      const burst = index % every === 0 || next() < 0.01 ? between(next, 5e5, 2e6) : 0;
      return 1e5 * Math.exp(0.4 * normal(next)) + burst;
    });
    for (const from of places(making, 2)) {
      if (next() < 0.5) add(making, from, 6, (value) => value + between(next, 5e6, 2e7));
      else add(making, from, 60, (value) => value + 1.2e6 * (next() < 0.5 ? 1 : 0.6));
    }
  },
  'daily square': (making) => {
    const { next } = making;
    const low = between(next, 15, 25);
    const high = between(next, 60, 90);
    const noise = between(next, 0.5, 4);
    fill(making, (index) => {
      const phase = day(making, index);
      return (phase > 0.37 && phase < 0.75 ? high : low) + noise * next();
    });
    const [place = 0] = places(making, 1);
    const dayStart = Math.floor(place / making.perDay) * making.perDay;
    const from = dayStart + Math.floor(0.37 * making.perDay);
    const until = Math.floor(0.38 * making.perDay);
    making.anomalies[0] = from;
    const factor = [0.25, 0.6, 1.6][Math.floor(next() * 3)] ?? 1;
    add(making, from, until, (value) => (factor < 0.3 ? low + noise * next() : value * factor));
  },
  'flat while it should move': (making) => {
    const { next } = making;
    fill(making, (index) => 50 + 20 * wave(day(making, index)) + 3 * normal(next));
    const [from = 0] = places(making, 1);
    const stuck = making.values[from] ?? 0;
    add(making, from, Math.floor(making.perDay * 0.5), () => stuck);
  },
  'people in a city': (making) => {
    const { next } = making;
    fill(making, (index) => {
      const weekday = Math.floor(index / making.perDay) % 7;
      const phase = day(making, index);
      const shape = 0.55 + 0.45 * wave(phase - 0.4) + 0.15 * wave(2 * phase);
      return 20_000 * Math.max(0.08, shape) * (weekday > 4 ? 0.8 : 1) * (1 + 0.06 * normal(next));
    });
    for (const from of places(making, 3)) {
      const factor = next() < 0.5 ? between(next, 0.3, 0.6) : between(next, 1.5, 2);
      add(making, from, Math.floor(making.perDay * between(next, 0.2, 0.9)), (value) => value * factor);
    }
  },
  'counts of mentions': (making) => {
    const { next } = making;
    let echo = 0;
    const mean = between(next, 4, 30);
    fill(making, (index) => {
      echo = 0.8 * echo + (next() < 0.004 ? between(next, 1, 4) * mean : 0);
      const rate = (mean + echo) * (1 + 0.5 * wave(day(making, index) - 0.3)) * Math.exp(0.35 * normal(next));
      return Math.max(0, Math.round(rate + Math.sqrt(rate) * normal(next)));
    });
    for (const from of places(making, 2)) {
      const height = mean * between(next, 10, 40);
      add(making, from, 25, (value, at) => Math.round(value + height * 0.9 ** at));
    }
  },
  'machine temperature': (making) => {
    const { next } = making;
    let drift = 0;
    fill(making, () => {
      drift = 0.995 * drift + 0.35 * normal(next);
      return 85 + drift + 0.5 * normal(next);
    });
    for (const from of places(making, 2)) {
      const depth = between(next, 18, 40);
      add(
        making,
        from,
        120,
        (value, at) => value - depth * Math.min(1, at / 30) * Math.min(1, (120 - at) / 30),
      );
    }
  },
  'prices with outliers': (making) => {
    const { next } = making;
    fill(making, () => 0.1 * Math.exp(0.3 * normal(next)) + (next() < 0.01 ? between(next, 0.1, 0.4) : 0));
    for (const from of places(making, 2)) add(making, from, 2, (value) => value + between(next, 1, 3));
  },
  'more noise': (making) => {
    const { next } = making;
    const noise = between(next, 0.5, 2);
    const [from = 0] = places(making, 1);
    const factor = between(next, 3, 6);
    const length = Math.floor(making.count * 0.1);
    fill(making, (index) => {
      const inside = index >= from && index < from + length;
      return 40 + noise * (inside ? factor : 1) * normal(next);
    });
  },
  'denser spikes': (making) => {
    const { next } = making;
    const [from = 0] = places(making, 1);
    const length = Math.floor(making.perDay * 0.6);
    fill(making, (index) => {
      const inside = index >= from && index < from + length;
      return 20 * next() ** 3 + (next() < (inside ? 0.25 : 0.02) ? 80 : 0);
    });
  },
  'load with a jump': (making) => {
    const { next } = making;
    let level = between(next, 30, 45);
    fill(making, (index) => {
      level += 0.05 * normal(next) - 0.002 * (level - 40);
      const job = index % making.perDay < 6 ? 12 : 0;
      return Math.max(0, level + job + 1.2 * normal(next) + (next() < 0.003 ? 15 : 0));
    });
    for (const from of places(making, 2)) {
      const height = between(next, 20, 45);
      add(making, from, Math.floor(between(next, 15, 150)), (value) => Math.min(100, value + height));
    }
  },
  'mostly idle': (making) => {
    const { next } = making;
    let left = 0;
    fill(making, () => {
      if (left === 0 && next() < 0.008) left = Math.ceil(between(next, 2, 12));
      left = Math.max(0, left - 1);
      return left > 0 ? between(next, 8, 25) : 0.1 * Math.floor(between(next, 0, 3));
    });
    for (const from of places(making, 2)) {
      if (next() < 0.5) add(making, from, 90, () => between(next, 8, 25));
      else add(making, from, 5, () => between(next, 60, 100));
    }
  },
  'road traffic': (making) => {
    const { next } = making;
    let jam = 0;
    fill(making, (index) => {
      const phase = day(making, index);
      const rush = Math.exp(-(((phase - 0.34) / 0.05) ** 2)) + Math.exp(-(((phase - 0.72) / 0.07) ** 2));
      jam = 0.9 * jam + (next() < 0.003 ? between(next, 5, 15) : 0);
      return Math.max(3, 68 - 12 * rush - jam + 3 * normal(next));
    });
    for (const from of places(making, 2)) add(making, from, 40, (value) => value * between(next, 0.25, 0.5));
  },
  'nothing wrong, noise': (making) => {
    const { next } = making;
    fill(making, () => 20 + 5 * next());
  },
  'nothing wrong, daily': (making) => {
    const { next } = making;
    fill(making, (index) => {
      const phase = day(making, index);
      return 20 + (phase > 0.4 && phase < 0.7 ? 60 : 0) + 3 * next() + (next() < 0.004 ? 25 : 0);
    });
  },
  'nothing wrong, flat': (making) => fill(making, () => 45),
};

function windowsAround({ anomalies, count }: Making): [from: number, until: number][] {
  const half = Math.floor((count * windowShare) / Math.max(1, anomalies.length) / 2);
  return anomalies.map((at) => [at - half, Math.min(count - 1, at + half)]);
}

/** @returns one series of each kind for each seed */
export function seriesCorpus(seeds: readonly number[]): LabelledSeries[] {
  return seeds.flatMap((seed) =>
    Object.entries(makers).map(([kind, make], number) => {
      const next = random(seed * 1_000 + number);
      const isSlow = kind === 'people in a city';
      const perDay = isSlow ? 48 : 288;
      const count = isSlow
        ? 48 * 100
        : (([4_032, 4_032, 2_500, 8_000] as const)[Math.floor(next() * 4)] ?? 4_032);
      const making: Making = { next, count, perDay, values: new Float64Array(count), anomalies: [] };
      make(making);
      const startAt = Date.UTC(2026, 0, 5) + Math.floor(next() * 7) * 86_400_000;
      const stepMs = 86_400_000 / perDay;
      // Some senders leave gaps.
      let leftOut = 0;
      const points = Array.from(making.values, (value, index) => {
        if (kind === 'road traffic' && next() < 0.03) leftOut += Math.ceil(between(next, 1, 8));
        return { tsMs: startAt + (index + leftOut) * stepMs, value };
      });
      return { kind, points, windows: windowsAround(making) };
    }),
  );
}
