/**
 * `replay`: events a second of `npm run replay` as people run it, a process of its own from start to end, over an
 * uncompressed file of two hours of traffic; beside one core that merely parses the same lines.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createWire, startAt } from './engine-events.ts';
import { random } from './random.ts';
import type { BenchResult } from './result.ts';

const script = fileURLToPath(new URL('../scripts/replay.ts', import.meta.url));
const events = 1_000_000;
const users = 5_000;
const endpoints = 20;
const everyMs = 7_200_000 / events;
const rounds = 3;

export async function benchReplay(): Promise<BenchResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidegate-bench-'));
  const file = path.join(folder, 'log.ndjson');
  try {
    await writeLog(file);
    // The best of some rounds, for both: a neighbour on the machine must not decide.
    let bestMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < rounds; round++) bestMs = Math.min(bestMs, await replayMs(file));
    const peerValue = parsedPerSecond(await readFile(file, 'utf8'));
    const value = Math.round(events / (bestMs / 1_000));
    return {
      name: 'replay',
      value,
      unit: 'events/s',
      peer: 'JSON.parse of the same lines, one core',
      peerValue,
      ratio: Math.round((value / peerValue) * 1_000) / 1_000,
      note: `${events} events of ${users} users on ${endpoints} endpoints, from the start of the process to its end`,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeLog(file: string): Promise<void> {
  const wire = createWire({ user: 'customer-', endpoint: '/v1/resource/', status: 200 });
  const next = random(3);
  const out = createWriteStream(file);
  let text = '';
  for (let index = 0; index < events; index++) {
    const ts = Math.floor(startAt + index * everyMs);
    // Some users do far more than others, as everywhere.
    const user = Math.floor(users * next() ** 2);
    text += `${JSON.stringify(wire.event(user, Math.floor(endpoints * next() ** 2), ts))}\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'finish');
}

async function replayMs(file: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output = `${output}${chunk}`.slice(-4_096);
  });
  await once(child, 'close');
  const tookMs = performance.now() - startedAt;
  const summary: { events: number } = JSON.parse(output.trimEnd().split('\n').at(-1) ?? '{}');
  if (summary.events !== events) throw new Error(`the replay took ${summary.events} of ${events} events`);
  return tookMs;
}

function parsedPerSecond(text: string): number {
  const lines = text.split('\n').filter(Boolean);
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    for (const line of lines) JSON.parse(line);
    bestMs = Math.min(bestMs, performance.now() - startedAt);
  }
  return Math.round(lines.length / (bestMs / 1_000));
}
