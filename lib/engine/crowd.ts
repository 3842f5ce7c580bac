/**
 * What everybody does at an endpoint now. When others rise as well, it is the crowd, not the user: its surge explains what
 * of a pair's rise is everybody's, a rush multiplies what is normal, and suspects at once doubt each other.
 */

import { crowdMean } from './cohort.ts';
import { at, endpointOf, hasFlag, lastAtOf, raiseFlag, rowStride, suspected, windowsMs } from './pairs.ts';
import type { EngineState } from './state.ts';
import { recentMs } from './traffic.ts';

/** How long a suspect pair counts, ms. */
const crowdMs = 1_800_000;
/** With more suspects than this at an endpoint, habits tell people, and refuse nothing. */
const crowdActMax = 2.5;

/** When many users of an endpoint turn suspicious at once, it is the crowd, not the users. Each counts once a slot. */
export function othersSuspected({ pairs, endpoints }: EngineState, pair: number): number {
  const endpoint = endpointOf(pairs, pair);
  const ts = lastAtOf(pairs, pair);
  const waitedMs = ts - (endpoints.suspectedAt[endpoint] ?? 0);
  if (waitedMs > 0) {
    endpoints.suspected[endpoint] = (endpoints.suspected[endpoint] ?? 0) * Math.exp(-waitedMs / crowdMs);
    endpoints.suspectedAt[endpoint] = ts;
  }
  const isCounted = hasFlag(pairs, pair, suspected);
  if (!isCounted) {
    raiseFlag(pairs, pair, suspected);
    endpoints.suspected[endpoint] = (endpoints.suspected[endpoint] ?? 0) + 1;
  }
  return Math.max(0, (endpoints.suspected[endpoint] ?? 0) - 1);
}

/** Whether so many users of the pair's endpoint are suspects lately that it is one of a crowd. */
export const isOneOfMany = ({ pairs, endpoints }: EngineState, pair: number): boolean =>
  (endpoints.suspected[endpointOf(pairs, pair)] ?? 0) > crowdActMax;

/** How many times its usual share of everybody's requests an endpoint has in the last minutes. */
export function surge(state: EngineState, endpoint: number): number {
  return surgeWithout(state, endpoint, 0);
}

/** The same of all others' requests, and at least 1: what of a pair's rise the crowd explains. */
export function crowdAt(state: EngineState, pair: number): number {
  const own = state.pairs.row[pair * rowStride + at.count + 1] ?? 0;
  return Math.max(1, surgeWithout(state, endpointOf(state.pairs, pair), own));
}

/** An endpoint where fewer users were seen for a whole slot has no normal of its own yet … */
const votesMin = 8;
/** … and then so many others tell what is normal now. */
const othersMin = 5;

/**
 * How many times what is believed of everybody others do in a window now, where nobody knows yet; else 1. Whoever puts
 * Tidegate before busy machines must not have them all taken for floods in the first minutes.
 */
export function othersTimes(
  { pairs, endpoints, traffic }: EngineState,
  pair: number,
  window: number,
): number {
  const endpoint = endpointOf(pairs, pair);
  const others = (endpoints.users[endpoint] ?? 0) - 1;
  if ((endpoints.cohortSize[endpoint] ?? 0) >= votesMin || others < othersMin) return 1;
  const own = pairs.row[pair * rowStride + at.count + 1] ?? 0;
  const each = Math.max(0, (endpoints.recent[endpoint] ?? 0) - own) / others;
  const sinceMs = Math.max(60_000, lastAtOf(pairs, pair) - traffic.firstMinute * 60_000);
  const minutes = Math.min(windowsMs[window] ?? 0, sinceMs) / 60_000;
  return Math.max(1, (each * minutes) / crowdMean(endpoints, endpoint, window));
}

function surgeWithout(
  { endpoints, traffic, eventsTotal }: EngineState,
  endpoint: number,
  own: number,
): number {
  const perMinute = Math.max(20, traffic.recent * (60_000 / recentMs) - own);
  const usual = (endpoints.total[endpoint] ?? 0) / Math.max(1, eventsTotal);
  return Math.max(0, (endpoints.recent[endpoint] ?? 0) - own) / perMinute / Math.max(usual, 1e-6);
}
