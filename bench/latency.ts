/**
 * `latency.throttle` and `latency.pixel`: how long after a flood was captured in one SDK it is refused by another SDK,
 * and told on the screen of an operator, while 20,000 other events a second go through the same server. A flood is
 * captured all at once, so the time is that of whichever of its events gave it away.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright';
import {
  ingestKey,
  launchBrowser,
  pageWithPasskey,
  setUpOperator,
  startTidegate,
  type Tidegate,
} from '../e2e/fixture.ts';
import { findChromium } from '../scripts/chromium.mjs';
import { type Client, createClient } from '../sdk/src/index.ts';
import type { TrafficOptions, TrafficResult } from './latency-load.ts';
import type { BenchResult } from './result.ts';

const eventsPerSecond = 20_000;
const trafficScript = fileURLToPath(new URL('./latency-load.ts', import.meta.url));
const endpoint = '/v1/orders';
/** Requests of a flood: far past anything that may pass, so that one of them surely is the one too many. */
const floodRequests = 800;
const floodEveryMs = 250;
/** Before floods begin, the traffic runs for so long that code is compiled and the engine has caught up. */
const settleMs = 5_000;
const patienceMs = 30_000;

const floodsThrottle = 100;
const floodsPixel = 40;
const victim = (number: number): string => `flooding-customer-${number}`;

export async function benchLatencyThrottle(): Promise<BenchResult> {
  const tidegate = await startTidegate();
  const traffic = startTraffic(tidegate);
  const sender = createClient({ url: tidegate.url, key: ingestKey });
  const other = createClient({ url: tidegate.url, key: ingestKey });
  try {
    await makeHistory(sender, floodsThrottle);
    await other.ready(patienceMs);
    await wait(settleMs);
    const waiting: Promise<number>[] = [];
    for (let number = 0; number < floodsThrottle; number++) {
      waiting.push(untilRefused(other, victim(number), flood(sender, victim(number))));
      await wait(floodEveryMs);
    }
    const times = await Promise.all(waiting);
    const load = await traffic.stop();
    const note = `floods captured in one SDK, refused by another; ${noteOf(times)}; ${load}`;
    return { name: 'latency.throttle', value: p99(times), unit: 'ms', note };
  } finally {
    await traffic.stop();
    await Promise.all([sender.close(), other.close()]);
    await tidegate.stop();
  }
}

export async function benchLatencyPixel(): Promise<BenchResult> {
  process.env.TIDEGATE_CHROMIUM = await findChromium();
  const [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
  const traffic = startTraffic(tidegate);
  const sender = createClient({ url: tidegate.url, key: ingestKey });
  try {
    const page = await pageWithPasskey(await browser.newContext());
    await setUpOperator(page, tidegate);
    await makeHistory(sender, floodsPixel);
    await page.goto(`${tidegate.url}/alerts`);
    await page.getByRole('heading', { name: 'Alerts' }).first().waitFor();
    await watchPaint(page);
    await wait(settleMs);
    const times: number[] = [];
    for (let number = 0; number < floodsPixel; number++) {
      const capturedAt = flood(sender, victim(number));
      times.push((await untilPainted(page, victim(number))) - capturedAt);
      await wait(floodEveryMs);
    }
    const load = await traffic.stop();
    const note = `floods captured in an SDK, their alerts painted in Chromium; ${noteOf(times)}; ${load}`;
    return { name: 'latency.pixel', value: p99(times), unit: 'ms', note };
  } finally {
    await traffic.stop();
    await sender.close();
    await browser.close();
    await tidegate.stop();
  }
}

/** A quiet hour for each victim, so that a flood stands out. */
async function makeHistory(sender: Client, victims: number): Promise<void> {
  const now = Date.now();
  for (let number = 0; number < victims; number++) {
    for (let minute = 60; minute > 0; minute--) {
      const ts = now - minute * 60_000;
      sender.capture({ ts, user: victim(number), method: 'GET', endpoint, status: 200, ip: '203.0.113.7' });
    }
  }
  if (!(await sender.flush(patienceMs))) throw new Error('the quiet hour was not delivered');
}

/** @returns when it was captured, ms since the epoch */
function flood(sender: Client, user: string): number {
  const capturedAt = Date.now();
  for (let request = 0; request < floodRequests; request++) {
    sender.capture({ ts: capturedAt, user, method: 'GET', endpoint, status: 200, ip: '203.0.113.7' });
  }
  return capturedAt;
}

/** Asks as a service would, a thousand times a second. */
async function untilRefused(client: Client, user: string, capturedAt: number): Promise<number> {
  while (Date.now() < capturedAt + patienceMs) {
    const { conclusion } = client.decide({ user, endpoint: `GET ${endpoint}`, ip: '203.0.113.7' });
    if (conclusion !== 'allow') return Date.now() - capturedAt;
    await wait(1);
  }
  throw new Error(`the flood of ${user} was not refused within ${patienceMs} ms`);
}

declare global {
  /** In the page: texts that are looked for, and when the frame that first had them was painted. */
  var painted: Map<string, number>;
}

/** Whoever is told on the page is noted after the frame with it: the second animation frame comes after its paint. */
async function watchPaint(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.painted = new Map();
    const look = () => {
      for (const [name] of document.body.innerText.matchAll(/flooding-customer-\d+/g)) {
        if (globalThis.painted.has(name)) continue;
        globalThis.painted.set(name, Number.NaN);
        requestAnimationFrame(() => requestAnimationFrame(() => globalThis.painted.set(name, Date.now())));
      }
    };
    new MutationObserver(look).observe(document.body, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
}

async function untilPainted(page: Page, user: string): Promise<number> {
  const painted = await page.waitForFunction((name) => globalThis.painted.get(name) || undefined, user, {
    timeout: patienceMs,
    polling: 20,
  });
  return Number(await painted.jsonValue());
}

function startTraffic(tidegate: Tidegate): { stop(): Promise<string> } {
  const options: TrafficOptions = { url: tidegate.url, key: ingestKey, eventsPerSecond };
  const child = spawn(process.execPath, [trafficScript, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stopped: Promise<string> | undefined;
  return {
    stop() {
      stopped ??= stopTraffic(child);
      return stopped;
    },
  };
}

async function stopTraffic(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
  const { accepted, dropped, seconds }: TrafficResult = JSON.parse(output);
  return `beside ${Math.round(accepted / seconds)} events/s, ${dropped} of them dropped`;
}

function p99(times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0);
}

function noteOf(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  return `p99 of ${times.length}, median ${Math.round(sorted[sorted.length >> 1] ?? 0)} ms, all in ${sorted.at(-1)} ms`;
}
