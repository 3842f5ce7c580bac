/**
 * The records' database: PGlite in the data folder by default, PostgreSQL where DATABASE_URL says so; one code path
 * (`pg` and Drizzle) for both. Opening it takes the data folder for this process, brings the schema up to date
 * (forward only), and refuses a schema that a newer Tidegate wrote.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import { Pool, type PoolConfig } from 'pg';
import { z } from 'zod';
import { AppError } from '../http/app-error.ts';
import type { Log } from '../observe/log.ts';
import { lockDataFolder } from './data-folder.ts';
import { type EmbeddedDatabase, startEmbedded } from './embedded.ts';
import * as schema from './schema.ts';

/** The database, or a transaction on it: what a query that may run in either takes. */
export type Executor = PgDatabase<NodePgQueryResultHKT, typeof schema>;

/** What reading and changing records takes. */
export type Records = Pick<Database, 'db' | 'transaction'>;

export interface DatabaseHealth {
  ok: boolean;
  /** Plain words, where not. */
  problem?: string;
}

export interface Database {
  db: NodePgDatabase<typeof schema>;
  /**
   * All or nothing. Inside `work` use only `tx`: the embedded database has one connection, and a query beside the
   * transaction would wait for it for ever. Retried where PostgreSQL chose it as a deadlock's victim.
   */
  transaction<T>(work: (tx: Executor) => Promise<T>): Promise<T>;
  /** Asks the database; answers within two seconds. Asked regularly, it also restarts an embedded one that fell silent. */
  health(): Promise<DatabaseHealth>;
  /** Plain words, where the last answer of `health` was not good. */
  problem(): string | undefined;
  close(): Promise<void>;
}

/** A query that takes longer than this has failed (15 s): every query here is by index or bounded. */
const queryMsMax = 15_000;
/** How long a query may wait for a free connection. */
const connectMsMax = 10_000;
/** Connections to PostgreSQL: enough for a console and its alerts, few enough for a shared server. */
const connectionsMax = 10;
const healthMsMax = 2_000;
/** Longer than any query may take: an embedded database that is silent for this long will not speak again. */
const silentMsMax = 20_000;
const transactionAttemptsMax = 3;
/** Any constant: two processes on one PostgreSQL must not migrate at the same time. */
const migrationLock = 7_433_428;

const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * @throws AppError `unavailable` where the folder is taken, the database cannot be reached, or its schema is newer
 */
export async function openDatabase(deps: {
  dataDir: string;
  databaseUrl?: string | undefined;
  log: Log;
}): Promise<Database> {
  const lock = lockDataFolder(deps.dataDir);
  let embedded: EmbeddedDatabase | undefined;
  let pool: Pool | undefined;
  try {
    embedded = deps.databaseUrl === undefined ? await startEmbedded(deps) : undefined;
    pool = createPool(embedded, deps);
    await bringUpToDate(pool);
  } catch (error) {
    await pool?.end();
    await embedded?.close();
    lock.release();
    throw error;
  }
  return assemble(pool, embedded, () => lock.release());
}

function assemble(pool: Pool, embedded: EmbeddedDatabase | undefined, release: () => void): Database {
  const db = drizzle(pool, { schema });
  let closed: Promise<void> | undefined;
  let silentSince: number | undefined;
  let problem: string | undefined;
  return {
    db,
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await db.transaction(work);
        } catch (error) {
          if (attempt === transactionAttemptsMax || !isTransient(error)) throw error;
        }
      }
    },
    async health() {
      const health = await probe(pool);
      silentSince = health.silent ? (silentSince ?? performance.now()) : undefined;
      if (silentSince !== undefined && performance.now() - silentSince > silentMsMax) {
        silentSince = undefined;
        embedded?.restart();
      }
      problem = health.problem;
      return { ok: health.ok, problem };
    },
    problem: () => problem,
    close() {
      closed ??= (async () => {
        await pool.end();
        await embedded?.close();
        release();
      })();
      return closed;
    },
  };
}

