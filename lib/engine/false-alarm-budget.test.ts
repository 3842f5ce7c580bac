import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineDefaults } from './config.ts';
import { createEngine } from './create-engine.ts';
import { evidenceWeightOf } from './false-alarm-budget.ts';
import { event, hourMs, minuteMs, smallConfig, startAt, steady } from './fixtures.ts';

const { settings } = engineDefaults;
const budget = (falseAlarmBudget: number) => ({ ...settings, falseAlarmBudget });

test('evidence counts for more where more false alarms are accepted, and about as it is at the usual budget', () => {
  const usual = evidenceWeightOf(settings);
  assert.ok(usual > 0.9 && usual < 1.1, `${usual}`);
  assert.ok(evidenceWeightOf(budget(50)) > evidenceWeightOf(budget(4)));
  assert.ok(evidenceWeightOf(budget(0.5)) < 1);
});

test('a larger budget tells of a rise that the usual one keeps quiet about, at once when it is changed', () => {
  const rise = Array.from({ length: 68 }, (_, call) => event(startAt + 3 * hourMs + call * 4_000));
  const toldBy = (falseAlarmBudget: number): number => {
    const engine = createEngine(smallConfig);
    for (const each of steady(startAt, 180, minuteMs)) engine.step(each, each.ts);
    engine.apply({ type: 'settings', settings: budget(falseAlarmBudget) }, startAt + 3 * hourMs);
    for (const each of rise) engine.step(each, each.ts);
    return engine.takeChanges().findings.length;
  };
  assert.deepEqual([toldBy(2), toldBy(50)], [0, 1]);
});
