/** The one place where tests make engines and events. */

import type { RequestEvent } from '../contract/event.ts';
import { type EngineConfig, engineDefaults } from './config.ts';
import { createEngine } from './create-engine.ts';
import type { Engine } from './engine.ts';

/** A Friday morning. */
export const startAt = Date.UTC(2026, 2, 6, 9, 0, 0);
export const minuteMs = 60_000;
export const hourMs = 3_600_000;

export const smallConfig: EngineConfig = {
  ...engineDefaults,
  pairsMax: 2_000,
  usersMax: 1_000,
  endpointsMax: 100,
  addressesMax: 500,
  suspectsMax: 256,
  findingsMax: 100,
};

export const smallEngine = (over: Partial<EngineConfig> = {}): Engine =>
  createEngine({ ...smallConfig, ...over });

export function event(ts: number, over: Partial<RequestEvent> = {}): RequestEvent {
  return { ts, user: 'ann', method: 'GET', endpoint: '/v1/orders', status: 200, ...over };
}

/** `count` events, one every `everyMs`. */
export function steady(
  from: number,
  count: number,
  everyMs: number,
  over: Partial<RequestEvent> = {},
): RequestEvent[] {
  return Array.from({ length: count }, (_, index) => event(from + index * everyMs, over));
}

/** 60 quiet requests in an hour, then 50 a second for 10 minutes. */
export function theFlood(over: Partial<RequestEvent> = {}): { quiet: RequestEvent[]; flood: RequestEvent[] } {
  return {
    quiet: steady(startAt, 60, minuteMs, over),
    flood: steady(startAt + hourMs, 30_000, 20, over),
  };
}

const townRoutes = [
  '/v1/products',
  '/v1/search',
  '/v1/cart',
  '/v1/orders/{id}',
  '/v1/users/me',
  '/v1/messages',
];

/**
 * An ordinary API: `people` users who each do one short session an hour over six endpoints, each from one address with
 * one token, signing in every sixth time. Nothing in it is random; users and hours differ by arithmetic.
 */
export function theTown(from: number, hours: number, people = 30): RequestEvent[] {
  const events: RequestEvent[] = [];
  for (let hour = 0; hour < hours; hour++) {
    for (let person = 0; person < people; person++) {
      const at = from + hour * hourMs + ((person * 7 + hour * 13) % 55) * minuteMs;
      const who = { user: `p${person}`, ip: `10.0.0.${person}`, ua: 'app/1', country: 'NL' };
      if ((person + hour) % 6 === 0) {
        events.push(event(at - 2_000, { ...who, method: 'POST', endpoint: '/v1/login', status: 200 }));
      }
      for (let call = 0; call < 8; call++) {
        const endpoint = townRoutes[(person + call * (1 + (hour % 3))) % townRoutes.length] ?? '';
        const objectId = endpoint.endsWith('{id}') ? `${person}-${call % 3}` : undefined;
        const tokenId = `tok-${person}`;
        events.push(event(at + call * 4_000, { ...who, endpoint, objectId, tokenId }));
      }
    }
  }
  return events.sort((a, b) => a.ts - b.ts);
}

/** Steps through events in the order of their time. */
export function run(engine: Engine, events: readonly RequestEvent[]): Engine {
  for (const each of events) engine.step({ ...each }, each.ts);
  return engine;
}
