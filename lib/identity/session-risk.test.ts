import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionRisk } from './session-risk.ts';

test('a session is as alarming as its strongest sign, and says every one', () => {
  const calm = { holderRisk: 0, cloneSuspected: false, moved: false };
  assert.deepEqual(sessionRisk(calm), { risk: 0, riskReasons: [] });
  assert.equal(sessionRisk({ ...calm, moved: true }).risk, 20);
  assert.equal(sessionRisk({ ...calm, moved: true, holderRisk: 50 }).risk, 50);
  const worst = sessionRisk({ holderRisk: 50, cloneSuspected: true, moved: true });
  assert.equal(worst.risk, 80);
  assert.equal(worst.riskReasons.length, 3);
});
