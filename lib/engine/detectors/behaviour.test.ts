import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEvent } from '../../contract/event.ts';
import type { Engine } from '../engine.ts';
import { event, hourMs, minuteMs, run, smallEngine, startAt, theTown } from '../fixtures.ts';

const townHours = 20;
const attackAt = startAt + townHours * hourMs;

/** An engine that knows an ordinary API for most of a day. */
function learned(): Engine {
  const engine = run(smallEngine(), theTown(startAt, townHours));
  assert.equal(engine.takeChanges().findings.length, 0, 'the ordinary day is quiet');
  return engine;
}

const kindsOf = (engine: Engine) => engine.takeChanges().findings.map((finding) => finding.kind);
const person = (index: number): Partial<RequestEvent> => ({
  user: `p${index}`,
  ip: `10.0.0.${index}`,
  tokenId: `tok-${index}`,
  ua: 'app/1',
  country: 'NL',
});

test('the first call to an endpoint that nobody uses is stopped before it is answered', () => {
  const engine = learned();
  engine.arrive(event(attackAt, { ...person(3), endpoint: '/v1/admin/export' }), attackAt);
  const [throttle] = engine.throttles();
  assert.deepEqual(throttle?.scope, { user: 'p3', endpoint: 'GET /v1/admin/export' });
  assert.equal(throttle?.conclusion, 'step_up');
});

test('a first call to an endpoint that the crowd uses is nothing', () => {
  const engine = learned();
  const newcomer = { user: 'p99', ip: '10.0.1.99', tokenId: 'tok-99' };
  run(engine, [event(attackAt, { ...newcomer, endpoint: '/v1/search' })]);
  assert.equal(engine.changed, false);
});

test('where new endpoints appear all day, a new one says nothing', () => {
  const engine = run(
    smallEngine({ endpointsMax: 2_000 }),
    theTown(startAt, townHours).map((each, index) =>
      index % 20 === 0 ? { ...each, endpoint: `/articles/${index}` } : each,
    ),
  );
  engine.takeChanges();
  engine.arrive(event(attackAt, { ...person(3), endpoint: '/articles/new' }), attackAt);
  assert.equal(engine.throttles().length, 0);
});

test('whoever guesses object ids is denied that endpoint after a handful of misses', () => {
  const engine = learned();
  for (let guess = 0; guess < 12; guess++) {
    const ts = attackAt + guess * 3_000;
    const status = guess % 3 === 0 ? 200 : 404;
    run(engine, [event(ts, { ...person(4), endpoint: '/v1/orders/{id}', objectId: `o${guess}`, status })]);
    if (engine.throttles().length > 0) break;
  }
  const [throttle] = engine.throttles();
  assert.equal(throttle?.kind, 'object_enumeration');
  assert.deepEqual(throttle?.scope, { user: 'p4', endpoint: 'GET /v1/orders/{id}' });
  assert.ok((throttle?.createdAt ?? 0) <= attackAt + 24_000);
});

test('whoever does nothing but ask for objects is denied at the second one that misses', () => {
  const engine = learned();
  const guesses = [200, 404, 200, 404].map((status, guess) => {
    const ts = attackAt + guess * 800;
    return event(ts, { ...person(4), endpoint: '/v1/orders/{id}', objectId: `o${guess}`, status });
  });
  run(engine, guesses);
  assert.deepEqual(
    engine.throttles().map(({ kind, scope }) => [kind, scope]),
    [['object_enumeration', { user: 'p4', endpoint: 'GET /v1/orders/{id}' }]],
  );
});

test('two things that are gone among ordinary calls are stale links', () => {
  const engine = learned();
  const day = theTown(attackAt, 2).map((each, index, all) => {
    const own = each.user === 'p4' && each.endpoint === '/v1/orders/{id}';
    const before = all
      .slice(0, index)
      .filter(({ user, endpoint }) => user === 'p4' && endpoint === each.endpoint);
    return own && before.length < 2 ? { ...each, objectId: `gone-${index}`, status: 404 } : each;
  });
  assert.equal(run(engine, day).changed, false);
});

