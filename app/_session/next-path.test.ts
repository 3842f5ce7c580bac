import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeNextPath } from './next-path.ts';

const origin = 'http://localhost:3000';

test('a path of our own, with its query, is where sign-in leads', () => {
  assert.equal(safeNextPath('/alerts?status=open', origin), '/alerts?status=open');
});

test('SE-09: nothing that leads to another origin is followed', () => {
  for (const next of [
    'https://evil.example/',
    '//evil.example',
    '//evil.example/alerts',
    '/\\evil.example',
    '/\t/evil.example',
    'https:evil.example',
    '\\\\evil.example',
    'http://localhost:3000@evil.example/',
    'data:text/html,x',
    'javascript:alert(1)',
    '',
    null,
  ]) {
    assert.equal(safeNextPath(next, origin), '/', String(next));
  }
});

test('sign-in never leads back to a page for those who are not signed in', () => {
  for (const next of ['/sign-in?next=/alerts', '/setup', '/invite', '/recover']) {
    assert.equal(safeNextPath(next, origin), '/', next);
  }
  assert.equal(safeNextPath('/inviting', origin), '/inviting');
});
