import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../lib/contract/alert.ts';
import { engineDefaults } from '../../lib/engine/config.ts';
import { createEngine } from '../../lib/engine/create-engine.ts';
import type { Engine, EngineChanges } from '../../lib/engine/engine.ts';
import { madeFinding, madeThrottle } from '../../test/fixtures/stand-in-collector.ts';
import { createPulses } from './pulses.ts';
import { createSeconds } from './seconds.ts';

const start = 1_700_000_000_000;

/** Pulses of an engine whose news are given by the test. */
function startPulses() {
  let news: Partial<EngineChanges> = {};
  const engine: Engine = {
    ...createEngine({ ...engineDefaults, pairsMax: 1_000, usersMax: 100 }),
    activity: () => ({ eventsTotal: 1, usersActive: 1, usersInTrouble: 0 }),
    get changed() {
      return Object.keys(news).length > 0;
    },
    takeChanges() {
      const taken = { throttlesSet: [], throttlesRemoved: [], findings: [], ...news };
      news = {};
      return taken;
    },
  };
  const pulses = createPulses({ engine, seconds: createSeconds() });
  return {
    /** Something changed, and enough time passed for looking at it. */
    async happens(changes: Partial<EngineChanges>, nowMs: number): Promise<boolean> {
      news = changes;
      const untilMs = performance.now() + 5_000;
      while (engine.changed && performance.now() < untilMs) {
        pulses.gather(nowMs);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return pulses.gather(nowMs);
    },
    take: (nowMs: number) => pulses.take(nowMs).changes,
    takeAll: (nowMs: number) => pulses.takeAll(nowMs).changes,
  };
}

const open = (count: number, changed: Partial<Finding> = {}): Finding[] =>
  Array.from({ length: count }, (_, index) => ({ ...madeFinding(), id: `alr_${index}`, ...changed }));

test('a new finding is told at once, and that it goes on once a second', async () => {
  const { happens, take } = startPulses();
  await happens({ findings: open(1) }, start);
  assert.equal(take(start).findings.length, 1);
  await happens({ findings: open(1, { requestCount: 500 }) }, start + 100);
  await happens({ findings: open(1, { requestCount: 600 }) }, start + 200);
  assert.equal(take(start + 300).findings.length, 0);
  assert.deepEqual(
    take(start + 1_000).findings.map(({ requestCount }) => requestCount),
    [600],
  );
  await happens({ findings: open(1, { endedAt: start + 1_050 }) }, start + 1_050);
  assert.equal(take(start + 1_100).findings[0]?.endedAt, start + 1_050);
});

test('thousands of findings that go on hold up no new one, and a checkpoint has told all new ones', async () => {
  const { happens, take, takeAll } = startPulses();
  await happens({ findings: open(2_000) }, start);
  let told = 0;
  for (let pulse = 0; pulse < 20; pulse++) {
    const { findings } = take(start);
    assert.ok(findings.length <= 100, `${findings.length} in one pulse`);
    told += findings.length;
  }
  assert.equal(told, 2_000);
  const another = { ...madeFinding(), id: 'alr_another' };
  await happens({ findings: [...open(2_000, { requestCount: 7 }), another] }, start + 100);
  assert.deepEqual(take(start + 200).findings, [another]);
  assert.equal(take(start + 1_200).findings.length, 100);
  const more = open(300).map((finding) => ({ ...finding, id: `more_${finding.id}` }));
  await happens({ findings: more }, start + 1_250);
  assert.deepEqual(takeAll(start + 1_300).findings, more);
});

test('a throttle that ended before it was told again is told as ended', async () => {
  const { happens, take } = startPulses();
  const throttle = madeThrottle();
  assert.equal(await happens({ throttlesSet: [throttle] }, start), true);
  assert.deepEqual(take(start).throttlesSet, [throttle]);
  await happens({ throttlesSet: [throttle] }, start);
  assert.equal(await happens({ throttlesRemoved: [throttle.id] }, start), true);
  assert.deepEqual(take(start), { throttlesSet: [], throttlesRemoved: [throttle.id], findings: [] });
});
