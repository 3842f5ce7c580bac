import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessionContexts } from './session-contexts.ts';

const seen = (atMs: number, address: string, userAgent = 'Firefox') => ({
  familyId: 'fam_1',
  address,
  userAgent,
  atMs,
});

test('a session whose browser takes turns with another is found at the first return', () => {
  const contexts = createSessionContexts();
  assert.equal(contexts.observe(seen(0, '10.0.0.1')), undefined);
  assert.equal(contexts.observe(seen(60_000, '10.0.0.1', 'curl')), undefined);
  const found = contexts.observe(seen(120_000, '10.0.0.1'));
  assert.deepEqual(found, { of: 'user_agent', turns: 1, windowMs: 120_000, contexts: ['Firefox', 'curl'] });
});

test('a train ride through many addresses is no sign, and neither is an update of the browser', () => {
  const contexts = createSessionContexts();
  for (let minute = 0; minute < 120; minute++) {
    const userAgent = minute < 60 ? 'Firefox/1' : 'Firefox/2';
    assert.equal(contexts.observe(seen(minute * 60_000, `10.0.0.${minute}`, userAgent)), undefined);
  }
});

test('two networks in reach that change now and then are no sign; addresses that take turns within a minute are', () => {
  const contexts = createSessionContexts();
  for (let change = 0; change < 20; change++) {
    assert.equal(contexts.observe(seen(change * 50_000, `10.0.0.${change % 2}`)), undefined, `${change}`);
  }
  const at = 10_000_000;
  const told = [0, 1, 2, 3, 4, 5].map((step) =>
    contexts.observe(seen(at + step * 5_000, `10.0.0.${step % 2}`)),
  );
  assert.equal(told.findIndex((found) => found !== undefined) >= 3, true);
  assert.equal(told.find((found) => found !== undefined)?.of, 'address');
});

test('a flood of sessions costs a bounded memory', () => {
  const contexts = createSessionContexts();
  for (let each = 0; each < 10_000; each++)
    contexts.observe({ ...seen(each, '10.0.0.1'), familyId: `fam_${each}` });
  assert.equal(contexts.size(), 2_000);
});
