/**
 * One entry of the event log as bytes: a batch of events or an operator's order.
 *
 * Events are written by column. Numbers are raw, so nobody prints and parses them; words that repeat (templates, user
 * agents) are written once and shared by all events that are read back; the rest is JSON. This is about half the size
 * of the JSON that came in, and reading it costs a third. Only the fields of the contract are written, so whatever
 * else a sender put into an event ends here.
 *
 *   f64 time | u32 length of the JSON | JSON | f64 columns | u16 columns
 */

import type { RequestEvent } from '../../lib/contract/event.ts';
import type { EngineCommand } from '../../lib/engine/engine.ts';
import { type EventColumns, gatherColumns, readEvents } from './event-columns.ts';

export type LogEntry =
  | { receivedAtMs: number; keyId: string; events: RequestEvent[] }
  | { receivedAtMs: number; command: EngineCommand };

/** The JSON part. `v` lets a later version read what this one wrote. */
type Stored = { v: 1; key: string; columns: EventColumns } | { v: 1; command: EngineCommand };

const timeBytes = 8;
const prefixBytes = timeBytes + 4;

export function encodeEntry(entry: LogEntry): Buffer {
  if ('command' in entry) return assemble(entry.receivedAtMs, { v: 1, command: entry.command }, []);
  const { columns, binary } = gatherColumns(entry.events);
  return assemble(entry.receivedAtMs, { v: 1, key: entry.keyId, columns }, binary);
}

function assemble(receivedAtMs: number, stored: Stored, binary: (Float64Array | Uint16Array)[]): Buffer {
  const text = JSON.stringify(stored);
  const textBytes = Buffer.byteLength(text);
  const binaryBytes = binary.reduce((sum, part) => sum + part.byteLength, 0);
  const bytes = Buffer.allocUnsafe(prefixBytes + textBytes + binaryBytes);
  bytes.writeDoubleBE(receivedAtMs, 0);
  bytes.writeUInt32BE(textBytes, timeBytes);
  bytes.write(text, prefixBytes, 'utf8');
  let at = prefixBytes + textBytes;
  for (const part of binary) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

export function entryTime(bytes: Buffer): number {
  return bytes.readDoubleBE(0);
}

/** @throws where the bytes are damaged; the caller decides what a lost entry means. */
export function decodeEntry(bytes: Buffer): LogEntry {
  const textEnd = prefixBytes + bytes.readUInt32BE(timeBytes);
  // Our own writing, checked when it came in, so its type is known.
  const stored: Stored = JSON.parse(bytes.toString('utf8', prefixBytes, textEnd));
  const receivedAtMs = entryTime(bytes);
  if ('command' in stored) return { receivedAtMs, command: stored.command };
  return { receivedAtMs, keyId: stored.key, events: readEvents(stored.columns, bytes.subarray(textEnd)) };
}
