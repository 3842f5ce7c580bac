import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from './log.ts';

test('a line cannot be forged, and secrets by name are cut out', () => {
  const lines: string[] = [];
  const log = createLog({ level: 'info', write: (line) => lines.push(line) });
  log.info(
    { user: 'a\n{"level":"fatal"}\u001b[31m', authorization: 'Bearer x1', deep: { token: 'x2' } },
    'hello\nworld',
  );
  assert.equal(lines.length, 1);
  assert.equal(lines[0]?.trim().includes('\n'), false);
  for (const gone of ['x1', 'x2', '\u001b']) assert.ok(!lines[0]?.includes(gone));
});
