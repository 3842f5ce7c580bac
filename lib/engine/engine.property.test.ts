import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RequestEvent } from '../contract/event.ts';
import { createEngine, restoreEngine } from './create-engine.ts';
import type { Engine } from './engine.ts';
import { event, smallConfig, startAt } from './fixtures.ts';
import { createKeyedHash } from './hash.ts';

/** Bursts: who, where, how many, how fast, how it ends. Long enough to cross slots, fast enough to alarm. */
const burst = fc.record({
  user: fc.integer({ min: 0, max: 12 }),
  endpoint: fc.integer({ min: 0, max: 5 }),
  count: fc.integer({ min: 1, max: 200 }),
  everyMs: fc.constantFrom(5, 40, 700, 9_000, 240_000),
  status: fc.constantFrom(200, 200, 200, 401, 404, 500),
  pauseMs: fc.constantFrom(0, 1_000, 60_000, 3_600_000, 90_000_000),
});

function eventsOf(
  bursts: readonly (typeof burst extends fc.Arbitrary<infer T> ? T : never)[],
): RequestEvent[] {
  const events: RequestEvent[] = [];
  let ts = startAt;
  for (const { user, endpoint, count, everyMs, status, pauseMs } of bursts) {
    ts += pauseMs;
    for (let index = 0; index < count; index++) {
      ts += everyMs;
      const path = status === 404 ? `/nothing/${index}` : undefined;
      events.push({
        ts,
        user: `u${user}`,
        method: 'GET',
        endpoint: `/e${endpoint}`,
        status,
        ip: `10.0.0.${user % 4}`,
        path,
      });
    }
  }
  return events;
}

function run(engine: Engine, events: readonly RequestEvent[]): string[] {
  const said: string[] = [];
  for (const each of events) {
    engine.tick(each.ts);
    engine.step(each, each.ts);
    if (engine.changed) said.push(JSON.stringify(engine.takeChanges()));
  }
  return said;
}

test('an engine restored from a snapshot continues exactly as the one that was saved', () => {
  fc.assert(
    fc.property(
      fc.array(burst, { minLength: 1, maxLength: 14 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (bursts, share) => {
        const events = eventsOf(bursts);
        const cut = Math.floor(events.length * share);
        const engine = createEngine(smallConfig);
        for (const each of events.slice(0, cut)) engine.step(each, each.ts);
        const restored = restoreEngine(smallConfig, engine.snapshot());
        assert.deepEqual(run(restored, events.slice(cut)), run(engine, events.slice(cut)));
        assert.deepEqual(restored.snapshot(), engine.snapshot());
      },
    ),
    { numRuns: 60 },
  );
});

test('restoring also continues exactly when every table is full', () => {
  const tiny = { ...smallConfig, usersMax: 5, pairsMax: 9, endpointsMax: 5, addressesMax: 3 };
  fc.assert(
    fc.property(fc.array(burst, { minLength: 4, maxLength: 20 }), (bursts) => {
      const events = eventsOf(bursts);
      const half = events.length >> 1;
      const engine = createEngine(tiny);
      for (const each of events.slice(0, half)) engine.step(each, each.ts);
      const restored = restoreEngine(tiny, engine.snapshot());
      assert.deepEqual(run(restored, events.slice(half)), run(engine, events.slice(half)));
    }),
    { numRuns: 60 },
  );
});

test('telling the engine which events come next changes nothing but how fast it is', () => {
  // So few rows that whoever was looked up may have made room before the turn comes.
  const tiny = { ...smallConfig, usersMax: 6, pairsMax: 10, endpointsMax: 5, addressesMax: 3 };
  const call = fc.record({ user: fc.nat(8), endpoint: fc.nat(5), gapMs: fc.constantFrom(10, 9_000, 70_000) });
  const calls = fc.array(call, { minLength: 40, maxLength: 300 });
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 70 }), (called, size) => {
      const [told, untold] = [createEngine(tiny), createEngine(tiny)];
      let ts = startAt;
      const events = called.map(({ user, endpoint, gapMs }): RequestEvent => {
        ts += gapMs;
        return { ts, user: `u${user}`, method: 'GET', endpoint: `/e${endpoint}`, status: 200 };
      });
      for (let from = 0; from < events.length; from += size) {
        const batch = events.slice(from, from + size);
        told.expect(batch);
        // What was expected need not come, nor all of it.
        const came = batch.slice(0, 40);
        assert.deepEqual(run(told, came), run(untold, came));
      }
      assert.deepEqual(told.snapshot(), untold.snapshot());
    }),
    { numRuns: 100 },
  );
});

test('users whose names have one hash are told apart, also when they were expected', () => {
  const hash = createKeyedHash(smallConfig.hashSeed);
  const seen = new Map<number, string>();
  let twins: string[] = [];
  for (let n = 0; twins.length === 0; n++) {
    const name = `user-${n}`;
    const first = seen.get(hash(name));
    if (first !== undefined) twins = [first, name];
    seen.set(hash(name), name);
  }
  const engine = createEngine(smallConfig);
  const events = Array.from({ length: 60 }, (_, index) =>
    event(startAt + index * 1_000, { user: twins[index % 3 === 0 ? 0 : 1] ?? '' }),
  );
  for (const batch of [events.slice(0, 10), events.slice(10)]) {
    engine.expect(batch);
    run(engine, batch);
  }
  const totals = twins.map((user) => engine.baseline(user, 'GET /v1/orders', startAt).requestsTotal);
  assert.deepEqual(totals, [20, 40]);
});

test('two events of the same time may come in either order: the conclusion is the same', () => {
  fc.assert(
    fc.property(fc.array(burst, { minLength: 2, maxLength: 8 }), fc.nat(), (bursts, seed) => {
      const events = eventsOf(bursts);
      const at = seed % events.length;
      const other = { ...(events[at] as RequestEvent), user: 'somebody-else', ip: '10.9.9.9' };
      const before = createEngine(smallConfig);
      const after = createEngine(smallConfig);
      run(before, [...events.slice(0, at), other, ...events.slice(at)]);
      run(after, [...events.slice(0, at + 1), other, ...events.slice(at + 1)]);
      const concluded = (engine: Engine) =>
        engine.throttles().map(({ scope, conclusion, kind }) => ({ scope, conclusion, kind }));
      assert.deepEqual(concluded(before), concluded(after));
    }),
    { numRuns: 60 },
  );
});

test('every event of a pair is counted exactly once, refused, late and doubled ones too', () => {
  const sent = fc.array(fc.record({ lateMs: fc.nat(7_200_000), refused: fc.boolean() }), { maxLength: 200 });
  fc.assert(
    fc.property(sent, (all) => {
      const engine = createEngine(smallConfig);
      for (const [index, { lateMs, refused }] of all.entries()) {
        const nowMs = startAt + index * 1_000;
        engine.step(
          { ts: nowMs - lateMs, user: 'ann', method: 'GET', endpoint: '/x', status: 200, refused },
          nowMs,
        );
      }
      assert.equal(engine.baseline('ann', 'GET /x', startAt).requestsTotal, all.length);
    }),
    { numRuns: 60 },
  );
});
