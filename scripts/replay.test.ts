import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { theFlood } from '../lib/engine/fixtures.ts';

const script = fileURLToPath(new URL('./replay.ts', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'replay-'));
after(() => rmSync(folder, { recursive: true }));

const { quiet, flood } = theFlood();
const text = `${[...quiet, ...flood.slice(0, 1_000)].map((each) => JSON.stringify(each)).join('\n')}\nnot json\n{"ts":"x"}\n`;
const plain = path.join(folder, 'log.ndjson');
const zipped = path.join(folder, 'log.ndjson.gz');
writeFileSync(plain, text);
writeFileSync(zipped, gzipSync(text));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  const records = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { status, stderr, records, summary: records.at(-1) };
}

test('a log, zipped or not, gives decisions, alerts and one summary as the last line', () => {
  const { status, records, summary } = run(plain);
  assert.equal(status, 0);
  assert.equal(records.filter((record) => record.type === 'summary').length, 1);
  assert.deepEqual([summary.type, summary.events, summary.badLines], ['summary', 1_060, 2]);
  assert.ok(records.some((record) => record.type === 'alert' && record.endpoint === 'GET /v1/orders'));
  assert.equal(records.filter((record) => record.type === 'decision').length, summary.refused);
  assert.deepEqual(run(zipped).records, records);
});

test('shadow mode prints shadow records and no decisions', () => {
  const { records, summary } = run(plain, '--mode', 'shadow');
  assert.equal(records.filter((record) => record.type === 'shadow').length, summary.wouldRefuse);
  assert.equal(records.filter((record) => record.type === 'decision').length, 0);
});

test('a generous base limit lets the flood pass', () => {
  assert.equal(run(plain, '--base-limit', '100000').summary.refused, 0);
});

test('wrong arguments end with code 2 and the usage, a missing file with code 1', () => {
  for (const args of [
    [],
    [plain, '--mode', 'maybe'],
    [plain, '--sensitivity', '0.5'],
    [plain, '--unknown'],
  ]) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2);
    assert.match(stderr, /usage: replay/);
  }
  assert.equal(run(path.join(folder, 'nothing.ndjson')).status, 1);
});
