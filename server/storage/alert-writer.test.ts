import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../lib/contract/alert.ts';
import { madeFinding } from '../../test/fixtures/stand-in-collector.ts';
import { createLog } from '../observe/log.ts';
import { createAlertWriter, waitingMax } from './alert-writer.ts';

/** A database that can be switched off, and refuses rows with one summary. */
function startWriter() {
  const stored = new Map<string, Finding>();
  const database = { up: true, batches: 0 };
  let retry: (() => void) | undefined;
  const writer = createAlertWriter({
    alerts: {
      async recordFindings(findings) {
        if (!database.up) throw new Error('down');
        if (findings.some(({ summary }) => summary === 'poison')) throw new Error('bad row');
        database.batches += 1;
        for (const finding of findings) stored.set(finding.id, finding);
      },
    },
    database: { health: async () => ({ ok: database.up }), problem: () => undefined },
    after: (_delayMs, work) => {
      retry = work;
      return () => {
        retry = undefined;
      };
    },
    log: createLog({ level: 'silent' }),
  });
  const tell = (...findings: Finding[]) => void writer.take(findings);
  return { writer, stored, database, tell, runRetry: () => retry?.() };
}

test('while the database is down findings wait, the newest of each, and are written when it is back', async () => {
  const { writer, stored, database, tell, runRetry } = startWriter();
  const finding = madeFinding();
  database.up = false;
  tell(finding);
  await writer.flush();
  tell({ ...finding, requestCount: 1_000 });
  assert.equal(stored.size, 0);
  assert.equal(writer.degraded().length, 1);
  assert.equal(writer.counts().waiting, 1);
  database.up = true;
  runRetry();
  await writer.flush();
  assert.equal(stored.get(finding.id)?.requestCount, 1_000);
  assert.deepEqual(writer.degraded(), []);
  assert.deepEqual(writer.counts(), { waiting: 0, written: 1, dropped: 0 });
});

test('a checkpoint waits for what was told before it, and not for longer', async () => {
  const { writer, stored, database, tell, runRetry } = startWriter();
  database.up = false;
  tell(madeFinding());
  await writer.flush();
  let storedWhenToldSo: number | undefined;
  const nothingNew = writer.take([]).then(() => {
    storedWhenToldSo = stored.size;
  });
  database.up = true;
  runRetry();
  await nothingNew;
  assert.equal(storedWhenToldSo, 1);
  await writer.take([]);
});

test('what waits is bounded, and what does not fit is counted', async () => {
  const { writer, database, tell } = startWriter();
  database.up = false;
  tell(madeFinding());
  await writer.flush();
  tell(...Array.from({ length: waitingMax + 4 }, () => madeFinding()));
  assert.equal(writer.counts().waiting, waitingMax);
  assert.equal(writer.counts().dropped, 5);
});

test('a finding that the database refuses does not keep the others out', async () => {
  const { writer, stored, tell } = startWriter();
  tell(madeFinding(), madeFinding({ summary: 'poison' }), madeFinding());
  await writer.flush();
  assert.equal(stored.size, 2);
  assert.deepEqual(writer.counts(), { waiting: 0, written: 2, dropped: 1 });
});

test('a hundred changes of one finding in one pulse cost one write', async () => {
  const { writer, database, tell } = startWriter();
  const finding = madeFinding();
  tell(...Array.from({ length: 100 }, (_, index) => ({ ...finding, requestCount: index })));
  await writer.flush();
  assert.equal(database.batches, 1);
});
