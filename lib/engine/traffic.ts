/** Requests a second of the whole fleet, and the band they should stay in: a slow mean and variance of seconds. */

import type { TrafficBand } from './engine.ts';

export interface Traffic {
  /** The second (since the epoch) that is being counted. */
  second: number;
  count: number;
  mean: number;
  variance: number;
  secondsSeen: number;
  /** Answers of callers not in doubt, and those among them for unknown things. */
  answered: number;
  unknown: number;
  /** Decayed: answers, and server errors among them; the latest answer. */
  recent: number;
  errors: number;
  answeredAt: number;
}

/** Memory of the mean, seconds: long enough to be calm, short enough to follow the day. */
const memorySeconds = 1_200;
const secondsSeenMin = 120;
/** Edges of the band, in standard deviations. */
const bandWidth = 3;

export const createTraffic = (): Traffic => ({
  second: 0,
  count: 0,
  mean: 0,
  variance: 0,
  secondsSeen: 0,
  answered: 0,
  unknown: 0,
  recent: 0,
  errors: 0,
  answeredAt: 0,
});

/** Memory of the recent answers, ms: clients go on retrying for minutes after an outage. */
export const recentMs = 180_000;

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

export function countTraffic(traffic: Traffic, nowMs: number): void {
  advanceTraffic(traffic, nowMs);
  traffic.count++;
}

/** Learns every second that is over; a long silence is learned in one step. */
export function advanceTraffic(traffic: Traffic, nowMs: number): void {
  const second = Math.floor(nowMs / 1000);
  if (second === traffic.second) return;
  if (second < traffic.second || traffic.second === 0) {
    traffic.second = second;
    return;
  }
  learn(traffic, traffic.count);
  const silent = Math.min(second - traffic.second - 1, memorySeconds * 3);
  for (let each = 0; each < silent; each++) learn(traffic, 0);
  traffic.second = second;
  traffic.count = 0;
}

/** Above the band a second pulls no more than the band's edge: a flood must not become the normal within minutes. */
function learn(traffic: Traffic, count: number): void {
  traffic.secondsSeen++;
  const gain = Math.max(1 / memorySeconds, 1 / traffic.secondsSeen);
  const edge = traffic.mean + 4 * Math.sqrt(traffic.variance + traffic.mean + 1);
  const difference = (traffic.secondsSeen > secondsSeenMin ? Math.min(count, edge) : count) - traffic.mean;
  traffic.mean += gain * difference;
  traffic.variance = (1 - gain) * (traffic.variance + gain * difference * difference);
}

export function trafficBand(traffic: Traffic): TrafficBand | undefined {
  if (traffic.secondsSeen < secondsSeenMin) return undefined;
  const width = bandWidth * Math.sqrt(Math.max(traffic.variance, traffic.mean));
  return { expected: traffic.mean, lower: Math.max(0, traffic.mean - width), upper: traffic.mean + width };
}
