import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEvent } from '../contract/event.ts';
import { event, hourMs, run, smallEngine, startAt, theTown } from './fixtures.ts';

/** `count` calls of a job, one every `everyMs`, over these endpoints in turn. */
const job = (from: number, count: number, everyMs: number, endpoints: string[]): RequestEvent[] =>
  Array.from({ length: count }, (_, call) =>
    event(from + call * everyMs, {
      user: 'job',
      ip: '10.1.1.1',
      tokenId: 'tok-job',
      endpoint: endpoints[call % endpoints.length] ?? '',
      objectId: `o${call}`,
    }),
  );

const inOrder = (...parts: RequestEvent[][]): RequestEvent[] => parts.flat().sort((a, b) => a.ts - b.ts);

test('a job that runs for the first time in the first hours of an installation is neither told nor refused; a flood is', () => {
  const at = startAt + hourMs;
  const known = () => run(smallEngine(), theTown(startAt, 1));
  const calm = run(known(), job(at, 300, 200, ['/v1/orders/{id}']));
  assert.deepEqual(calm.takeChanges().findings, []);
  const flooded = run(known(), job(at, 3_000, 10, ['/v1/orders/{id}']));
  assert.equal(flooded.throttles()[0]?.kind, 'new_user_flood');
});

test('a job that runs many times as fast on its second night is left alone, though most of the crowd are people', () => {
  const night = startAt + 15 * hourMs;
  const endpoints = ['/v1/orders/{id}', '/v1/products', '/v1/orders/{id}', '/v1/messages'];
  const first = job(night, 100, 600, endpoints);
  const second = job(night + 24 * hourMs, 1_600, 30, endpoints);
  const engine = run(smallEngine(), inOrder(theTown(startAt, 44), first, second));
  assert.deepEqual(engine.takeChanges().findings, []);
});
