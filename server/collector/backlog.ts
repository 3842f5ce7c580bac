/** How much of the log the engine has still to read. Past a bound, senders are asked to wait instead of memory. */

import { AppError } from '../http/app-error.ts';

export interface BacklogLimits {
  /** About four seconds of the engine's work. The log itself could hold more; decisions must not grow that old. */
  eventsMax: number;
}
export const backlogLimits: BacklogLimits = { eventsMax: 2_000_000 };

export interface Backlog {
  /** What a sender is told while the engine is too far behind. */
  refusal(): AppError | undefined;
  appended(seq: number, events: number): void;
  readUpTo(seq: number): void;
  entries(): number;
  events(): number;
}

export function createBacklog(limits: BacklogLimits): Backlog {
  /** Oldest first. Commits may finish out of order by a little, which only makes the count a little late. */
  let waiting: { seq: number; events: number }[] = [];
  let read = 0;
  let events = 0;
  return {
    refusal() {
      if (events < limits.eventsMax) return undefined;
      return new AppError('collector_behind', { headers: { 'retry-after': '2' } });
    },
    appended(seq, count) {
      waiting.push({ seq, events: count });
      events += count;
    },
    readUpTo(seq) {
      while (read < waiting.length) {
        const oldest = waiting[read];
        if (oldest === undefined || oldest.seq > seq) break;
        events -= oldest.events;
        read += 1;
      }
      // Shifting an array of thousands one by one would cost more than forgetting its head now and then.
      if (read > 1_000 || read === waiting.length) {
        waiting = waiting.slice(read);
        read = 0;
      }
    },
    entries: () => waiting.length - read,
    events: () => events,
  };
}
