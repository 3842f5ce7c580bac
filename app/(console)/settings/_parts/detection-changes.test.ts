import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyChange } from '../../../_settings/detection-change.ts';
import { describeChanges } from './detection-changes.ts';

const settings = { mode: 'enforce' as const, baseLimit: 100, sensitivity: 1.5, falseAlarmBudget: 2 };

test('a change says what it does to callers, and what is unchanged is not named', () => {
  const changes = describeChanges(settings, {
    ...settings,
    mode: 'shadow',
    sensitivity: 3,
    falseAlarmBudget: 8,
  });
  assert.deepEqual(
    changes.map(({ what }) => what),
    ['Mode', 'Tolerance', 'False alarms accepted'],
  );
  assert.match(changes[0]?.meaning ?? '', /Nothing is refused any more/);
  assert.match(changes[1]?.meaning ?? '', /Fewer alerts/);
  assert.match(changes[2]?.meaning ?? '', /about 4 times as many/);
  assert.deepEqual(describeChanges(settings, settings), []);
});

test("a change keeps what another operator changed, and can take an endpoint's own mode away", () => {
  const latest = {
    ...settings,
    baseLimit: 250,
    modeByEndpoint: { 'GET /a': 'shadow', 'GET /b': 'enforce' } as const,
  };
  assert.deepEqual(applyChange(latest, { sensitivity: 2, modeByEndpoint: { 'GET /a': undefined } }), {
    mode: 'enforce',
    baseLimit: 250,
    sensitivity: 2,
    falseAlarmBudget: 2,
    modeByEndpoint: { 'GET /b': 'enforce' },
  });
});
