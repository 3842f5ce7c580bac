/** The benchmarks by name. A benchmark's parts are loaded only when it runs, so that each measures itself alone. */

import { fileURLToPath } from 'node:url';
import type { BenchResult } from './result.ts';

export interface Bench {
  run: () => Promise<BenchResult> | BenchResult;
  /** Runs the server as `npm start` does, which needs the built console. */
  needsServer?: boolean;
}

const serverEntry = fileURLToPath(new URL('../server/main.ts', import.meta.url));

export const catalogue: Record<string, Bench> = {
  'engine.step': { run: async () => (await import('./engine-speed.ts')).engineStep() },
  'engine.scale': { run: async () => (await import('./engine-speed.ts')).engineScale() },
  'engine.memory': { run: async () => (await import('./engine-memory.ts')).engineMemory() },
  'engine.flood-memory': { run: async () => (await import('./engine-memory.ts')).engineFloodMemory() },
  replay: { run: async () => (await import('./replay.ts')).benchReplay() },
  'enforcer.decide': { run: async () => (await import('./enforcer.ts')).enforcerDecide() },
  'series.detect': { run: async () => (await import('./series.ts')).benchSeries() },
  'series.nab': { run: async () => (await import('./series.ts')).benchNab() },
  'sdk.decide': { run: async () => (await import('./sdk-decide.ts')).benchSdkDecide() },
  'ingest.http': {
    run: async () => (await import('./ingest.ts')).benchIngestHttp({ serverEntry, seconds: 10 }),
    needsServer: true,
  },
  'latency.throttle': {
    run: async () => (await import('./latency.ts')).benchLatencyThrottle(),
    needsServer: true,
  },
  'latency.pixel': {
    run: async () => (await import('./latency.ts')).benchLatencyPixel(),
    needsServer: true,
  },
};
