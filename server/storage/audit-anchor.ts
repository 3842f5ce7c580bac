/**
 * The end of the audit chain, noted every few seconds in a file of the data folder: outside the database, so that
 * whoever can only write there cannot cut off the newest entries, or write the whole chain anew, unseen.
 */

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Log } from '../observe/log.ts';
import { type AuditLink, readAuditHead } from './audit.ts';
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
  let noted = -1;

  async function write(): Promise<void> {
    try {
      const { seq, hash } = await readAuditHead(deps.database.db);
      if (seq === noted) return;
      writeFileSync(`${file}.new`, JSON.stringify({ seq, hash, at: deps.clock.now() }), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      noted = seq;
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
