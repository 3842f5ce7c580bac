/**
 * The embedded database in a thread of its own: PGlite behind the PostgreSQL wire protocol on a private Unix socket.
 * Its queries are WebAssembly that runs to completion, so on the main thread each would stop all HTTP meanwhile.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { z } from 'zod';

const { folder, socketPath } = z.object({ folder: z.string(), socketPath: z.string() }).parse(workerData);

const database = await PGlite.create({ dataDir: folder });
const server = new PGLiteSocketServer({ db: database, path: socketPath, maxConnections: 4 });
await server.start();

parentPort?.once('message', async () => {
  await server.stop();
  await database.close();
  parentPort?.close();
});
parentPort?.postMessage('ready');
