/** Rate evidence in words and numbers, for people: what each window counted, and the band that is normal there. */

import type { Evidence } from '../contract/alert.ts';
import type { Scope } from '../contract/decision.ts';
import { normalOf } from './baseline.ts';
import { otherEndpoint } from './endpoints.ts';
import { at, rowStride, samplesOf, windowCount, windowsMs } from './pairs.ts';
import { lastHour } from './rate-evidence.ts';
import type { EngineState, Observation } from './state.ts';
import { countAt, countNats } from './tail.ts';
import { said } from './words.ts';

/** What a rate is about: a user at one endpoint; or at all that have no row, since one of those is as good as another. */
export const rateScope = ({ event, endpoint }: Observation): Scope =>
  endpoint === otherEndpoint
    ? { user: event.user }
    : { user: event.user, endpoint: `${event.method} ${event.endpoint}` };
export const rateSubject = (_state: EngineState, seen: Observation): string =>
  `${seen.event.user} ${placeOf(seen)}`;
export const placeOf = (seen: Observation): string => rateScope(seen).endpoint ?? 'endpoints unknown here';

/** The edge of the band that people see: about 1 slot in 150. */
export const bandNats = 5;

const windowWords = ['10 seconds', 'a minute', '10 minutes', 'an hour'] as const;
const measures = [
  'requests_per_10_s',
  'requests_per_minute',
  'requests_per_10_min',
  'requests_per_hour',
] as const;

/** Every window that says something, strongest first. */
export function explainRate(state: EngineState, { pair }: Observation): Evidence[] {
  const { pairs, endpoints } = state;
  const lines: Evidence[] = [];
  let all = 0;
  for (let window = 0; window < windowCount; window++) {
    const { mean, shape } = normalOf(pairs, endpoints, pair, window);
    const observed = Math.round(pairs.row[pair * rowStride + at.count + window] ?? 0);
    const nats = countNats(observed, mean * state.config.settings.sensitivity, shape);
    if (nats < bandNats) continue;
    all += nats;
    const upper = Math.ceil(countAt(bandNats, mean, shape));
    lines.push({
      measure: measures[window] ?? 'requests',
      text: `${said(observed)} requests in ${windowWords[window]}; normally about ${said(round(mean))}, at most ${said(upper)}`,
      observed,
      expected: round(mean),
      lower: 0,
      upper,
      windowMs: windowsMs[window] ?? 0,
      sampleCount: Math.round(samplesOf(pairs, pair)),
      weight: nats,
    });
  }
  if (lines.length === 0) lines.push(habitLine(state, pair));
  for (const line of lines) line.weight = Math.round((line.weight / Math.max(1, all)) * 100) / 100;
  return lines.sort((a, b) => b.weight - a.weight);
}

/** Where no single window is beyond its band, the habit is what is broken. */
function habitLine(state: EngineState, pair: number): Evidence {
  const observed = Math.round(lastHour(state, pair));
  const { mean, shape } = normalOf(state.pairs, state.endpoints, pair, 3);
  const upper = Math.ceil(countAt(bandNats, mean, shape));
  return {
    measure: 'requests_per_hour',
    text: `${said(observed)} requests in an hour, nearly all that the user did; normally it does other things as well`,
    observed,
    expected: round(mean),
    lower: 0,
    upper,
    windowMs: 3_600_000,
    sampleCount: Math.round(samplesOf(state.pairs, pair)),
    weight: 1,
  };
}

export const round = (value: number): number =>
  value < 10 ? Math.round(value * 10) / 10 : Math.round(value);
