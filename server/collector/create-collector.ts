/** Opens what the collector is made of, and hands it to log-collector.ts. */

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { checkpointSeqFloor } from './checkpoint.ts';
import type { Collector, CollectorDeps } from './collector.ts';
import { createDiskSpace } from './disk-space.ts';
import { createEventLog, logRetention } from './event-log.ts';
import { createIdempotencyRecords, recordsPerGenerationMax } from './idempotency.ts';
import { LogCollector } from './log-collector.ts';
import { openLogStore } from './log-store.ts';

/** A crash costs at most this much replay. */
export const checkpointEveryMs = 5_000;
/** Resolves when the log is open; the engine may still be reading it (`health().ready`). */
export async function createCollector(deps: CollectorDeps): Promise<Collector> {
  const folder = path.join(deps.folder, 'collector');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const seqFloor = await checkpointSeqFloor(folder);
  const store = openLogStore(folder);
  const disk = createDiskSpace({
    folder,
    limits: deps.disk,
    onChange: (hasRoom) => deps.log.warn({ hasRoom }, 'the disk space for events changed'),
  });
  await disk.check();
  const records = createIdempotencyRecords({
    store,
    nowMs: deps.clock.now(),
    recordsMax: recordsPerGenerationMax,
  });
  const eventLog = createEventLog({ store, records, disk, retention: logRetention, log: deps.log, seqFloor });
  return new LogCollector(deps, { disk, records, eventLog, folder });
}
