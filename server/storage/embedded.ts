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
  /** Ends a worker that answers nothing any more; another one follows. */
  restart(): void;
  close(): Promise<void>;
}

/** Unix socket paths end at 103 bytes on the strictest system we run on. */
const socketPathBytesMax = 103;
/** `pg` derives the socket's name from the port. */
const port = 5432;
const socketName = `.s.PGSQL.${port}`;
/** A database that cannot start (a full disk) is tried again this often. */
const restartMs = 2_000;

/**
 * Resolves when the database answers. A worker that ends by itself is replaced: PGlite recovers from its log as after
 * a crash, and `pg` connects again. The caller holds the lock of the data folder.
 */
export async function startEmbedded(deps: { dataDir: string; log: Log }): Promise<EmbeddedDatabase> {
  const host = socketFolder(deps.dataDir);
  const launched = { folder: path.join(deps.dataDir, 'database'), socketPath: path.join(host, socketName) };
  let worker = launch(launched);
  let closing = false;
  let timer: NodeJS.Timeout | undefined;
  await worker.ready;

  function watch(): void {
    void worker.exited.then((code) => {
      if (closing) return;
      deps.log.error({ code }, 'the embedded database ended by itself; starting it again');
      timer = setTimeout(() => {
        worker = launch(launched);
        worker.ready.catch((error: unknown) =>
          deps.log.error({ err: error }, 'the embedded database failed'),
        );
        watch();
      }, restartMs);
    });
  }

  watch();
  return {
    host,
    port,
    restart: () => void worker.thread.terminate(),
    async close() {
      closing = true;
      clearTimeout(timer);
      worker.thread.postMessage('close');
      await worker.exited;
      rmSync(host, { recursive: true, force: true });
    },
  };
}

function launch(workerData: { folder: string; socketPath: string }) {
  // A killed process leaves its socket behind; under the folder's lock it cannot be anybody else's.
  rmSync(workerData.socketPath, { force: true });
  const thread = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData });
  const exited = new Promise<number>((resolve) => thread.once('exit', resolve));
  const ready = new Promise<void>((resolve, reject) => {
    // Under `node --watch` threads also report the files they load.
    thread.on('message', (message) => {
      if (message === 'ready') resolve();
    });
    const failed = (cause: unknown) =>
      reject(new AppError('unavailable', { internal: 'the embedded database did not start', cause }));
    // An error ends the worker, so that `exited` tells of it too.
    thread.on('error', failed);
    thread.once('exit', failed);
  });
  return { thread, exited, ready };
}

function socketFolder(dataDir: string): string {
  const beside = path.join(dataDir, 'run');
  if (Buffer.byteLength(path.join(beside, socketName)) > socketPathBytesMax) {
    return mkdtempSync(path.join(tmpdir(), 'tidegate-'));
  }
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  return beside;
}
