/** Numbers for Prometheus. Labels come from closed lists only: nothing that a sender chooses may become a series. */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  eventsAccepted: Counter;
  /** `code`: EventRejection. */
  eventsRejected: Counter<'code'>;
  /** Whole batches refused; `code`: problem code. */
  batchesRefused: Counter<'code'>;
  /** Batches that came again under a key that was answered already. */
  batchesRepeated: Counter;
  ingestSeconds: Histogram;
  backlogEvents: Gauge;
  engineLagSeconds: Gauge;
  throttlesInForce: Gauge;
  streamsConnected: Gauge;
  /** What the content security policy kept out of pages, as browsers tell; `directive` from a closed list. */
  cspViolations: Counter<'directive'>;
}

/** From half a millisecond to what nobody should ever wait. */
const ingestBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // Includes the event loop's lag and the process's memory.
  collectDefaultMetrics({ register: registry, prefix: 'tidegate_' });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const coded = (name: string, help: string) =>
    new Counter({ name, help, registers, labelNames: ['code'] as const });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  return {
    registry,
    eventsAccepted: counter('tidegate_events_accepted_total', 'Events acknowledged as durable.'),
    eventsRejected: coded('tidegate_events_rejected_total', 'Events not taken, by reason.'),
    batchesRefused: coded('tidegate_batches_refused_total', 'Batches refused as a whole, by problem code.'),
    batchesRepeated: counter('tidegate_batches_repeated_total', 'Batches that were taken already.'),
    ingestSeconds: new Histogram({
      name: 'tidegate_ingest_seconds',
      help: 'From the last byte of a batch to its acknowledgement.',
      buckets: ingestBuckets,
      registers,
    }),
    backlogEvents: gauge('tidegate_backlog_events', 'Events in the log that the engine has still to read.'),
    engineLagSeconds: gauge(
      'tidegate_engine_lag_seconds',
      'Age of the newest entry when the engine read it.',
    ),
    cspViolations: new Counter({
      name: 'tidegate_csp_violations_total',
      help: 'Things that the content security policy kept out of a page, as browsers report them.',
      registers,
      labelNames: ['directive'] as const,
    }),
    throttlesInForce: gauge('tidegate_throttles_in_force', 'Throttles in force.'),
    streamsConnected: gauge('tidegate_streams_connected', 'Enforcement points connected to /v1/stream.'),
  };
}
