/**
 * A door for whoever controls the host: a Unix socket in a folder that only the owner of the data may enter. The few
 * programs that look at the records, or help somebody back in, ask here while Tidegate is running, since the embedded
 * database belongs to one process. It opens nothing that reading the data folder would not.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from './app-error.ts';

export interface HostDoorDeps {
  dataDir: string;
  /** What can be asked, by name; what it throws is told. */
  questions: Record<string, (subject: string) => Promise<unknown>>;
  log: { warn(details: object, message: string): void };
}

/** Unix socket paths end at 103 bytes on the strictest system we run on. */
const pathBytesMax = 103;
const bodyCharsMax = 1_000;
const questionSchema = z.strictObject({ question: z.string(), subject: z.string().max(200) });

/** Undefined where this system has no such socket. */
export function hostDoorPath(dataDir: string): string | undefined {
  const file = path.join(dataDir, 'run', 'host.sock');
  return process.platform === 'win32' || Buffer.byteLength(file) > pathBytesMax ? undefined : file;
}

/** Opens it; the caller holds the lock of the data folder. */
export async function openHostDoor(deps: HostDoorDeps): Promise<{ close(): Promise<void> }> {
  const file = hostDoorPath(deps.dataDir);
  if (file === undefined) return { close: async () => {} };
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  // Left by a process that was killed: under the folder's lock it cannot be anybody else's.
  rmSync(file, { force: true });
  const server = createServer((request, response) => {
    void answer(deps, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(body));
    });
  });
  await listening(server, file).catch((error: unknown) =>
    deps.log.warn({ err: error }, 'the door for programs on this host could not be opened'),
  );
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(file, () => resolve());
  });
}

async function answer(
  deps: HostDoorDeps,
  request: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  try {
    const { question, subject } = questionSchema.parse(JSON.parse(await read(request)));
    const ask = Object.hasOwn(deps.questions, question) ? deps.questions[question] : undefined;
    if (ask === undefined)
      return { status: 404, body: { problem: 'This Tidegate does not know that question.' } };
    return { status: 200, body: await ask(subject) };
  } catch (error) {
    // To the host everything may be told.
    const problem = error instanceof AppError ? (error.publicDetail ?? error.message) : String(error);
    return { status: 400, body: { problem } };
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > bodyCharsMax) throw new AppError('body_too_large');
  }
  return text;
}
