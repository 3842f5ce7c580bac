/**
 * Requests per minute of every pair, gathered in memory until the rollups are saved. One event costs three look-ups by
 * strings it already holds; users and the whole are summed from the pairs when they are taken.
 */

import { endpointName, type RequestEvent } from '../../lib/contract/event.ts';

export const minuteMs = 60_000;

/** Of everything where neither is given. */
export interface SeriesName {
  user?: string;
  endpoint?: string;
}

export interface MinuteCount {
  name: SeriesName;
  /** Minutes since the epoch. */
  minute: number;
  requests: number;
  refused: number;
}

export interface MinuteCounts {
  record(event: RequestEvent, atMs: number): void;
  /** Everything since the last call, made while it is walked through: it may be a hundred thousand pairs. */
  take(): Iterable<MinuteCount>;
}

interface Tally {
  requests: number;
  refused: number;
}
interface EndpointTally extends Tally {
  name: string;
  users: Map<string, Tally>;
}
type Minute = Map<string, Map<string, EndpointTally>>;

/** Between two saves. Past it pairs are only counted in their endpoint; at about 100 bytes each this caps 10 MB. */
export const pairsBetweenSavesMax = 100_000;
/** Past it a minute's new endpoints are not charted: raw paths that arrive as templates must not cost memory. */
const endpointsBetweenSavesMax = 10_000;

export function createMinuteCounts(limits: { pairsMax: number }): MinuteCounts {
  let minutes = new Map<number, Minute>();
  let pairs = 0;
  let endpoints = 0;
  /** Nearly every event is of the same minute as the one before it. */
  let latestNumber = -1;
  let latest: Minute = new Map();

  const minuteAt = (minute: number): Minute => {
    if (minute === latestNumber) return latest;
    const table = minutes.get(minute) ?? new Map();
    minutes.set(minute, table);
    latestNumber = minute;
    latest = table;
    return table;
  };
  const endpointOf = (table: Minute, event: RequestEvent): EndpointTally | undefined => {
    const templates = table.get(event.method) ?? new Map<string, EndpointTally>();
    if (templates.size === 0) table.set(event.method, templates);
    const known = templates.get(event.endpoint);
    if (known || endpoints >= endpointsBetweenSavesMax) return known;
    endpoints += 1;
    const name = endpointName(event.method, event.endpoint);
    const endpoint: EndpointTally = { name, requests: 0, refused: 0, users: new Map() };
    templates.set(event.endpoint, endpoint);
    return endpoint;
  };

  return {
    record(event, atMs) {
      const endpoint = endpointOf(minuteAt(Math.floor(atMs / minuteMs)), event);
      if (!endpoint) return;
      const refused = event.refused === true ? 1 : 0;
      endpoint.requests += 1;
      endpoint.refused += refused;
      const pair = endpoint.users.get(event.user);
      if (pair) {
        pair.requests += 1;
        pair.refused += refused;
      } else if (pairs < limits.pairsMax) {
        pairs += 1;
        endpoint.users.set(event.user, { requests: 1, refused });
      }
    },
    take() {
      const taken = minutes;
      minutes = new Map();
      latest = new Map();
      latestNumber = -1;
      pairs = 0;
      endpoints = 0;
      return countsOf(taken);
    },
  };
}

function* countsOf(minutes: Map<number, Minute>): Iterable<MinuteCount> {
  for (const [minute, table] of minutes) yield* countsOfMinute(minute, table);
}

function* countsOfMinute(minute: number, table: Minute): Iterable<MinuteCount> {
  const total: MinuteCount = { name: {}, minute, requests: 0, refused: 0 };
  const users = new Map<string, MinuteCount>();
  for (const templates of table.values()) {
    for (const { name: endpoint, requests, refused, users: pairs } of templates.values()) {
      total.requests += requests;
      total.refused += refused;
      yield { name: { endpoint }, minute, requests, refused };
      for (const [user, pair] of pairs) {
        yield { name: { user, endpoint }, minute, requests: pair.requests, refused: pair.refused };
        const sum = users.get(user) ?? { name: { user }, minute, requests: 0, refused: 0 };
        sum.requests += pair.requests;
        sum.refused += pair.refused;
        users.set(user, sum);
      }
    }
  }
  yield total;
  yield* users.values();
}
