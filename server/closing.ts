/** How the process ends: what was opened is closed in reverse order, each part with a bounded wait. */

import type { Log } from './observe/log.ts';

interface Closable {
  close(): unknown;
}

export interface Closing {
  /** Remembers the part and gives it back. */
  add<T extends Closable>(name: string, part: T): T;
  /** Closes everything, last opened first. A part that fails or hangs does not keep the others open. */
  closeAll(log: Log): Promise<void>;
}

/** A checkpoint of a full engine takes about a second; a part that needs longer than this hangs. */
const partCloseMsMax = 8_000;

export function createClosing(): Closing {
  const open: { name: string; part: Closable }[] = [];
  return {
    add(name, part) {
      open.push({ name, part });
      return part;
    },
    async closeAll(log) {
      for (const { name, part } of open.splice(0).reverse()) {
        const { promise: tooLong, reject } = Promise.withResolvers<never>();
        const timer = setTimeout(() => reject(new Error(`${name} did not close in time`)), partCloseMsMax);
        try {
          await Promise.race([part.close(), tooLong]);
        } catch (error) {
          log.error({ err: error, part: name }, 'a part did not close cleanly');
        } finally {
          clearTimeout(timer);
        }
      }
    },
  };
}
