import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { madeFinding } from '../../test/fixtures/stand-in-collector.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { resolvedGraceMs } from './alert-findings.ts';
import { type Alerts, createAlerts } from './alerts.ts';
import { verifyAudit } from './audit.ts';
import { alerts as alertsTable, auditEntries } from './schema.ts';

const start = 1_800_000_000_000;
const clock = { at: start, now: () => clock.at };
const actor = { operatorId: 'opr_1', name: 'Ada', address: '127.0.0.1' };
let database: TestDatabase;
let alerts: Alerts;

before(async () => {
  database = await openTestDatabase();
  alerts = createAlerts({ database, clock });
});
beforeEach(async () => {
  clock.at = start;
  await database.db.delete(alertsTable);
});
after(() => database.close());

const statusOf = async (id: string) => (await alerts.get(id))?.alert.status;

test('a finding written twice is one alert with one opening line', async () => {
  const finding = madeFinding();
  await alerts.recordFindings([
    finding,
    { ...finding, requestCount: 500, lastSeenAt: finding.lastSeenAt + 1 },
  ]);
  await alerts.recordFindings([finding]);
  const found = await alerts.get(finding.id);
  assert.equal(found?.alert.requestCount, 500, 'older numbers do not replace newer ones');
  assert.equal(found?.alert.owasp, 'API4:2023');
  assert.deepEqual(
    found?.timeline.map((line) => line.what),
    ['opened'],
  );
});

test("the engine's updates leave what people decided alone", async () => {
  const finding = madeFinding();
  await alerts.recordFindings([finding]);
  await alerts.change({ ids: [finding.id], action: 'mute', mutedUntil: start + 60_000, actor });
  await alerts.recordFindings([{ ...finding, lastSeenAt: start + 120_000, requestCount: 999 }]);
  const found = await alerts.get(finding.id);
  assert.equal(found?.alert.status, 'muted');
  assert.equal(found?.alert.mutedUntil, start + 60_000);
  assert.equal(found?.alert.requestCount, 999);
});

test('a mute ends by itself, and not before its time', async () => {
  const finding = madeFinding();
  await alerts.recordFindings([finding]);
  await alerts.change({ ids: [finding.id], action: 'mute', mutedUntil: start + 60_000, actor });
  clock.at = start + 59_999;
  await alerts.reopenEndedMutes();
  assert.equal(await statusOf(finding.id), 'muted');
  clock.at = start + 60_000;
  await alerts.reopenEndedMutes();
  assert.equal(await statusOf(finding.id), 'open');
});

test('a resolved alert opens again only when the abuse goes on for 15 minutes more', async () => {
  const finding = madeFinding();
  await alerts.recordFindings([finding]);
  clock.at = start + 60_000;
  await alerts.change({ ids: [finding.id], action: 'resolve', actor });
  await alerts.recordFindings([{ ...finding, lastSeenAt: clock.at + resolvedGraceMs }]);
  assert.equal(await statusOf(finding.id), 'resolved');
  await alerts.recordFindings([{ ...finding, lastSeenAt: clock.at + resolvedGraceMs + 1 }]);
  assert.equal(await statusOf(finding.id), 'open');
  await alerts.recordFindings([
    { ...finding, lastSeenAt: clock.at + resolvedGraceMs + 2, endedAt: clock.at },
  ]);
  const lines = (await alerts.get(finding.id))?.timeline.map((line) => line.what) ?? [];
  assert.equal(lines.filter((what) => what.startsWith('reopened')).length, 1);
  assert.equal(lines.filter((what) => what === 'the abuse ended').length, 1);
});

test('a change of status, its timeline line and its audit entry are one', async () => {
  const finding = madeFinding();
  await alerts.recordFindings([finding]);
  const heard: string[] = [];
  const stop = alerts.onChanged((changed) =>
    heard.push(...changed.map(({ id, status }) => `${id} ${status}`)),
  );
  const entriesBefore = (await database.db.select().from(auditEntries)).length;
  await alerts.change({ ids: [finding.id, 'alr_unknown'], action: 'acknowledge', actor });
  await alerts.change({ ids: [finding.id], action: 'acknowledge', actor });
  stop();
  assert.deepEqual(heard, [`${finding.id} acknowledged`], 'the second change changed nothing');
  const entries = await database.db.select().from(auditEntries);
  assert.equal(entries.length, entriesBefore + 1);
  assert.equal(entries.at(-1)?.action, 'alert.acknowledge');
  assert.equal(entries.at(-1)?.target, finding.id);
  assert.equal((await verifyAudit(database.db)).brokenAtSeq, undefined);
});

