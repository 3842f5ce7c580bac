import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodePart, endpointPath, fromPath, userPath } from './paths.ts';

test('a name with half a character in it has a path, and never throws', () => {
  assert.equal(userPath('u-\ud800'), '/users/u-%EF%BF%BD');
  assert.equal(endpointPath('GET /\udc00'), '/endpoints/GET%20%2F%EF%BF%BD');
  assert.equal(encodePart('a\ud800b'), 'a%EF%BF%BDb');
});

test('every other name comes back from its path as it was', () => {
  for (const name of ['u-1', 'a/b c{d}', '100%', '\u{1f600}', 'ip:2001:db8::1']) {
    assert.equal(fromPath(encodePart(name)), name);
  }
});

test('a parameter that is badly encoded is shown as it stands', () => {
  assert.equal(fromPath('%E0%A4%A'), '%E0%A4%A');
});
