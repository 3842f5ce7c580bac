import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserName, endReason } from './session-words.ts';

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

test('a browser is called by the name that people know, not by those that it claims', () => {
  assert.equal(browserName(chrome), 'Chrome 140 on Linux');
  assert.equal(browserName(`${chrome} Edg/141.0.0.0`), 'Edge 141 on Linux');
  assert.equal(
    browserName(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    ),
    'Safari 18 on iOS',
  );
});

test('what is no browser is shown as it calls itself', () => {
  assert.equal(browserName('node'), 'node');
  assert.equal(browserName(''), 'not told');
});

test('an end that has no words yet is still readable', () => {
  assert.equal(endReason('signed_out'), 'the holder signed out');
  assert.equal(endReason('solar_flare'), 'solar flare');
  assert.equal(endReason(undefined), undefined);
});
