/** Entry of the engine's thread: wires the host to the thread's messages, and to the clock of the machine. */

import { parentPort, workerData } from 'node:worker_threads';
import { createEngine, restoreEngine } from '../../lib/engine/create-engine.ts';
import { createEngineHost } from './engine-host.ts';
import type { FromWorker, ToWorker, WorkerSetup } from './worker-protocol.ts';

const port = parentPort;
if (port === null) throw new Error('engine-worker.ts runs as a thread of the collector only');

// Sent by createCollector of the same build, so its type is known.
const setup: WorkerSetup = workerData;
const early: ToWorker[] = [];
let receive = (message: ToWorker): void => {
  early.push(message);
};
port.on('message', (message: ToWorker) => receive(message));

const host = await createEngineHost({
  setup,
  maker: { create: createEngine, restore: restoreEngine },
  clock: { now: () => Date.now() },
  post: (message: FromWorker) => port.postMessage(message),
});
receive = (message) => {
  host.receive(message);
  if (message.type === 'close') port.unref();
};
for (const message of early) receive(message);
