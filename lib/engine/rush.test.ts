import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEvent } from '../contract/event.ts';
import {
  event,
  hourMs,
  minuteMs,
  run,
  smallConfig,
  smallEngine,
  startAt,
  steady,
  theTown,
} from './fixtures.ts';

const townHours = 20;
const rushAt = startAt + townHours * hourMs;

/** One person at four requests a minute for 40 minutes, while `others` people each ask every third minute. */
function visits(others: number) {
  const busy = Array.from({ length: 160 }, (_, index) => ({ person: 4, ts: rushAt + index * 15_000 }));
  const crowd = Array.from({ length: 20 * others }, (_, index) => ({
    person: 5 + (index % others),
    ts: rushAt + (Math.floor(index / others) * 3 + (index % others) / 10) * minuteMs,
  }));
  return [...busy, ...crowd]
    .map(({ person, ts }) =>
      event(ts, {
        user: `p${person}`,
        ip: `10.0.0.${person}`,
        tokenId: `tok-${person}`,
        endpoint: '/v1/search',
      }),
    )
    .sort((a, b) => a.ts - b.ts);
}

test('a busy visitor in a rush is not refused; the same visits without one are limited', () => {
  const alone = run(run(smallEngine(), theTown(startAt, townHours)), visits(0));
  assert.deepEqual(
    alone.throttles().map(({ scope }) => scope.user),
    ['p4'],
  );
  const inRush = run(run(smallEngine(), theTown(startAt, townHours)), visits(25));
  assert.deepEqual(inRush.throttles(), []);
});

test('a burst in a rush is refused all the same, and so is a flood that many accounts make together', () => {
  const flood = (person: number, from: number) =>
    steady(from + person, 600, 100, { user: `p${person}`, endpoint: '/v1/search', tokenId: `tok-${person}` });
  const inRush = [...visits(25), ...flood(7, rushAt + 20 * minuteMs)].sort((a, b) => a.ts - b.ts);
  assert.deepEqual(
    run(run(smallEngine(), theTown(startAt, townHours)), inRush)
      .throttles()
      .map(({ scope }) => scope.user),
    ['p7'],
  );
  const together = [1, 2, 3, 6, 7, 8].flatMap((person) => flood(person, rushAt)).sort((a, b) => a.ts - b.ts);
  assert.equal(run(run(smallEngine(), theTown(startAt, townHours)), together).throttles().length, 6);
});

test('a throttle set before a rush was seen is released once it is', () => {
  const until = rushAt + 2 * minuteMs;
  const throttledAfter = (others: number): number => {
    const early = visits(0).map((each) => ({ ...each, ts: each.ts - 29 * minuteMs }));
    const engine = run(smallEngine(), theTown(startAt, townHours));
    const day = [...early, ...visits(others).filter(({ user }) => user !== 'p4')].sort((a, b) => a.ts - b.ts);
    for (const each of day.filter(({ ts }) => ts < until)) {
      engine.tick(each.ts);
      engine.step({ ...each }, each.ts);
    }
    return engine.throttles().length;
  };
  assert.equal(throttledAfter(0), 1);
  assert.equal(throttledAfter(25), 0);
});

test('a sale whose visitors come in waves is one sale: who comes much in it is served between waves as well', () => {
  const people = 90;
  const town = [...theTown(startAt, townHours, people), ...theTown(rushAt, 1, people)];
  /** The busy person, in a town of whom `more` come every quarter of an hour beside their usual visits. */
  const throttled = (more: number) => {
    const waves = Array.from({ length: 4 * more }, (_, index) => ({
      person: 5 + (index % (people - 5)),
      ts: rushAt + Math.floor(index / more) * 15 * minuteMs + (index % more) * 20_000,
    }));
    const busy = visits(0).filter(({ user }) => user === 'p4');
    const crowd = waves.map(({ person, ts }) => event(ts, { user: `p${person}`, endpoint: '/v1/search' }));
    const engine = smallEngine();
    const kept = new Set<string>();
    for (const each of [...town, ...busy, ...crowd].sort((a, b) => a.ts - b.ts)) {
      engine.tick(each.ts);
      engine.step({ ...each }, each.ts);
      for (const { scope } of engine.throttles()) kept.add(scope.user ?? '');
    }
    return [...kept];
  };
  assert.deepEqual(throttled(12), []);
  assert.deepEqual(throttled(4), ['p4']);
});

test('in a sale a busy account may do there what others do, of all that it does; alone, or in a burst, it may not', () => {
  const who = { user: 'p4', ip: '10.0.0.4', tokenId: 'tok-4' };
  const crowd = visits(25).filter(({ user }) => user !== 'p4');
  /** Searches every `everyMs`, by somebody who fetches `messages` an hour all day. */
  const throttled = (messages: number, others: typeof crowd, everyMs: number) => {
    const messagesMs = hourMs / messages;
    const usual = steady(startAt, townHours * messages, messagesMs, { ...who, endpoint: '/v1/messages' });
    const engine = run(
      smallEngine(),
      [...theTown(startAt, townHours), ...usual].sort((a, b) => a.ts - b.ts),
    );
    const from = rushAt + 3 * minuteMs;
    const searches = steady(from, (55 * minuteMs) / everyMs, everyMs, { ...who, endpoint: '/v1/search' });
    run(
      engine,
      [...others, ...searches].sort((a, b) => a.ts - b.ts),
    );
    return engine.throttles().map(({ scope }) => scope.user);
  };
  assert.deepEqual(throttled(240, crowd, 3_000), []);
  assert.deepEqual(throttled(1, crowd, 3_000), ['p4']);
  assert.deepEqual(throttled(240, [], 3_000), ['p4']);
  assert.deepEqual(throttled(240, crowd, 100), ['p4']);
});