test('a job that asks for hundreds of things a day may miss three in a row', () => {
  const ask = (ts: number, status: number) =>
    event(ts, { ...person(40), endpoint: '/v1/orders/{id}', objectId: `o${ts}`, status });
  const asked = Array.from({ length: townHours * 60 }, (_, call) =>
    ask(startAt + Math.floor(call / 60) * hourMs + (call % 60) * 2_000, call % 40 === 7 ? 404 : 200),
  );
  const engine = run(
    smallEngine(),
    [...theTown(startAt, townHours), ...asked].sort((a, b) => a.ts - b.ts),
  );
  run(
    engine,
    [0, 1, 2].map((miss) => ask(attackAt + miss * 2_000, 404)),
  );
  assert.deepEqual(kindsOf(engine), []);
});

test('five accounts that fail to sign in from one address, and nobody who succeeds, are guesses', () => {
  const engine = learned();
  const guesses = Array.from({ length: 5 }, (_, index) =>
    event(attackAt + index * 700, {
      user: `someone-${index * 31}`,
      ip: '66.6.6.6',
      method: 'POST',
      endpoint: '/v1/login',
      status: 401,
    }),
  );
  run(engine, guesses);
  assert.deepEqual(
    engine.throttles().map(({ kind, scope }) => [kind, scope]),
    [['credential_stuffing', { ip: '66.6.6.6', endpoint: 'POST /v1/login' }]],
  );
});

test('asking again and again for one thing that is gone is not enumeration', () => {
  const engine = learned();
  for (let retry = 0; retry < 12; retry++) {
    const ts = attackAt + retry * 3_000;
    run(engine, [event(ts, { ...person(4), endpoint: '/v1/orders/{id}', objectId: 'gone', status: 404 })]);
  }
  assert.equal(engine.throttles().length, 0);
});

test('guesses from many addresses are seen at the endpoint, and refused where nobody knows the address', () => {
  const engine = learned();
  const guess = (index: number) =>
    event(attackAt + index * 5_000, {
      user: index % 3 === 0 ? `p${index % 30}` : `unknown-${index}`,
      ip: `66.0.${index}.1`,
      method: 'POST',
      endpoint: '/v1/login',
      status: 401,
    });
  run(
    engine,
    Array.from({ length: 30 }, (_, index) => guess(index)),
  );
  const { findings } = engine.takeChanges();
  assert.deepEqual(
    findings.map(({ kind, scope }) => [kind, scope]),
    [['credential_stuffing', { endpoint: 'POST /v1/login' }]],
  );
  assert.ok(engine.throttles().length > 10);
  assert.ok(engine.throttles().every(({ scope }) => scope.ip?.startsWith('66.0.') && scope.endpoint));
  engine.arrive(guess(40), attackAt + 200_000);
  assert.ok(
    engine.throttles().some(({ scope }) => scope.ip === '66.0.40.1'),
    'at its first try',
  );
  const home = { ...event(attackAt + 201_000, { ...person(5), method: 'POST', endpoint: '/v1/login' }) };
  engine.arrive({ ...home, tokenId: undefined }, attackAt + 201_000);
  assert.ok(!engine.throttles().some(({ scope }) => scope.ip === '10.0.0.5'), 'at home nobody is refused');
});

/** The thief asks for the account, again and again; the owner goes on. */
function stolen(thief: Partial<RequestEvent>, count: number): RequestEvent[] {
  const theft = Array.from({ length: count }, (_, index) =>
    event(attackAt + index * 6_000, {
      ...person(6),
      endpoint: ['/v1/users/me', '/v1/orders/{id}'][index % 2] ?? '',
      ...thief,
    }),
  );
  const owner = theTown(attackAt, 1).filter((each) => each.user === 'p6');
  return [...theft, ...owner].sort((a, b) => a.ts - b.ts);
}

test('a stolen token is stopped at the address of the thief, and its owner goes on', () => {
  const engine = learned();
  run(engine, stolen({ ip: '66.6.6.6', ua: 'curl', country: 'XX' }, 60));
  assert.deepEqual(kindsOf(engine), ['token_replay']);
  assert.deepEqual(
    engine.throttles().map(({ scope, conclusion }) => [scope, conclusion]),
    [[{ tokenId: 'tok-6', ip: '66.6.6.6' }, 'step_up']],
  );
});

test('a thief who copies the device of the owner is found by taking turns with them', () => {
  const engine = learned();
  const thief = stolen({ ip: '66.6.6.6' }, 1)[0];
  const both = Array.from({ length: 24 }, (_, index) => {
    const ts = attackAt + index * 2_000;
    return index % 2 === 0
      ? { ...event(ts, person(6)), endpoint: '/v1/products' }
      : { ...event(ts, { ...thief, endpoint: '/v1/products' }), ts };
  });
  run(engine, both);
  assert.deepEqual(kindsOf(engine), ['token_replay']);
});

