/**
 * Starts and stops the worker that holds PGlite. The socket lies in a folder that only the owner may enter: PGlite
 * asks nobody for a password.
 */

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../http/app-error.ts';
import type { Log } from '../observe/log.ts';

export interface EmbeddedDatabase {
  /** Folder of the socket, as `pg` takes it for `host`. */
  host: string;
  port: number;
  /** False once the worker ended without being asked. */
  alive(): boolean;
  close(): Promise<void>;
}

/** Unix socket paths end at 103 bytes on the strictest system we run on. */
const socketPathBytesMax = 103;
/** `pg` derives the socket's name from the port. */
const port = 5432;
const socketName = `.s.PGSQL.${port}`;

/** Resolves when the database answers. The caller holds the lock of the data folder. */
export async function startEmbedded(deps: { dataDir: string; log: Log }): Promise<EmbeddedDatabase> {
  const host = socketFolder(deps.dataDir);
  const socketPath = path.join(host, socketName);
  // A killed process leaves its socket behind; under the folder's lock it cannot be anybody else's.
  rmSync(socketPath, { force: true });
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), {
    workerData: { folder: path.join(deps.dataDir, 'database'), socketPath },
  });
  let alive = true;
  let closing = false;
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      alive = false;
      if (!closing) deps.log.error({ code }, 'the embedded database ended by itself');
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', (cause) =>
      reject(new AppError('unavailable', { internal: 'the embedded database did not start', cause })),
    );
  });
  worker.on('error', (error) => deps.log.error({ err: error }, 'the embedded database failed'));
  return {
    host,
    port,
    alive: () => alive,
    async close() {
      closing = true;
      worker.postMessage('close');
      await exited;
      rmSync(host, { recursive: true, force: true });
    },
  };
}

function socketFolder(dataDir: string): string {
  const beside = path.join(dataDir, 'run');
  if (Buffer.byteLength(path.join(beside, socketName)) > socketPathBytesMax) {
    return mkdtempSync(path.join(tmpdir(), 'tidegate-'));
  }
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  return beside;
}
