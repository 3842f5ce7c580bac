// How the programs on the host ask a Tidegate that is running: through its door in the data folder (server/http/).

import { request as httpRequest } from 'node:http';
import { hostDoorPath } from '../server/http/host-door.ts';

/** The answer; undefined where no Tidegate is running on this folder. Throws what it refuses, in its words. */
export function askRunning(dataDir: string, question: string, subject = ''): Promise<unknown> {
  const socketPath = hostDoorPath(dataDir);
  if (socketPath === undefined) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const call = httpRequest({ socketPath, method: 'POST', path: '/' }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      const body: unknown = JSON.parse(text);
      if (response.statusCode === 200) return resolve(body);
      reject(new Error(String(Object(body).problem)));
    });
    // Nobody listens, or a killed process left its socket behind.
    call.on('error', () => resolve(undefined));
    call.end(JSON.stringify({ question, subject }));
  });
}
