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

test('a job that runs for the first time in the first hours of an installation is neither told nor refused; a flood is', () => {
  const at = startAt + hourMs;
  const known = () => run(smallEngine(), theTown(startAt, 1));
  const calm = run(known(), job(at, 300, 200, ['/v1/orders/{id}']));
  assert.deepEqual(calm.takeChanges().findings, []);
  const flooded = run(known(), job(at, 3_000, 10, ['/v1/orders/{id}']));
  assert.equal(flooded.throttles()[0]?.kind, 'new_user_flood');
});
