/** `engine.step` and `engine.scale`: events a second on one core, told of in batches as the collector does it. */

import { engineDefaults } from '../lib/engine/config.ts';
import { createEngine } from '../lib/engine/create-engine.ts';
import { createWire, startAt } from './engine-events.ts';
import { random } from './random.ts';
import type { BenchResult } from './result.ts';

const endpointsEach = 10;
const batch = 100_000;
/** Traffic of 5,000 a second in its own time: about 3 requests a minute of each of 100,000 pairs. */
const everyMs = 0.2;
/** One answer in fifty is a 404. */
const missingShare = 0.02;

/** Once every pair is known, the best of some rounds: a neighbour on the machine must not decide. */
function stepsPerSecond(users: number, rounds: number): number {
  const pairs = users * endpointsEach;
  const engine = createEngine({ ...engineDefaults, pairsMax: pairs + 1_000, usersMax: users + 1_000 });
  const wire = createWire({ user: 'customer-', endpoint: '/v1/resource/', status: 200 });
  const next = random(users);
  let from = startAt;
  const warmUp = Math.max(4, Math.ceil((pairs * 3) / batch));
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < warmUp + rounds; round++) {
    const events = Array.from({ length: batch }, (_, index) => {
      const ts = Math.floor(from + index * everyMs);
      const event = wire.event(Math.floor(next() * users), Math.floor(next() * endpointsEach), ts);
      if (next() < missingShare) event.status = 404;
      return event;
    });
    const begun = performance.now();
    engine.expect(events);
    for (const event of events) engine.step(event, event.ts);
    const tookMs = performance.now() - begun;
    if (round >= warmUp) bestMs = Math.min(bestMs, tookMs);
    from += batch * everyMs;
    engine.tick(from);
    engine.takeChanges();
  }
  return Math.round(batch / (bestMs / 1000));
}

export function engineStep(): BenchResult {
  const value = stepsPerSecond(10_000, 10);
  const note = '100,000 live pairs, all detectors, best of 10 rounds of 100,000 events';
  return { name: 'engine.step', value, unit: 'events/s', note };
}

export function engineScale(): BenchResult {
  const small = stepsPerSecond(100, 10);
  const large = stepsPerSecond(100_000, 10);
  const ratio = Math.round((small / large) * 100) / 100;
  const note = `cost per event at 1,000,000 pairs (${large} events/s) over 1,000 pairs (${small} events/s)`;
  return { name: 'engine.scale', value: ratio, unit: 'times', ratio, note };
}
