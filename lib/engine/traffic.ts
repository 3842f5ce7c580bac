/** Requests of the whole fleet, minute by minute in the events' own time, and the band that their rate should stay in. */

import type { TrafficBand } from './engine.ts';

export interface Traffic {
  /** The newest minute (since the epoch) and the first one ever; requests of the last minutes, a ring. */
  minute: number;
  firstMinute: number;
  minutes: number[];
  /** Answers of callers not in doubt, and those among them for unknown things. */
  answered: number;
  unknown: number;
  /** Decayed: answers, and server errors among them; the latest answer. */
  recent: number;
  errors: number;
  answeredAt: number;
}

/** Long enough that an attack of most of an hour does not become the normal, short enough to follow the day. */
const minutesKept = 120;
/** Closed minutes before anything is called normal. */
const minutesSeenMin = 2;
const minuteMs = 60_000;
/** Edges of the band, in standard deviations. */
const bandWidth = 3;

export const createTraffic = (): Traffic => ({
  minute: 0,
  firstMinute: 0,
  minutes: new Array<number>(minutesKept).fill(0),
  answered: 0,
  unknown: 0,
  recent: 0,
  errors: 0,
  answeredAt: 0,
});

/** Memory of the recent answers, ms: clients go on retrying for minutes after an outage. */
export const recentMs = 180_000;

/** Fewer errors than this are no outage, and nobody tries more than five times. */
const outageLeast = 0.1;
const outageMost = 0.8;

/** Counts an answer towards the share of server errors. */
export function countOutage(traffic: Traffic, status: number, ts: number): void {
  const waitedMs = ts - traffic.answeredAt;
  if (waitedMs > 0) {
    const decay = Math.exp(-waitedMs / recentMs);
    traffic.recent *= decay;
    traffic.errors *= decay;
    traffic.answeredAt = ts;
  }
  traffic.recent++;
  if (status >= 500) traffic.errors++;
}

/** Share of answers that are server errors, over the last minutes: clients retry, and nothing they do is usual. */
export const outageShare = ({ recent, errors }: Traffic): number => errors / (recent + 20);

/** How often a client sends what it sends once while so many answers are errors, if it tries until it is served. */
export function triesNow(traffic: Traffic): number {
  const failing = outageShare(traffic);
  return failing < outageLeast ? 1 : 1 / (1 - Math.min(outageMost, failing));
}

/** @param ts the event's own time, at most the engine's: a backlog that is shipped now is not the traffic of now */
export function countTraffic(traffic: Traffic, ts: number): void {
  advanceTraffic(traffic, ts);
  const minute = Math.floor(ts / minuteMs);
  if (minute <= traffic.minute - minutesKept) return;
  traffic.firstMinute = Math.min(traffic.firstMinute, minute);
  const slot = minute % minutesKept;
  traffic.minutes[slot] = (traffic.minutes[slot] ?? 0) + 1;
}

/** Quiet minutes count as such. */
export function advanceTraffic(traffic: Traffic, nowMs: number): void {
  const minute = Math.floor(nowMs / minuteMs);
  if (minute <= traffic.minute) return;
  if (traffic.minute === 0) {
    traffic.minute = minute;
    traffic.firstMinute = minute;
    return;
  }
  const quiet = Math.min(minute - traffic.minute, minutesKept);
  for (let back = 0; back < quiet; back++) traffic.minutes[(minute - back) % minutesKept] = 0;
  traffic.minute = minute;
}

/**
 * Requests a second: the median of the closed minutes, and around it their spread (median absolute deviation, scaled to
 * a standard deviation) with the Poisson noise of one second. Medians, so that what stands out does not move the band.
 */
export function trafficBand(traffic: Traffic): TrafficBand | undefined {
  const closed = Math.min(traffic.minute - traffic.firstMinute, minutesKept - 1);
  if (closed < minutesSeenMin) return undefined;
  const rates = Array.from(
    { length: closed },
    (_, back) => (traffic.minutes[(traffic.minute - 1 - back) % minutesKept] ?? 0) / 60,
  );
  return bandAround(rates);
}

/** What counts around their median may be: their spread, robustly, and the Poisson noise of one more count. */
export function bandAround(rates: readonly number[]): TrafficBand {
  const expected = median(rates);
  const spread = 1.4826 * median(rates.map((rate) => Math.abs(rate - expected)));
  const width = bandWidth * Math.sqrt(spread * spread + expected);
  // One stray request in a second is never a surprise.
  return { expected, lower: Math.max(0, expected - width), upper: Math.max(1, expected + width) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
