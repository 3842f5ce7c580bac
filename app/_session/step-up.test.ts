import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerStepUp, askedOperation, confirmOperation, subscribeStepUp } from './step-up.ts';

const asked = (operation: string) => ({ operation, subject: undefined });

test('operations are asked one at a time, and those behind a confirmed one try again first', async () => {
  const unsubscribe = subscribeStepUp(() => undefined);
  const first = confirmOperation(asked('device.remove dev_1'));
  const second = confirmOperation(asked('device.remove dev_2'));
  assert.equal(askedOperation()?.operation, 'device.remove dev_1');
  answerStepUp('confirmed');
  assert.deepEqual(await Promise.all([first, second]), ['confirmed', 'again']);
  assert.equal(askedOperation(), undefined);
  unsubscribe();
});

test('who cancels is not asked again for what waited behind it', async () => {
  const unsubscribe = subscribeStepUp(() => undefined);
  const answers = [confirmOperation(asked('a.b')), confirmOperation(asked('c.d'))];
  answerStepUp('cancelled');
  assert.deepEqual(await Promise.all(answers), ['cancelled', 'cancelled']);
  unsubscribe();
});

test('nothing is confirmed where nobody can be asked, or where whoever was asked has left', async () => {
  assert.equal(await confirmOperation(asked('a.b')), 'cancelled');
  const unsubscribe = subscribeStepUp(() => undefined);
  const answer = confirmOperation(asked('a.b'));
  unsubscribe();
  assert.equal(await answer, 'cancelled');
});
