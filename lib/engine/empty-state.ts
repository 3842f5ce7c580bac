/** The state of an engine that has seen nothing: every table at its cap, allocated once. */

import { createAddresses } from './addresses.ts';
import { createAhead } from './ahead.ts';
import type { EngineConfig } from './config.ts';
import { createCosts } from './cost.ts';
import { createDrifts } from './drift.ts';
import { createEndpoints } from './endpoints.ts';
import { evidenceWeightOf } from './false-alarm-budget.ts';
import { createKeyedHash } from './hash.ts';
import { createHealth } from './health.ts';
import { createNames } from './names.ts';
import { createNovelty } from './novelty.ts';
import { capsMost, createPairs } from './pairs.ts';
import { createResponses } from './responses.ts';
import { createVisits } from './rush.ts';
import { createStanding } from './standing.ts';
import type { EngineState } from './state.ts';
import { createStrangers } from './strangers.ts';
import { createSuspects } from './suspects.ts';
import { createTraffic } from './traffic.ts';
import { createUsers } from './users.ts';

/** @throws Error when a cap is beyond what the tables can hold */
export function emptyState(config: EngineConfig): EngineState {
  for (const cap of ['usersMax', 'pairsMax', 'endpointsMax'] as const) {
    if (config[cap] > capsMost[cap]) throw new Error(`${cap} is ${capsMost[cap]} at most`);
  }
  const hash = createKeyedHash(config.hashSeed);
  const endpointsMax = Math.max(2, config.endpointsMax);
  return {
    config: { ...config },
    evidenceWeight: evidenceWeightOf(config.settings),
    hash,
    exceptions: [],
    ahead: createAhead(),
    users: createUsers(createNames(config.usersMax, hash)),
    endpoints: createEndpoints(createNames(endpointsMax, hash), hash),
    pairs: createPairs(config.pairsMax, hash('pairs')),
    addresses: createAddresses(createNames(config.addressesMax, hash)),
    standing: createStanding(config.addressesMax),
    suspects: createSuspects(config.suspectsMax),
    strangers: createStrangers(config.suspectsMax),
    drifts: createDrifts(config.suspectsMax),
    novelty: createNovelty(),
    costs: createCosts(),
    traffic: createTraffic(),
    latency: createHealth(endpointsMax),
    errors: createHealth(endpointsMax),
    visits: createVisits(endpointsMax),
    responses: createResponses(),
    eventsTotal: 0,
    sweptAt: 0,
  };
}
