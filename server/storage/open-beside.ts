/**
 * The records' database for a small program beside the server: nothing is migrated, and with `read` nothing can be
 * changed. The embedded one belongs to one process at a time, so Tidegate must not be running on the folder then.
 */

import { existsSync } from 'node:fs';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { AppError } from '../http/app-error.ts';
import type { Log } from '../observe/log.ts';
import { lockDataFolder } from './data-folder.ts';
import { createPool, type Records } from './database.ts';
import { startEmbedded } from './embedded.ts';
import * as schema from './schema.ts';

/** @throws AppError `unavailable` where there is no database, or a running Tidegate has it */
export async function openBeside(deps: {
  dataDir: string;
  databaseUrl: string | undefined;
  access: 'read' | 'write';
  log: Log;
}): Promise<Records & { close(): Promise<void> }> {
  const isEmbedded = deps.databaseUrl === undefined;
  if (isEmbedded && !existsSync(path.join(deps.dataDir, 'database'))) {
    throw new AppError('unavailable', { internal: `there is no database in ${deps.dataDir}` });
  }
  const lock = isEmbedded ? lockDataFolder(deps.dataDir) : undefined;
  const embedded = isEmbedded ? await startEmbedded(deps) : undefined;
  const readOnly = deps.access === 'read';
  const databaseUrl = readOnly ? readOnlyUrl(deps.databaseUrl) : deps.databaseUrl;
  const pool = createPool(embedded, { ...deps, databaseUrl });
  const close = async () => {
    await pool.end();
    await embedded?.close();
    lock?.release();
  };
  try {
    // The embedded database has one connection, so that this holds for all that follows.
    await pool.query(isEmbedded && readOnly ? 'set default_transaction_read_only = on' : 'select 1');
    const db = drizzle(pool, { schema });
    return { db, transaction: (work) => db.transaction(work), close };
  } catch (cause) {
    await close();
    throw new AppError('unavailable', { internal: 'the database cannot be reached', cause });
  }
}

/** PostgreSQL is told with the connection, for each one of the pool. */
function readOnlyUrl(databaseUrl: string | undefined): string | undefined {
  if (databaseUrl === undefined) return undefined;
  const url = new URL(databaseUrl);
  url.searchParams.set('options', '-c default_transaction_read_only=on');
  return url.href;
}
