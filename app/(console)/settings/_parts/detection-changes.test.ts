import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyChange } from '../../../_settings/detection-change.ts';
import { describeChanges } from './detection-changes.ts';

const settings = { mode: 'enforce' as const, baseLimit: 100, sensitivity: 1.5 };

test('a change says what it does to callers, and what is unchanged is not named', () => {
  const changes = describeChanges(settings, { ...settings, mode: 'shadow', sensitivity: 3 });
  assert.deepEqual(
    changes.map(({ what }) => what),
    ['Mode', 'Tolerance'],
  );
  assert.match(changes[0]?.meaning ?? '', /Nothing is refused any more/);
  assert.match(changes[1]?.meaning ?? '', /Fewer alerts/);
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
    modeByEndpoint: { 'GET /b': 'enforce' },
  });
});
