/** The state of an engine that has seen nothing: every table at its cap, allocated once. */

import { createAddresses } from './addresses.ts';
import type { EngineConfig } from './config.ts';
import { createEndpoints } from './endpoints.ts';
import { createKeyedHash } from './hash.ts';
import { createNames } from './names.ts';
import { createPairs } from './pairs.ts';
import { createResponses } from './responses.ts';
import type { EngineState } from './state.ts';
import { createTraffic } from './traffic.ts';
import { createUsers } from './users.ts';

export function emptyState(config: EngineConfig): EngineState {
  const hash = createKeyedHash(config.hashSeed);
  return {
    config: { ...config },
    hash,
    exceptions: [],
    users: createUsers(createNames(config.usersMax, hash)),
    endpoints: createEndpoints(createNames(Math.max(2, config.endpointsMax), hash)),
    pairs: createPairs(config.pairsMax, hash('pairs')),
    addresses: createAddresses(createNames(config.addressesMax, hash)),
    traffic: createTraffic(),
    responses: createResponses(),
    eventsTotal: 0,
    sweptAt: 0,
  };
}
