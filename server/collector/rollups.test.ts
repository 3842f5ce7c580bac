import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { RequestEvent } from '../../lib/contract/event.ts';
import { createMinuteCounts, minuteMs } from './minute-counts.ts';
import { createRollups, rollupLimits } from './rollups.ts';

const root = { folder: '' };
before(async () => {
  root.folder = await mkdtemp(path.join(tmpdir(), 'tidegate-rollups-'));
});
after(() => rm(root.folder, { recursive: true, force: true }));
const folderFor = (name: string) => path.join(root.folder, name);

const event = (user: string, refused = false): RequestEvent => ({
  ts: 0,
  user,
  method: 'GET',
  endpoint: '/a',
  status: 200,
  refused,
});
const noBand = () => undefined;
const start = 1_000_000 * minuteMs;

test('saves add up, by pair, user, endpoint and whole', async () => {
  const folder = folderFor('adds');
  const rollups = createRollups({ folder, limits: rollupLimits });
  const counts = createMinuteCounts({ pairsMax: 100 });
  counts.record(event('u1'), start);
  counts.record(event('u1', true), start + 59_999);
  counts.record(event('u2'), start + minuteMs);
  await rollups.save(counts.take(), 1, ({ user, endpoint }) =>
    user && endpoint ? { expectedPerMinute: 2, upperPerMinute: 5 } : undefined,
  );
  counts.record(event('u1'), start);
  await rollups.save(counts.take(), 2, noBand);

  const range = [start, start + minuteMs] as const;
  assert.deepEqual(rollups.series({ user: 'u1', endpoint: 'GET /a' }, ...range).points, [
    { at: start, requests: 3, refused: 1, alerts: 0, expected: 2, lower: 0, upper: 5 },
  ]);
  assert.deepEqual(
    rollups.series({ user: 'u2' }, ...range).points.map((point) => point.requests),
    [1],
  );
  assert.deepEqual(
    rollups.series({ endpoint: 'GET /a' }, ...range).points.map((point) => point.requests),
    [3, 1],
  );
  assert.deepEqual(
    rollups.series({}, ...range).points.map((point) => point.requests),
    [3, 1],
  );
  assert.deepEqual(
    rollups.series({}, start + minuteMs, start + 9 * minuteMs).points.map((point) => point.at),
    [start + minuteMs],
  );
  await rollups.close();

  const again = createRollups({ folder, limits: rollupLimits });
  assert.equal(again.appliedSeq(), 2);
  assert.equal(again.series({}, ...range).points.length, 2);
  await again.close();
});

test('a minute holds a bounded number of rows, the busiest ones, and always the totals', async () => {
  const rollups = createRollups({
    folder: folderFor('bounded'),
    limits: { ...rollupLimits, rowsPerMinuteMax: 12 },
  });
  const counts = createMinuteCounts({ pairsMax: 1_000 });
  for (let user = 0; user < 50; user++)
    for (let i = 0; i <= user; i++) counts.record(event(`u${user}`), start);
  await rollups.save(counts.take(), 1, noBand);
  assert.equal(rollups.series({}, start, start).points[0]?.requests, 1275);
  assert.equal(rollups.series({ user: 'u49', endpoint: 'GET /a' }, start, start).points[0]?.requests, 50);
  assert.equal(rollups.series({ user: 'u0', endpoint: 'GET /a' }, start, start).points.length, 0);
  await rollups.close();
});

test('a sender that catches up on hours fills every minute of them, the quietest pairs too', async () => {
  const limits = { ...rollupLimits, rowsPerMinuteMax: 12 };
  const rollups = createRollups({ folder: folderFor('catches-up'), limits });
  const counts = createMinuteCounts({ pairsMax: 10_000 });
  const minutes = 120;
  for (let minute = 0; minute < minutes; minute++) {
    const busy = minute % 2 === 0 ? 5 : 1;
    for (let i = 0; i < busy; i++) counts.record(event('u-busy'), start + minute * minuteMs);
    counts.record(event('u-quiet'), start + minute * minuteMs);
  }
  await rollups.save(counts.take(), 1, noBand);
  const { points } = rollups.series(
    { user: 'u-quiet', endpoint: 'GET /a' },
    start,
    start + minutes * minuteMs,
  );
  assert.equal(points.length, minutes);
  await rollups.close();
});

test('rows older than a day are deleted, younger ones stay', async () => {
  const rollups = createRollups({ folder: folderFor('age'), limits: rollupLimits });
  const counts = createMinuteCounts({ pairsMax: 1_000 });
  counts.record(event('u1'), start);
  counts.record(event('u1'), start + minuteMs);
  await rollups.save(counts.take(), 1, noBand);
  await rollups.trim(start + rollupLimits.ageMsMax + minuteMs);
  assert.deepEqual(
    rollups.series({ user: 'u1' }, start, start + minuteMs).points.map((point) => point.at),
    [start + minuteMs],
  );
  assert.deepEqual(
    rollups.series({}, start, start + minuteMs).points.map((point) => point.at),
    [start + minuteMs],
  );
  await rollups.close();
});