test('pages of a list join to the whole, in order, whatever has the same time', async () => {
  const findings = Array.from({ length: 25 }, (_, index) =>
    madeFinding({
      openedAt: start + Math.floor(index / 5),
      scope: { ip: '10.0.0.1' },
      summary: `50% of ${index}_x`,
    }),
  );
  await alerts.recordFindings([...findings, madeFinding({ kind: 'path_scan' })]);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await alerts.list({ kind: 'rate_spike', limit: 10, cursor });
    assert.equal(page.total, 25);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  assert.equal(new Set(seen).size, 25);
  assert.equal((await alerts.list({ ip: '10.0.0.1', limit: 5 })).total, 25);
  assert.equal((await alerts.list({ text: '0% OF 1_', limit: 5 })).total, 1, 'wildcards are characters');
  assert.equal((await alerts.list({ status: 'resolved', limit: 5 })).total, 0);
  await assert.rejects(alerts.list({ limit: 5, cursor: 'nonsense' }), { code: 'invalid_request' });
});

test('open alerts are counted in total and by name', async () => {
  await alerts.recordFindings([
    madeFinding({ scope: { user: 'u-7' }, openedAt: start - 16 * 60_000 }),
    madeFinding({ scope: { user: 'u-7' }, openedAt: start }),
    madeFinding({ scope: { user: 'u-8' } }),
  ]);
  assert.deepEqual(await alerts.totals(), { openAlerts: 3, newAlerts: 2 });
  assert.deepEqual(await alerts.openCounts('user', ['u-7', 'u-9']), new Map([['u-7', 2]]));
});

test('retention drops what is old and closed, and keeps open alerts longest', async () => {
  const old = { lastSeenAt: start - 1 };
  const [openOld, closedOld, closedNew, openNew] = [
    madeFinding(old),
    madeFinding(old),
    madeFinding(),
    madeFinding(),
  ];
  await alerts.recordFindings([openOld, closedOld, closedNew, openNew]);
  await alerts.change({ ids: [closedOld.id, closedNew.id], action: 'resolve', actor });
  await alerts.dropOld({ atMs: start, keepMax: 100 });
  assert.equal((await alerts.list({ limit: 10 })).total, 3);
  await alerts.dropOld({ atMs: start, keepMax: 2 });
  const left = (await alerts.list({ limit: 10 })).items.map(({ id }) => id);
  assert.deepEqual(left.toSorted(), [openOld.id, openNew.id].toSorted());
});

test('characters that PostgreSQL cannot hold do not keep an alert out', async () => {
  const finding = madeFinding({
    scope: { user: 'a\0b\ud800' },
    exampleEvents: [{ ts: start, user: 'a\0b\ud800', method: 'GET', endpoint: '/x', status: 200 }],
  });
  await alerts.recordFindings([finding]);
  assert.equal((await alerts.get(finding.id))?.alert.scope.user, 'a\ufffdb\ufffd');
  assert.equal((await alerts.list({ user: 'a\0b\ud800', limit: 1 })).total, 1);
});

test('what a reader left out is in no page and no total; alerts that name nothing stay', async () => {
  await alerts.recordFindings([
    madeFinding({ kind: 'pulse', scope: { user: 'u-noisy', endpoint: 'GET /a' } }),
    madeFinding({ kind: 'pulse', scope: { user: 'u-other', endpoint: 'GET /b' } }),
    madeFinding({ kind: 'pulse', scope: { ip: '10.0.0.9' } }),
  ]);
  const list = (without: string[]) => alerts.list({ kind: 'pulse', limit: 10, without });
  assert.equal((await list([])).total, 3);
  const { items, total } = await list(['u-noisy']);
  assert.equal(total, 2);
  assert.ok(items.every(({ scope }) => scope.user !== 'u-noisy'));
  assert.equal((await list(['GET /b', '10.0.0.9'])).total, 1);
});
