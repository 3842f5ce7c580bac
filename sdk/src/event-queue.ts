/** Lines that wait to be sent, bounded by number and by size. Positions count all events that ever entered. */

export interface EventQueue {
  /** False when there is no room: the caller drops the line. */
  add(line: string, nowMs: number): boolean;
  take(countMax: number, lengthMax: number, nowMs: number): { startIndex: number; lines: string[] };
  readonly count: number;
  /** Characters of JSON. */
  readonly length: number;
  /** Position of the first line that waits. */
  readonly startIndex: number;
  /** Since when the first line waits, on the clock of `nowMs`. */
  readonly oldestMs: number;
}

export function createEventQueue(bounds: { queueEventsMax: number; queueBytesMax: number }): EventQueue {
  let lines: string[] = [];
  let length = 0;
  let startIndex = 0;
  let oldestMs = 0;
  return {
    add(line, nowMs) {
      if (lines.length >= bounds.queueEventsMax || length + line.length > bounds.queueBytesMax) return false;
      if (lines.length === 0) oldestMs = nowMs;
      lines.push(line);
      length += line.length;
      return true;
    },
    take(countMax, lengthMax, nowMs) {
      let count = 0;
      let taken = 0;
      while (count < lines.length && count < countMax && taken < lengthMax) {
        taken += lines[count]?.length ?? 0;
        count++;
      }
      const batch = { startIndex, lines: lines.slice(0, count) };
      lines = lines.slice(count);
      length -= taken;
      startIndex += count;
      // Not exactly the age of the next line, which would cost a number each; late by one batch at most.
      oldestMs = nowMs;
      return batch;
    },
    get count() {
      return lines.length;
    },
    get length() {
      return length;
    },
    get startIndex() {
      return startIndex;
    },
    get oldestMs() {
      return oldestMs;
    },
  };
}