export function createPool(
  embedded: EmbeddedDatabase | undefined,
  deps: { databaseUrl?: string | undefined; log: Log },
): Pool {
  const target: PoolConfig =
    embedded === undefined
      ? { connectionString: deps.databaseUrl, max: connectionsMax, statement_timeout: queryMsMax }
      : // One connection: PGlite has one session, and two clients' parse and bind messages would mix in it.
        { host: embedded.host, port: embedded.port, user: 'postgres', database: 'postgres', max: 1 };
  const pool = new Pool({
    ...target,
    // A little later than the server's own limit, which ends the query cleanly.
    query_timeout: queryMsMax + 1_000,
    connectionTimeoutMillis: connectMsMax,
    idleTimeoutMillis: 0,
  });
  pool.on('error', (error) => deps.log.warn({ err: error }, 'a database connection was lost'));
  return pool;
}

async function bringUpToDate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    const db = drizzle(client);
    await db.execute(sql`select pg_advisory_lock(${migrationLock})`);
    try {
      await refuseNewerSchema(db);
      await migrate(db, { migrationsFolder });
    } finally {
      await db.execute(sql`select pg_advisory_unlock(${migrationLock})`);
    }
    client.release();
  } catch (error) {
    client.release(true);
    if (error instanceof AppError) throw error;
    throw new AppError('unavailable', {
      internal: 'the database could not be brought up to date',
      cause: error,
    });
  }
}

const journal = z.object({ entries: z.array(z.object({ when: z.number() })) });
const rows = z.array(z.object({ newest: z.coerce.number() }));

async function refuseNewerSchema(db: NodePgDatabase): Promise<void> {
  const known = journal.parse(JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')));
  const newestKnown = Math.max(...known.entries.map((entry) => entry.when));
  const found = await db.execute(
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as migrated`,
  );
  if (found.rows[0]?.migrated !== true) return;
  const applied = await db.execute(
    sql`select coalesce(max(created_at), 0) as newest from drizzle.__drizzle_migrations`,
  );
  if ((rows.parse(applied.rows)[0]?.newest ?? 0) > newestKnown) {
    throw new AppError('unavailable', {
      internal:
        'a newer Tidegate wrote this database; start that version, or give this one another data folder',
    });
  }
}

async function probe(pool: Pool): Promise<DatabaseHealth & { silent: boolean }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<DatabaseHealth & { silent: boolean }>((resolve) => {
    const problem = 'the database does not answer';
    timer = setTimeout(() => resolve({ ok: false, problem, silent: true }), healthMsMax);
  });
  const answer = pool.query('select 1').then(
    (): DatabaseHealth & { silent: boolean } => ({ ok: true, silent: false }),
    () => ({ ok: false, problem: 'the database cannot be reached', silent: false }),
  );
  const health = await Promise.race([answer, late]);
  clearTimeout(timer);
  return health;
}

/** The SQLSTATE or system code of a failed query; Drizzle wraps the driver's error as `cause`. */
function errorCode(error: unknown): string | undefined {
  for (
    let inner: unknown = error, depth = 0;
    inner instanceof Error && depth < 4;
    inner = inner.cause, depth++
  ) {
    if ('code' in inner && typeof inner.code === 'string') return inner.code;
  }
  return undefined;
}

/** PostgreSQL asks to repeat: serialization failure, deadlock. */
function isTransient(error: unknown): boolean {
  const code = errorCode(error);
  return code === '40001' || code === '40P01';
}

/** True where the row would have broken a uniqueness rule. */
export function isDuplicate(error: unknown): boolean {
  return errorCode(error) === '23505';
}

/** True where the database had no room left for what it was to keep. */
export function isDiskFull(error: unknown): boolean {
  return errorCode(error) === '53100';
}

/** Connection failures by system code or SQLSTATE (class 08; 57P: shutting down; 53300: no connection left). */
const unreachable =
  /^(ECONN\w+|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|08\w{3}|57P\d\d|53300)$/;
/** `pg` gives these failures no code. */
const unreachableText =
  /^(Connection terminated|timeout exceeded|Query read timeout|Cannot use a pool after)/;

/** True where the database did not answer at all, as opposed to refusing the query. */
export function isUnreachable(error: unknown): boolean {
  for (
    let inner: unknown = error, depth = 0;
    inner instanceof Error && depth < 4;
    inner = inner.cause, depth++
  ) {
    if (unreachableText.test(inner.message)) return true;
  }
  return unreachable.test(errorCode(error) ?? '');
}
