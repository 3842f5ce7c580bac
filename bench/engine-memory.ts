/** `engine.memory` and `engine.flood-memory`: what the whole process keeps resident. Need `--expose-gc`. */

import { engineDefaults } from '../lib/engine/config.ts';
import { createEngine } from '../lib/engine/create-engine.ts';
import { createWire, startAt } from './engine-events.ts';
import type { BenchResult } from './result.ts';

const endpointsEach = 10;

function residentBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** A million pairs (100,000 users on 10 endpoints) that were all used in two slots, so that they have a baseline. */
export function engineMemory(): BenchResult {
  const before = residentBytes();
  const users = 100_000;
  const engine = createEngine({ ...engineDefaults, pairsMax: 1_000_000, usersMax: users });
  const wire = createWire({ user: 'customer-', endpoint: '/v1/resource/', status: 200 });
  let ts = startAt;
  for (let round = 0; round < 2; round++) {
    for (let pair = 0; pair < users * endpointsEach; pair++) {
      ts = startAt + round * 1_200_000 + Math.floor(pair / 1_000);
      engine.step(wire.event(Math.floor(pair / endpointsEach), pair % endpointsEach, ts), ts);
    }
    engine.tick(ts);
    engine.takeChanges();
  }
  const value = Math.round((residentBytes() - before) / (users * endpointsEach));
  const { usersActive } = engine.activity(ts);
  const note = `1,000,000 live pairs of ${usersActive} users, resident bytes of the process less those before`;
  return { name: 'engine.memory', value, unit: 'bytes/pair', note };
}

/** An attacker invents users, endpoints and addresses far past the caps; known users must keep their baselines. */
export function engineFloodMemory(): BenchResult {
  const invented = 10_000_000;
  const known = 10_000;
  const caps = { pairsMax: 200_000, usersMax: 50_000, endpointsMax: 2_000, addressesMax: 20_000 };
  const engine = createEngine({ ...engineDefaults, ...caps });
  const good = createWire({ user: 'customer-', endpoint: '/v1/orders/', status: 200 });
  for (let round = 0; round < 3; round++) {
    for (let user = 0; user < known; user++) {
      const ts = startAt + round * 1_200_000 + user;
      engine.step(good.event(user, 0, ts), ts);
    }
  }
  const bad = createWire({ user: 'invented-', endpoint: '/invented/', status: 401 });
  let ts = startAt + 4_000_000;
  const invent = (from: number, to: number): void => {
    for (let index = from; index < to; index++) {
      ts += index % 20 === 0 ? 1 : 0;
      engine.step(bad.event(index, index % 3 === 0 ? index : 1, ts), ts);
      if (index % 10_000 !== 0) continue;
      engine.tick(ts);
      engine.takeChanges();
    }
  };
  invent(0, 500_000);
  const before = residentBytes();
  invent(500_000, invented);
  const ratio = Math.round((residentBytes() / before) * 1_000) / 1_000;
  let lost = 0;
  for (let user = 0; user < known; user++) {
    const baseline = engine.baseline(good.event(user, 0, ts).user, 'GET /v1/orders/00000000', ts);
    if (baseline.requestsTotal < 3) lost++;
  }
  const note =
    `${invented} invented users, 3,333,333 endpoints and ${invented} addresses past caps of 50,000, 2,000 and 20,000; ` +
    `${lost} of ${known} known users lost their baseline`;
  return { name: 'engine.flood-memory', value: ratio, unit: 'times', ratio, note };
}
