/**
 * The end of the audit chain, noted every few seconds in a file of the data folder: outside the database, so that
 * whoever can only write there cannot cut off the newest entries, or write the whole chain anew, unseen. A log that no
 * longer holds what was noted is not noted again: the old note is the evidence.
 */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Log } from '../observe/log.ts';
import { type AuditLink, holdsLink, readAuditHead } from './audit.ts';
import type { Database } from './database.ts';

/** What is written in the last moments before a crash is not anchored yet. */
const anchorEveryMs = 5_000;

const fileName = 'audit-anchor.json';
const anchorSchema = z.object({ seq: z.int().nonnegative(), hash: z.string(), at: z.number() });

/** Undefined where none was written yet. @throws where the file is not ours */
export function readAuditAnchor(dataDir: string): AuditLink | undefined {
  let text: string;
  try {
    text = readFileSync(path.join(dataDir, fileName), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return anchorSchema.parse(JSON.parse(text));
}

/** An unreadable note must not keep Tidegate from starting; verifying the log says that it is unreadable. */
function lastNote({ dataDir, log }: { dataDir: string; log: Log }): AuditLink | undefined {
  try {
    return readAuditAnchor(dataDir);
  } catch (error) {
    log.warn({ err: error }, 'the note of the audit log’s end cannot be read; it is written anew');
    return undefined;
  }
}

export interface AuditAnchor {
  /** Notes the end as it is now. */
  write(): Promise<void>;
  close(): Promise<void>;
}

export function createAuditAnchor(deps: {
  database: Database;
  dataDir: string;
  clock: { now(): number };
  every: (intervalMs: number, work: () => void) => () => void;
  log: Log;
}): AuditAnchor {
  const file = path.join(deps.dataDir, fileName);
  let noted = lastNote(deps);
  let isTold = false;

  function tell({ seq }: AuditLink): void {
    if (isTold) return;
    isTold = true;
    deps.log.error(
      { seq, file },
      'the audit log no longer holds an entry that was noted here: it was tampered with, or lost (a power cut, an older copy restored); see npm run audit:verify, and remove the file to begin anew',
    );
  }

  async function write(): Promise<void> {
    try {
      const { seq, hash } = await readAuditHead(deps.database.db);
      if (seq === noted?.seq && hash === noted.hash) return;
      // The empty log is a place too, which every log holds.
      if (noted !== undefined && noted.seq > 0 && !(await holdsLink(deps.database.db, noted)))
        return tell(noted);
      writeFileSync(`${file}.new`, JSON.stringify({ seq, hash, at: deps.clock.now() }), {
        mode: 0o600,
        flush: true,
      });
      renameSync(`${file}.new`, file);
      noted = { seq, hash };
    } catch (error) {
      deps.log.warn({ err: error }, 'the end of the audit log could not be noted; it will be tried again');
    }
  }

  const stop = deps.every(anchorEveryMs, () => void write());
  return {
    write,
    async close() {
      stop();
      await write();
    },
  };
}
