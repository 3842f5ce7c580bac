import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actions } from '../../server/policies/actions.table.ts';
import { operationText } from './operation-text.ts';

test('every dangerous action is confirmed in words of its own', () => {
  const dangerous = Object.entries(actions).filter(([, { groups }]) =>
    groups.some((group) => group === 'dangerous'),
  );
  assert.ok(dangerous.length > 10);
  const unnamed = dangerous.filter(([action]) => /^Go on/.test(operationText(action, undefined)));
  assert.deepEqual(unnamed, []);
});

test('what it is done to is named as people call it, and by its id where no name is known', () => {
  assert.equal(operationText('device.remove dev_1', '“Laptop”'), 'Remove the passkey “Laptop”');
  assert.equal(operationText('device.remove dev_1', undefined), 'Remove the passkey dev_1');
  assert.equal(operationText('device.add', undefined), 'Add a passkey to your account');
});
