/**
 * How improbable is it that this user makes this call for the first time? Two Good-Turing estimates (Good, The
 * population frequencies of species, 1953): how often the user does something new at all, and how often new pairs of
 * user and endpoint belong to an endpoint that hardly anybody uses. Where invented paths come and go all day, both
 * are common, and nothing follows; where the routes are known, one call says much.
 */

import { otherEndpoint } from './endpoints.ts';
import { endpointOf, nextOf, totalOf, userOf } from './pairs.ts';
import type { EngineState } from './state.ts';
import { firstPairOf, requestsOf } from './users.ts';

/** An endpoint with at most this many users is one that hardly anybody uses. */
const rareUsers = 3;
/** The count of rare endpoints is one pass over all endpoints: done at most this often. */
const countEveryMs = 600_000;
/** Pairs of one user that are looked at. */
const pairsMax = 64;

export interface Novelty {
  /** Pairs of endpoints with at most `rareUsers` users. */
  rarePairs: number;
  countedAt: number;
}

export const createNovelty = (): Novelty => ({ rarePairs: 0, countedAt: 0 });

export const isRare = ({ endpoints }: EngineState, endpoint: number): boolean =>
  endpoint !== otherEndpoint && (endpoints.users[endpoint] ?? 0) <= rareUsers;

/** Users of rare endpoints, this endpoint left out. */
function rarePairs(state: EngineState, endpoint: number, nowMs: number): number {
  const { novelty, endpoints } = state;
  if (Math.abs(nowMs - novelty.countedAt) >= countEveryMs) {
    novelty.countedAt = nowMs;
    let real = 0;
    let invented = 0;
    for (let id = 1; id < endpoints.rows; id++) {
      if (!isRare(state, id)) continue;
      if ((endpoints.answers[id * 4 + 1] ?? 0) > 0) real += endpoints.users[id] ?? 0;
      else invented += endpoints.users[id] ?? 0;
    }
    // One scan invents hundreds of endpoints that never answered: they count, but not each.
    novelty.rarePairs = real + Math.log1p(invented);
  }
  return Math.max(0, novelty.rarePairs - (endpoints.users[endpoint] ?? 0));
}

/** Endpoints that the user called once, and all that it did; the pair in question left out. */
export function habitsOf({ users, pairs }: EngineState, pair: number): { once: number; requests: number } {
  const user = userOf(pairs, pair);
  let once = 0;
  let looked = 0;
  for (let link = firstPairOf(users, user); link !== 0 && looked < pairsMax; link = nextOf(pairs, link - 1)) {
    if (link - 1 !== pair && totalOf(pairs, link - 1) === 1) once++;
    looked++;
  }
  return { once, requests: requestsOf(users, user) - totalOf(pairs, pair) };
}

/** Nats against "just something new". The endpoint of the pair must be rare. */
export function noveltyNats(state: EngineState, pair: number, nowMs: number): number {
  const { once, requests } = habitsOf(state, pair);
  const ofUser = (once + 1) / (requests + 2);
  const ofEndpoint = (rarePairs(state, endpointOf(state.pairs, pair), nowMs) + 0.5) / (state.pairs.live + 1);
  return -Math.log(ofUser) - Math.log(ofEndpoint);
}
