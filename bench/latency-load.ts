/**
 * The traffic beside which latencies are measured: a process of its own with an SDK client that captures events evenly,
 * of 2,000 users on ten endpoints, until it is told to stop; then it says how many Tidegate took.
 */

import { createClient } from '../sdk/src/index.ts';

export interface TrafficOptions {
  url: string;
  key: string;
  eventsPerSecond: number;
}
export interface TrafficResult {
  accepted: number;
  dropped: number;
  seconds: number;
}

const tickMs = 10;
const users = 2_000;
const endpoints = 10;
/** More than this much behind is left out: a machine that was away must not be asked to catch up at once. */
const behindMsMax = 200;

const { url, key, eventsPerSecond }: TrafficOptions = JSON.parse(process.argv[2] ?? '{}');
const client = createClient({ url, key, queueEventsMax: 100_000 });
const startedAt = performance.now();
let dueUntil = startedAt;
let number = 0;

function captureDue(): void {
  const now = performance.now();
  dueUntil = Math.max(dueUntil, now - behindMsMax);
  for (; dueUntil <= now; dueUntil += 1_000 / eventsPerSecond) {
    number++;
    const user = (number * 7_919) % users;
    client.capture({
      user: `regular-customer-${user}`,
      method: 'GET',
      endpoint: `/v1/resource-${number % endpoints}/{id}`,
      status: 200,
      latencyMs: 5 + (number % 40),
      bytes: 900,
      ip: `198.51.100.${user % 250}`,
      tokenId: `token-of-${user}`,
    });
  }
}

const timer = setInterval(captureDue, tickMs);
process.once('SIGTERM', async () => {
  clearInterval(timer);
  const seconds = (performance.now() - startedAt) / 1_000;
  await client.close();
  const { acceptedEvents, droppedEvents } = client.stats();
  const dropped = Object.values(droppedEvents).reduce((sum, count) => sum + count, 0);
  const result: TrafficResult = { accepted: acceptedEvents, dropped, seconds };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
});
