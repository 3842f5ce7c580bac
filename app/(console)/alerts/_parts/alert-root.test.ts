import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rootOf } from './alert-root.ts';

test('an alert is answered on the session that it names, else on all of its holder', () => {
  assert.deepEqual(rootOf({ user: 'opr_1', tokenId: 'fam_1' })?.target, { kind: 'family', id: 'fam_1' });
  assert.deepEqual(rootOf({ user: 'cal_1', tokenId: 'other' })?.target, { kind: 'user', id: 'cal_1' });
  assert.deepEqual(rootOf({ tokenId: 'fam_2' })?.href, '/tokens/fam_2');
});

test('only what would do something is offered', () => {
  assert.deepEqual(rootOf({ user: 'opr_1' })?.answers, ['throttle', 'step_up', 'revoke_family']);
  assert.deepEqual(rootOf({ user: 'cal_1' })?.answers, ['step_up', 'revoke_family']);
  assert.deepEqual(rootOf({ user: 'cli_1', tokenId: 'fam_1' })?.answers, ['revoke_family']);
});

test('what Tidegate gave out no session to has nothing to answer', () => {
  assert.equal(rootOf({ user: 'u-1842', tokenId: 'abc' }), undefined);
  assert.equal(rootOf({ ip: '203.0.113.7' }), undefined);
});