test('a thief who copies the device, calls once a minute while the owner sleeps, and is part of what the user does by then, is found', () => {
  const engine = learned();
  const asks = ['/v1/users/me', '/v1/orders/{id}', '/v1/orders/{id}'];
  const theft = Array.from({ length: 60 }, (_, index) =>
    event(attackAt + index * minuteMs, { ...person(6), ip: '66.6.6.6', endpoint: asks[index % 3] ?? '' }),
  );
  run(engine, theft);
  const { findings } = engine.takeChanges();
  assert.deepEqual(
    findings.map(({ kind, scope }) => [kind, scope]),
    [['token_replay', { user: 'p6', tokenId: 'tok-6', ip: '66.6.6.6' }]],
  );
  const measures = findings[0]?.evidence.map(({ measure }) => measure) ?? [];
  assert.ok(measures.includes('unusual_calls') && measures.includes('frequent_visits'), `${measures}`);
});

test('who reads page after page at another address for hours, as never before, and calls what they always do, is not a thief', () => {
  const engine = learned();
  const usual = theTown(startAt, townHours).filter(({ user, tokenId }) => user === 'p6' && tokenId);
  const away = usual
    .slice(-100)
    .map((each, index) => ({ ...each, ts: attackAt + index * minuteMs, ip: '172.16.0.6' }));
  assert.equal(run(engine, away).changed, false);
});

test('whoever does at another address what everybody does now is not a thief, and whoever does it alone is', () => {
  const search = (index: number, of: number, over: Partial<RequestEvent>) =>
    event(attackAt + index * 20_000 + of * 600, { ...person(of), endpoint: '/v1/search', ...over });
  const away = (index: number) => search(index, 6, { ip: '172.16.0.6' });
  const crowd = Array.from({ length: 900 }, (_, index) => {
    const of = index % 30;
    const round = Math.floor(index / 30);
    return of === 6 ? away(round) : search(round, of, {});
  });
  assert.ok(!kindsOf(run(learned(), crowd)).includes('token_replay'));
  const alone = Array.from({ length: 30 }, (_, index) => away(index));
  assert.ok(kindsOf(run(learned(), alone)).includes('token_replay'));
});

test('a phone that changes its network every few minutes is not a thief', () => {
  const engine = learned();
  const roaming = theTown(attackAt, 4)
    .filter((each) => each.user === 'p6')
    .map((each) => (Math.floor(each.ts / (4 * minuteMs)) % 3 === 0 ? { ...each, ip: '172.16.0.6' } : each));
  assert.equal(run(engine, roaming).changed, false);
});

test('a traveller with a new address and country, and nothing else new, is not a thief', () => {
  const engine = learned();
  const away = theTown(attackAt, 4)
    .filter((each) => each.user === 'p6')
    .map((each) => ({ ...each, ip: '172.16.0.6', country: 'JP' }));
  assert.equal(run(engine, away).changed, false);
});

test('slow answers are limited at a tenth of what ordinary ones would be, and said to be resource abuse', () => {
  const engine = smallEngine();
  const town = theTown(startAt, townHours).map((each) => ({ ...each, latencyMs: 50, bytes: 2_000 }));
  run(engine, town);
  assert.equal(engine.changed, false);
  const calls = Array.from({ length: 40 }, (_, index) =>
    event(attackAt + index * 8_000, { ...person(7), endpoint: '/v1/search', latencyMs: 3_000, bytes: 2_000 }),
  );
  run(engine, calls);
  const { findings } = engine.takeChanges();
  assert.deepEqual(
    findings.map((finding) => finding.kind),
    ['resource_abuse'],
  );
  assert.equal(findings[0]?.evidence[0]?.measure, 'seconds_of_work_per_hour');
  assert.equal(engine.throttles()[0]?.conclusion, 'throttle');
});

test('large answers are said to be a bulk read', () => {
  const engine = smallEngine();
  run(
    engine,
    theTown(startAt, townHours).map((each) => ({ ...each, latencyMs: 50, bytes: 2_000 })),
  );
  const pages = Array.from({ length: 60 }, (_, index) =>
    event(attackAt + index * 3_000, { ...person(8), endpoint: '/v1/products', latencyMs: 50, bytes: 40_000 }),
  );
  run(engine, pages);
  assert.deepEqual(kindsOf(engine), ['bulk_read']);
});
