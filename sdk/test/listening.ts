/** Listens on a free port for the length of a test. */

import type { Server } from 'node:http';
import type { TestContext } from 'node:test';
import type { AppUnderTest } from './adapter-promises.ts';

export async function listening(t: TestContext, server: Server): Promise<AppUnderTest & { port: number }> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  const { port } = address;
  return { port, request: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init) };
}