test('a rush excuses that somebody comes often, not that each of the requests costs as much as many', () => {
  const throttled = (latencyMs: number) => {
    const timed = (each: RequestEvent) => ({ ...each, latencyMs: 50 });
    const engine = run(smallEngine(), theTown(startAt, townHours).map(timed));
    const crowd = visits(25).filter(({ user }) => user !== 'p4');
    const who = { user: 'p4', ip: '10.0.0.4', tokenId: 'tok-4', endpoint: '/v1/search', latencyMs };
    const busy = steady(rushAt + 3 * minuteMs, 600, 5_000, who);
    run(
      engine,
      [...crowd.map(timed), ...busy].sort((a, b) => a.ts - b.ts),
    );
    return engine.throttles().map(({ scope }) => scope.user);
  };
  assert.deepEqual(throttled(1_000), ['p4']);
  assert.deepEqual(throttled(250), []);
});

test('looking at an idle user in a rush does not end it', () => {
  const until = rushAt + 30 * minuteMs;
  const engine = run(smallEngine(), theTown(startAt, townHours));
  run(
    engine,
    visits(25).filter(({ ts }) => ts < until),
  );
  const limitOf = (user: string) => engine.baseline(user, 'GET /v1/search', until).limitPerMinute;
  const inRush = limitOf('p4');
  assert.ok(inRush > 3);
  limitOf('p1');
  assert.equal(limitOf('p4'), inRush);
});

test('clients that send again what an outage failed are served; a flood in the outage is not', () => {
  /** Every call of an hour fails, and is made `times` times; `flooder` makes it 400 times. */
  const outage = (times: number, flooder: string) =>
    theTown(rushAt, 1)
      .flatMap((each) => {
        const copies = each.user === flooder ? 400 : times;
        return Array.from({ length: copies }, (_, copy) => ({
          ...each,
          ts: each.ts + Math.floor((copy * 40_000) / copies),
          status: 503,
        }));
      })
      .sort((a, b) => a.ts - b.ts);
  const low = { settings: { ...smallConfig.settings, baseLimit: 10 } };
  const calm = run(run(smallEngine(low), theTown(startAt, townHours)), outage(40, ''));
  assert.deepEqual(calm.throttles(), []);
  const flooded = run(run(smallEngine(low), theTown(startAt, townHours)), outage(40, 'p9'));
  assert.ok(flooded.throttles().length > 0);
  assert.ok(flooded.throttles().every(({ scope }) => scope.user === 'p9'));
});

test('busy machines that all begin at once are no floods; one of them that stands out is', () => {
  const machines = (perSecond: (machine: number) => number) =>
    Array.from({ length: 12 }, (_, machine) =>
      steady(startAt + machine, 120 * perSecond(machine), 1_000 / perSecond(machine), {
        user: `m${machine}`,
      }),
    )
      .flat()
      .sort((a, b) => a.ts - b.ts);
  const alike = run(
    smallEngine(),
    machines((machine) => 8 + machine / 2),
  );
  assert.deepEqual(alike.throttles(), []);
  assert.deepEqual(alike.takeChanges().findings, []);
  const one = run(
    smallEngine(),
    machines((machine) => (machine === 5 ? 800 : 8)),
  );
  assert.deepEqual(
    one.throttles().map(({ scope }) => scope.user),
    ['m5'],
  );
});

test('what a sale of hours does to everybody’s mix is nobody’s drift; the same of one alone is', () => {
  const saleAt = startAt + 30 * hourMs;
  /** Thirty people, 18 calls an hour to a feed and 6 to the search; of some, four times as many searches in the sale. */
  const hours = (isInSale: (person: number) => boolean) =>
    Array.from({ length: 38 * 30 }, (_, index) => {
      const [hour, person] = [Math.floor(index / 30), index % 30];
      const at = startAt + hour * hourMs + person * 110_000;
      const searches = at >= saleAt && isInSale(person) ? 24 : 6;
      const who = { user: `p${person}`, ip: `10.0.0.${person}`, tokenId: `tok-${person}` };
      return [
        ...steady(at, 18, 190_000, { ...who, endpoint: '/v1/feed' }),
        ...steady(at + 500, searches, searches > 6 ? 140_000 : 20_000, { ...who, endpoint: '/v1/search' }),
      ];
    })
      .flat()
      .sort((a, b) => a.ts - b.ts);
  const drifted = (isInSale: (person: number) => boolean) =>
    run(smallEngine(), hours(isInSale))
      .takeChanges()
      .findings.filter(({ kind }) => kind === 'rate_drift')
      .map(({ scope }) => scope.user);
  assert.deepEqual(
    drifted((person) => person === 4),
    ['p4'],
  );
  assert.deepEqual(
    drifted(() => true),
    [],
  );
});
