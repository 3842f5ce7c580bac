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
