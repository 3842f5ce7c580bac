import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, hourMs, minuteMs, smallEngine, startAt, steady } from './fixtures.ts';

const known = steady(startAt, 30, 6 * minuteMs, { user: 'known' });
const laterAt = startAt + 4 * hourMs;

function learned() {
  const engine = smallEngine({ usersMax: 50, pairsMax: 80, endpointsMax: 20, addressesMax: 10 });
  for (const each of known) engine.step(each, each.ts);
  return engine;
}

test('an attacker who invents users never costs a known user its baseline, nor more memory', () => {
  const engine = learned();
  const before = engine.baseline('known', 'GET /v1/orders', laterAt);
  for (let index = 0; index < 20_000; index++) {
    const ts = laterAt + index * 100;
    engine.step(event(ts, { user: `invented-${index}`, status: 401 }), ts);
  }
  const after = engine.baseline('known', 'GET /v1/orders', laterAt);
  assert.equal(after.requestsTotal, before.requestsTotal);
  assert.equal(after.sampleCount, before.sampleCount);
  const list = engine.users({ text: '', sort: 'name', limit: 100, cursor: undefined }, laterAt);
  assert.ok(list.total <= 50, `${list.total} users`);
});

test('a list leaves out whom its reader left out, from the total too', () => {
  const engine = learned();
  engine.step(event(laterAt, { user: 'other' }), laterAt);
  const list = (without: string[]) =>
    engine.users({ text: '', sort: 'rate', limit: 100, cursor: undefined, without }, laterAt);
  const all = list([]);
  const less = list(['known', 'never seen']);
  assert.equal(less.total, all.total - 1);
  assert.ok(less.items.every(({ user }) => user !== 'known'));
});

test('an attacker who invents endpoints leaves room for one that answers', () => {
  const engine = learned();
  for (let index = 0; index < 5_000; index++) {
    const ts = laterAt + index * 100;
    engine.step(event(ts, { user: 'scanner', endpoint: `/invented/${index}`, status: 404 }), ts);
  }
  const lateAt = laterAt + 6 * minuteMs * 100;
  for (const each of steady(lateAt, 3, 1000, { endpoint: '/real' })) engine.step(each, each.ts);
  assert.equal(engine.endpoint('GET /real', lateAt)?.summary.endpoint, 'GET /real');
  const list = engine.endpoints({ text: '', sort: 'name', limit: 100, cursor: undefined }, lateAt);
  assert.ok(list.total <= 20, `${list.total} endpoints`);
});

test('a flood spread over invented endpoints is still a flood', () => {
  const engine = smallEngine({ endpointsMax: 10 });
  for (let index = 0; index < 6_000; index++) {
    const ts = startAt + index * 10;
    engine.step(event(ts, { user: 'flooder', endpoint: `/invented/${index}`, status: 200 + 300 }), ts);
  }
  assert.ok(engine.throttles().some((throttle) => throttle.scope.user === 'flooder'));
});

test('lists can be searched, sorted and read page by page', () => {
  const engine = smallEngine();
  for (const user of ['anna', 'hannah', 'bob']) {
    for (const each of steady(startAt, user.length, 1000, { user })) engine.step(each, each.ts);
  }
  const query = { text: 'ANN', sort: 'requests' as const, limit: 1, cursor: undefined };
  const first = engine.users(query, startAt);
  assert.deepEqual([first.total, first.items[0]?.user, first.nextCursor], [2, 'hannah', '1']);
  const second = engine.users({ ...query, cursor: first.nextCursor }, startAt);
  assert.deepEqual([second.items[0]?.user, second.nextCursor], ['anna', undefined]);
  assert.equal(engine.user('bob', startAt)?.endpoints[0]?.requestsTotal, 3);
  assert.equal(engine.endpoint('GET /v1/orders', startAt)?.summary.users, 3);
  assert.equal(engine.user('nobody', startAt), undefined);
});

test('caps beyond what a row can name are refused at the start, not found out when they are full', () => {
  for (const over of [{ usersMax: 2 ** 24 }, { pairsMax: 2 ** 24 }, { endpointsMax: 2 ** 16 }]) {
    assert.throws(() => smallEngine(over), /at most/);
  }
});
