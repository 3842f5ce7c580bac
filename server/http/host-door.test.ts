import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { askRunning } from '../../scripts/ask-running.ts';
import { AppError } from './app-error.ts';
import { hostDoorPath, openHostDoor } from './host-door.ts';

const log = { warn: assert.fail };

test('the door is in a folder of its owner alone, answers what it knows, and refuses the rest in words', async (t) => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'tidegate-door-'));
  const file = hostDoorPath(dataDir);
  if (file === undefined) return t.skip('this system has no such socket');
  assert.equal(await askRunning(dataDir, 'echo'), undefined, 'nobody is there');
  const questions = {
    echo: async (subject: string) => ({ subject }),
    fail: async () => {
      throw new AppError('not_found', { public: 'There is no such thing.' });
    },
  };
  const door = await openHostDoor({ dataDir, questions, log });
  assert.equal(statSync(path.dirname(file)).mode & 0o077, 0);
  assert.deepEqual(await askRunning(dataDir, 'echo', 'x'), { subject: 'x' });
  await assert.rejects(askRunning(dataDir, 'fail'), /There is no such thing\./);
  await assert.rejects(askRunning(dataDir, 'constructor'), /does not know that question/);
  await assert.rejects(askRunning(dataDir, 'echo', 'x'.repeat(201)));
  await door.close();
  assert.equal(await askRunning(dataDir, 'echo'), undefined);
  writeFileSync(file, 'left by a process that was killed');
  const again = await openHostDoor({ dataDir, questions, log });
  assert.deepEqual(await askRunning(dataDir, 'echo', 'y'), { subject: 'y' });
  await again.close();
  rmSync(dataDir, { recursive: true });
});
