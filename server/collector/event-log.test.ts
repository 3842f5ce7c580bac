import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { RequestEvent } from '../../lib/contract/event.ts';
import { createLog } from '../observe/log.ts';
import type { DiskSpace } from './disk-space.ts';
import { createEventLog, type LogRetention, logRetention } from './event-log.ts';
import { createIdempotencyRecords, recordKeyOf, rememberedMs } from './idempotency.ts';
import { decodeEntry, encodeEntry } from './log-entry.ts';
import { newestSeqOf, openLogStore } from './log-store.ts';

const folders: string[] = [];
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tidegate-log-'));
  folders.push(folder);
  return folder;
}

const roomy: DiskSpace = { hasRoom: () => true, reportFull() {}, check: async () => {}, close() {} };
const event: RequestEvent = { ts: 1, user: 'u1', method: 'GET', endpoint: '/a', status: 200 };
const entry = { receivedAtMs: 1_000, keyId: 'key_1', events: [event] };

function open(folder: string, retention: LogRetention = logRetention, disk: DiskSpace = roomy, seqFloor = 0) {
  const store = openLogStore(folder);
  const records = createIdempotencyRecords({ store, nowMs: 0, recordsMax: 1_000 });
  const eventLog = createEventLog({
    store,
    records,
    disk,
    retention,
    log: createLog({ level: 'silent' }),
    seqFloor,
  });
  return { store, records, eventLog };
}

test('an entry comes back as it went in, without what the contract does not know', () => {
  const full: RequestEvent = {
    ts: 1_800_000_000_000.5,
    user: 'ü\u0000\ud83d\ude00',
    method: 'POST',
    endpoint: '/a',
    status: 404,
    latencyMs: 0.25,
    bytes: 0,
    ip: '::1',
    ua: '',
    country: 'DE',
    tokenId: 't',
    objectId: 'o',
    path: '/a"b',
    service: 's',
    refused: true,
  };
  const extra = Object.assign({ password: 'hunter2' }, event);
  const bytes = encodeEntry({ receivedAtMs: 7, keyId: 'key_1', events: [full, extra] });
  assert.ok(!bytes.includes('hunter2'));
  const decoded = decodeEntry(bytes);
  assert.equal(decoded.receivedAtMs, 7);
  assert.ok('events' in decoded);
  assert.deepEqual(JSON.parse(JSON.stringify(decoded.events)), [full, event]);
});

test('entries and their idempotency records survive closing and opening', async () => {
  const folder = await newFolder();
  const first = open(folder);
  const key = recordKeyOf('key_1', 'batch-1');
  assert.equal(
    await first.eventLog.append(entry, { key, reply: { accepted: 1, rejected: [], bodyCrc: 0 } }),
    1,
  );
  assert.equal(await first.eventLog.append(entry), 2);
  await first.eventLog.close();

  const second = open(folder);
  assert.equal(newestSeqOf(second.store), 2);
  assert.deepEqual(second.records.find(key), { accepted: 1, rejected: [], bodyCrc: 0 });
  assert.equal(
    second.records.find(recordKeyOf('key_2', 'batch-1')),
    undefined,
    'another key has its own records',
  );
  assert.equal(await second.eventLog.append(entry), 3);
  await second.eventLog.close();
});

test('numbers go on above the checkpoint even where the log behind it is gone', async () => {
  const { eventLog } = open(await newFolder(), logRetention, roomy, 41);
  assert.equal(await eventLog.append(entry), 42);
  await eventLog.close();
});

test('a record is remembered for a day and forgotten after two', async () => {
  const { records, eventLog } = open(await newFolder());
  await records.put('k', { accepted: 1, rejected: [], bodyCrc: 0 });
  await records.rotate(rememberedMs - 1);
  assert.ok(records.find('k'));
  await records.rotate(rememberedMs);
  assert.ok(records.find('k'), 'a generation outlives its turn by one');
  await records.rotate(2 * rememberedMs);
  assert.equal(records.find('k'), undefined);
  await eventLog.close();
});

test('trimming deletes what is old and behind the checkpoint, and nothing else', async () => {
  const { store, eventLog } = open(await newFolder(), { ageMsMax: 500, bytesMax: 1e9 });
  for (const receivedAtMs of [1_000, 1_100, 1_200, 1_900]) await eventLog.append({ ...entry, receivedAtMs });
  await eventLog.trim(2, 2_000);
  assert.deepEqual([...store.entries.getKeys()], [2, 3, 4]);
  await eventLog.trim(4, 2_000);
  assert.deepEqual([...store.entries.getKeys()], [4]);
  await eventLog.close();
});

test('trimming by size keeps the newest entries', async () => {
  const { store, eventLog } = open(await newFolder(), { ageMsMax: 1e12, bytesMax: 100_000 });
  const wide = { ...entry, events: Array.from({ length: 100 }, () => ({ ...event, path: 'x'.repeat(200) })) };
  for (let i = 0; i < 20; i++) await eventLog.append(wide);
  await eventLog.trim(20, 2_000);
  const left = [...store.entries.getKeys()];
  assert.ok(left.length < 10 && left.length > 0, `${left.length} left`);
  assert.equal(left.at(-1), 20);
  await eventLog.close();
});

test('a full disk refuses the batch as storage_full and takes the next one when there is room', async () => {
  let room = false;
  const disk: DiskSpace = { ...roomy, hasRoom: () => room };
  const { eventLog } = open(await newFolder(), logRetention, disk);
  await assert.rejects(eventLog.append(entry), { code: 'storage_full', status: 503 });
  room = true;
  assert.equal(await eventLog.append(entry), 1);
  await eventLog.close();
});
