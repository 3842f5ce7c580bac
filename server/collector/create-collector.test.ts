import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Finding } from '../../lib/contract/alert.ts';
import type { RequestEvent } from '../../lib/contract/event.ts';
import { type EngineConfig, engineDefaults } from '../../lib/engine/config.ts';
import { createLog } from '../observe/log.ts';
import { createMetrics } from '../observe/metrics.ts';
import type { Collector } from './collector.ts';
import { createCollector } from './create-collector.ts';
import { diskLimits } from './disk-space.ts';

const root = { folder: '' };
before(async () => {
  root.folder = await mkdtemp(path.join(tmpdir(), 'tidegate-collector-'));
});
after(() => rm(root.folder, { recursive: true, force: true }));

/** Small tables: each test opens several engines. */
const engine: EngineConfig = {
  ...engineDefaults,
  pairsMax: 5_000,
  usersMax: 2_000,
  endpointsMax: 200,
  addressesMax: 1_000,
};

async function open(folder: string, lines: string[] = []): Promise<Collector> {
  const collector = await createCollector({
    folder,
    clock: { now: () => Date.now() },
    log: createLog({ level: 'warn', write: (line) => lines.push(line) }),
    metrics: createMetrics(),
    engine,
    disk: diskLimits,
    checkpointEveryMs: 50,
  });
  await until(() => collector.health().ready);
  return collector;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const eventOf = (user: string, tsBefore = 0): RequestEvent => ({
  ts: Date.now() - tsBefore,
  user,
  method: 'GET',
  endpoint: '/a',
  status: 200,
});
const ingest = (collector: Collector, events: RequestEvent[], idempotencyKey?: string, keyId = 'key_1') =>
  collector.ingest({ keyId, idempotencyKey, bodyCrc: 0, events, rejected: [] });
const totalOf = async (collector: Collector, user: string) =>
  (await collector.baseline(user, 'GET /a')).requestsTotal;
const flood = (user: string) => Array.from({ length: 3_000 }, (_, i) => eventOf(user, 60_000 - i * 20));

test('counts, the live chart and the answers to batches survive closing and opening', async () => {
  const folder = path.join(root.folder, 'reopen');
  const first = await open(folder);
  await ingest(first, [eventOf('u1'), eventOf('u1')], 'batch-1');
  assert.equal(await totalOf(first, 'u1'), 2);
  await first.close();

  const second = await open(folder);
  assert.equal(await totalOf(second, 'u1'), 2);
  assert.deepEqual((await ingest(second, [eventOf('u1'), eventOf('u1')], 'batch-1')).accepted, 2);
  await ingest(second, [eventOf('u1')], 'batch-1', 'key_2');
  assert.equal(await totalOf(second, 'u1'), 3, 'the same key of another sender is another batch');
  await until(() => second.live().points.reduce((sum, point) => sum + point.requests, 0) === 3);
  const series = await second.series({ user: 'u1', fromMs: Date.now() - 120_000, toMs: Date.now() });
  assert.equal(
    series.points.reduce((sum, point) => sum + point.requests, 0),
    3,
  );
  await second.close();
});

test('a checkpoint that went bad costs some replay and not one count, even when both did', async () => {
  const folder = path.join(root.folder, 'bad-checkpoint');
  const first = await open(folder);
  for (let i = 0; i < 5; i++) {
    await ingest(first, [eventOf('u1')]);
    await new Promise((resolve) => setTimeout(resolve, 80));
  }
  await first.close();
  for (const files of [['checkpoint.bin'], ['checkpoint.bin', 'checkpoint.previous.bin']]) {
    const copy = path.join(root.folder, `bad-${files.length}`);
    await cp(folder, copy, { recursive: true });
    for (const file of files) await writeFile(path.join(copy, 'collector', file), 'TGCP is not enough');
    const lines: string[] = [];
    const again = await open(copy, lines);
    assert.equal(await totalOf(again, 'u1'), 5);
    const series = await again.series({ fromMs: Date.now() - 120_000, toMs: Date.now() });
    assert.equal(
      series.points.reduce((sum, point) => sum + point.requests, 0),
      5,
      'charts count nothing twice',
    );
    assert.equal(lines.filter((line) => line.includes('cannot be used')).length, files.length);
    await again.close();
  }
});

test('a flood is throttled, told with its finding, and an operator can lift it', async () => {
  const collector = await open(path.join(root.folder, 'flood'));
  const findings: Finding[] = [];
  collector.onPulse(({ changes }) => {
    findings.push(...changes.findings);
  });
  await ingest(collector, flood('flooder'));
  await until(() => collector.throttles().length > 0);
  const [throttle] = collector.throttles();
  assert.equal(throttle?.scope.user, 'flooder');
  assert.ok(findings.some((finding) => finding.id === throttle?.alertId));
  const request = { user: 'flooder', endpoint: 'GET /a' };
  assert.notEqual(collector.decide(request).conclusion, 'allow');
  assert.equal(collector.decide({ ...request, user: 'neighbour' }).conclusion, 'allow');
  const reply = await ingest(collector, [eventOf('flooder'), eventOf('neighbour')]);
  assert.deepEqual(
    reply.throttles.map(({ id }) => id),
    [throttle?.id],
  );

  await collector.command({ type: 'lift', throttleId: throttle?.id ?? '' });
  assert.equal(collector.decide(request).conclusion, 'allow');
  await collector.close();
});

test('a throttle in force is known again as soon as a restarted collector is ready', async () => {
  const folder = path.join(root.folder, 'throttle-restart');
  const first = await open(folder);
  await ingest(first, flood('flooder'));
  await until(() => first.throttles().length > 0);
  await first.close();
  const second = await open(folder);
  assert.notEqual(second.decide({ user: 'flooder', endpoint: 'GET /a' }).conclusion, 'allow');
  await second.close();
});

test('lists and details come from the engine, with what has just been acknowledged', async () => {
  const collector = await open(path.join(root.folder, 'lists'));
  await ingest(collector, [eventOf('anna'), eventOf('anna'), eventOf('ben')]);
  await totalOf(collector, 'anna');
  const users = await collector.users({ text: 'an', sort: 'requests', limit: 10, cursor: undefined });
  assert.deepEqual(
    users.items.map(({ user, requestsTotal }) => [user, requestsTotal]),
    [['anna', 2]],
  );
  assert.equal((await collector.user('anna'))?.endpoints.length, 1);
  assert.equal(await collector.user('nobody'), undefined);
  assert.equal((await collector.endpoint('GET /a'))?.summary.requestsTotal, 3);
  await collector.close();
});
