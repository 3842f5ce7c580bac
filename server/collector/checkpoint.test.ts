import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Checkpoint, checkpointSeqFloor, readCheckpoints, writeCheckpoint } from './checkpoint.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tidegate-checkpoint-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function readAll(): Promise<{ found: Checkpoint[]; unusable: string[] }> {
  const unusable: string[] = [];
  const found: Checkpoint[] = [];
  for await (const checkpoint of readCheckpoints(folder, (file) => unusable.push(file)))
    found.push(checkpoint);
  return { found, unusable };
}

test('a folder without a checkpoint has none, and is no error', async () => {
  assert.deepEqual(await readAll(), { found: [], unusable: [] });
});

test('the newest checkpoint comes first and the one before it second', async () => {
  for (const seq of [1, 2, 3])
    await writeCheckpoint(folder, { seq, engine: new Uint8Array([seq, 7]), view: `{"v":${seq}}` });
  const { found } = await readAll();
  assert.deepEqual(
    found.map(({ seq }) => seq),
    [3, 2],
  );
  assert.deepEqual(found[0], { seq: 3, engine: new Uint8Array([3, 7]), view: '{"v":3}' });
  assert.equal(await checkpointSeqFloor(folder), 3);
});

test('one wrong bit or a missing end makes a file unusable, and the older one stands in', async () => {
  const file = path.join(folder, 'checkpoint.bin');
  const bytes = await readFile(file);
  const flipped = Buffer.from(bytes);
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  await writeFile(file, flipped);
  let result = await readAll();
  assert.deepEqual([result.found.map(({ seq }) => seq), result.unusable], [[2], ['checkpoint.bin']]);
  await writeFile(file, bytes);
  await truncate(file, bytes.length - 3);
  result = await readAll();
  assert.deepEqual([result.found.map(({ seq }) => seq), result.unusable], [[2], ['checkpoint.bin']]);
});
