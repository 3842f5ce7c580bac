/**
 * `endpoint_latency` and `endpoint_errors`: one endpoint answers far more slowly, or fails far more often, than ever at
 * this time of day, while the others do not. Nobody is to blame by that alone, so people are told and nothing is refused.
 */

import type { Evidence } from '../../contract/alert.ts';
import type { Detector } from '../detector.ts';
import { otherEndpoint } from '../endpoints.ts';
import { countAnswerIn, type Health, healthWindowMs, type Measure } from '../health.ts';
import type { EngineState, Observation } from '../state.ts';
import { said, saidPercent } from '../words.ts';

/** Past this it is told. A series is judged some thousand times a day, and nobody reads daily alarms. */
const alarmNats = 9;

/** In natural logarithms of milliseconds: what matters is by which factor. */
const latencyMeasure: Measure = { scaleMin: 0.05, stepMax: 0.5 };
/** Half as slow again, and by so much that somebody could notice, is the least worth telling. */
const slowerMin = Math.log(1.5);
const slowerMsMin = 40;
/** In shares of answers. */
const errorsMeasure: Measure = { scaleMin: 0.01, stepMax: 0.1 };
const failingMin = 0.05;

const nameOf = ({ event }: Observation): string => `${event.method} ${event.endpoint}`;

/** Whether the last closed window was so far above the usual that it matters to anybody. */
function matters({ latency }: EngineState, { lastMean, usual }: Health, endpoint: number): boolean {
  const last = lastMean[endpoint] ?? 0;
  const before = usual[endpoint] ?? 0;
  if (lastMean !== latency.lastMean) return last - before >= failingMin;
  return last - before >= slowerMin && Math.exp(last) - Math.exp(before) >= slowerMsMin;
}

/** Nothing is told of an endpoint while the others are off as well: that is an outage, and not this endpoint's. */
function told(state: EngineState, health: Health, endpoint: number, nats: number): number {
  const past = nats * state.evidenceWeight - alarmNats;
  if (past <= 0) return 0;
  const { latency, errors } = state;
  if ((errors.elsewhere[endpoint] ?? 0) > failingMin || (latency.elsewhere[endpoint] ?? 0) > slowerMin)
    return 0;
  return matters(state, health, endpoint) ? past : 0;
}

export const endpointLatency: Detector = {
  kind: 'endpoint_latency',
  complete(state, { event, endpoint, ts }) {
    if (event.refused || endpoint === otherEndpoint || event.latencyMs === undefined) return 0;
    const value = Math.log(event.latencyMs + 1);
    const nats = countAnswerIn(state.latency, latencyMeasure, endpoint, ts, value);
    return nats === 0 ? 0 : told(state, state.latency, endpoint, nats);
  },
  subject: (_state, seen) => nameOf(seen),
  explain(state, seen) {
    const { endpoint } = seen;
    const seenMs = Math.round(Math.exp(state.latency.lastMean[endpoint] ?? 0) - 1);
    const usualMs = Math.round(Math.exp(state.latency.usual[endpoint] ?? 0) - 1);
    const text = `answers take ${said(seenMs)} ms; normally ${said(usualMs)} ms`;
    const evidence = line('latency_ms', text, seenMs, usualMs, Math.ceil(usualMs * 1.5));
    return suspicion(state, seen, `${nameOf(seen)} has become slow: ${text}.`, evidence);
  },
};

export const endpointErrors: Detector = {
  kind: 'endpoint_errors',
  complete(state, { event, endpoint, ts }) {
    if (event.refused || endpoint === otherEndpoint) return 0;
    const nats = countAnswerIn(state.errors, errorsMeasure, endpoint, ts, event.status >= 500 ? 1 : 0);
    return nats === 0 ? 0 : told(state, state.errors, endpoint, nats);
  },
  subject: (_state, seen) => nameOf(seen),
  explain(state, seen) {
    const { endpoint } = seen;
    const seenPercent = Math.round((state.errors.lastMean[endpoint] ?? 0) * 100);
    const usualPercent = Math.round((state.errors.usual[endpoint] ?? 0) * 100);
    const text = `${saidPercent(seenPercent)} of answers are server errors; normally ${saidPercent(usualPercent)}`;
    const evidence = line(
      'server_errors_percent',
      text,
      seenPercent,
      usualPercent,
      usualPercent + failingMin * 100,
    );
    return suspicion(state, seen, `${nameOf(seen)} is failing: ${text}.`, evidence);
  },
};

const line = (
  measure: string,
  text: string,
  observed: number,
  expected: number,
  upper: number,
): Evidence => ({
  ...{ measure, text, observed, expected, lower: 0, upper },
  ...{ windowMs: healthWindowMs, sampleCount: 0, weight: 1 },
});

function suspicion(state: EngineState, seen: Observation, summary: string, evidence: Evidence) {
  const health = evidence.measure === 'latency_ms' ? state.latency : state.errors;
  const sampleCount = health.windows[seen.endpoint] ?? 0;
  // The conclusion is never put in force: `act` is false.
  const conclusion = 'throttle' as const;
  return {
    scope: { endpoint: nameOf(seen) },
    summary,
    conclusion,
    act: false,
    evidence: [{ ...evidence, sampleCount }],
  };
}
