import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffLines } from './text-diff.ts';

const drawn = (before: string, after: string) =>
  diffLines(before, after).map(
    ({ kind, text, count }) => ({ same: ' ', added: '+', removed: '-', skipped: `…${count}` })[kind] + text,
  );

test('texts that agree have no difference', () => {
  assert.deepEqual(drawn('a\nb\n', 'a\nb\n'), []);
});

test('a changed line is what leaves and what comes, with its neighbours', () => {
  assert.deepEqual(drawn('a\nb\nc\n', 'a\nB\nc\n'), [' a', '-b', '+B', ' c']);
});

test('a whole text may come or go', () => {
  assert.deepEqual(drawn('', 'a\nb\n'), ['+a', '+b']);
  assert.deepEqual(drawn('a\n', ''), ['-a']);
});

test('what is far from every change is counted, not shown', () => {
  const before = Array.from({ length: 20 }, (_, line) => String(line)).join('\n');
  assert.deepEqual(drawn(before, `${before}\nnew`), ['…17', ' 17', ' 18', ' 19', '+new']);
});

test('applying a difference to the first text gives the second', () => {
  const before = 'a\nb\nc\nd\na\nb';
  const after = 'b\nx\nc\na\nb\nb';
  const lines = diffLines(before, after);
  const side = (left: 'added' | 'removed') =>
    lines
      .filter(({ kind }) => kind !== left)
      .map(({ text }) => text)
      .join('\n');
  assert.equal(side('added'), before);
  assert.equal(side('removed'), after);
});
