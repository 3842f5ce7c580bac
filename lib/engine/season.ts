/**
 * The week's shape, kept on the endpoint and shared by all its users: for each hour of the week, requests relative to
 * the endpoint's slow mean. Learned when an hour closes; what a flood adds to an hour is clipped.
 */

import { type Endpoints, hoursPerWeek } from './endpoints.ts';
import type { Observation } from './state.ts';

const hourMs = 3_600_000;
/** A week's hour moves this share of the way to what was seen. */
const gain = 0.3;
const factorMin = 0.1;
const factorMax = 4;
/** Memory of the slow mean, hours. */
const memoryHours = 168;

export function countEndpoint(endpoints: Endpoints, { endpoint, ts }: Observation): void {
  const hour = Math.floor(ts / hourMs);
  const current = endpoints.hour[endpoint] ?? 0;
  if (hour > current) {
    if (current > 0) closeHour(endpoints, endpoint, hour - current);
    endpoints.hour[endpoint] = hour;
    endpoints.hourCount[endpoint] = 0;
  }
  endpoints.hourCount[endpoint] = (endpoints.hourCount[endpoint] ?? 0) + 1;
  endpoints.total[endpoint] = (endpoints.total[endpoint] ?? 0) + 1;
  const waitedMs = ts - (endpoints.lastAt[endpoint] ?? 0);
  if (waitedMs > 0) {
    endpoints.recent[endpoint] = (endpoints.recent[endpoint] ?? 0) * Math.exp(-waitedMs / 60_000);
    endpoints.lastAt[endpoint] = ts;
  }
  endpoints.recent[endpoint] = (endpoints.recent[endpoint] ?? 0) + 1;
}

function closeHour(endpoints: Endpoints, endpoint: number, hoursPassed: number): void {
  const perMinute = (endpoints.hourCount[endpoint] ?? 0) / 60;
  const mean = endpoints.slowPerMinute[endpoint] ?? 0;
  const hours = endpoints.wholeHours[endpoint] ?? 0;
  const clipped = hours === 0 ? perMinute : Math.min(perMinute, mean * factorMax);
  // The first hour was under way already when the endpoint was first seen: the second one replaces it.
  endpoints.wholeHours[endpoint] = mean === 0 ? 0 : hours + hoursPassed;
  const keep = Math.min(hours / (hours + hoursPassed), (1 - 1 / memoryHours) ** hoursPassed);
  endpoints.slowPerMinute[endpoint] = mean === 0 ? perMinute : keep * mean + (1 - keep) * clipped;
  if (hours === 0) return;
  const cell = endpoint * hoursPerWeek + ((endpoints.hour[endpoint] ?? 0) % hoursPerWeek);
  const factor = Math.min(factorMax, Math.max(factorMin, clipped / mean));
  const known = endpoints.season[cell] ?? 0;
  endpoints.season[cell] = known === 0 ? factor : known + gain * (factor - known);
}

/** How busy this hour of the week is, relative to the mean; 1 while not known. */
export function seasonFactor(endpoints: Endpoints, endpoint: number, ts: number): number {
  return endpoints.season[endpoint * hoursPerWeek + (Math.floor(ts / hourMs) % hoursPerWeek)] || 1;
}
