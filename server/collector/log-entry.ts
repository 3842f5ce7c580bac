/**
 * One entry of the event log as bytes: a batch of events or an operator's order.
 *
 * Events are written by column. Numbers are raw, so nobody prints and parses them; words that repeat (templates, user
 * agents) are written once and shared by all events that are read back; other texts are cut out of one (text-columns.ts).
 * This is a third of the JSON that came in, and reading it costs a fraction. Only the fields of the contract are
 * written, so whatever else a sender put into an event ends here.
 *
 *   f64 time | u32 length of the JSON | JSON | f64 columns | u16 columns | texts
 */

import type { RequestEvent } from '../../lib/contract/event.ts';
import type { EngineCommand } from '../../lib/engine/engine.ts';
import { type ColumnBytes, type EventColumns, gatherColumns, readEvents } from './event-columns.ts';

export type LogEntry =
  | { receivedAtMs: number; keyId: string; events: RequestEvent[] }
  | { receivedAtMs: number; command: EngineCommand };

/** The JSON part. `v` lets a later version read what this one wrote. */
type Stored = { v: 2; key: string; columns: EventColumns } | { v: 2; command: EngineCommand };

const timeBytes = 8;
const prefixBytes = timeBytes + 4;

export function encodeEntry(entry: LogEntry): Buffer {
  if ('command' in entry) {
    return assemble(entry.receivedAtMs, { v: 2, command: entry.command }, { numbers: [], text: '' });
  }
  const { columns, bytes } = gatherColumns(entry.events);
  return assemble(entry.receivedAtMs, { v: 2, key: entry.keyId, columns }, bytes);
}

function assemble(receivedAtMs: number, stored: Stored, { numbers, text }: ColumnBytes): Buffer {
  const json = Buffer.from(JSON.stringify(stored));
  const texts = Buffer.from(text);
  const prefix = Buffer.allocUnsafe(prefixBytes);
  prefix.writeDoubleBE(receivedAtMs, 0);
  prefix.writeUInt32BE(json.byteLength, timeBytes);
  const columns = numbers.map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  return Buffer.concat([prefix, json, ...columns, texts]);
}

export function entryTime(bytes: Buffer): number {
  return bytes.readDoubleBE(0);
}

/** @throws where the bytes are damaged; the caller decides what a lost entry means. */
export function decodeEntry(bytes: Buffer): LogEntry {
  const textEnd = prefixBytes + bytes.readUInt32BE(timeBytes);
  // Our own writing, checked when it came in, so its type is known.
  const stored: Stored = JSON.parse(bytes.toString('utf8', prefixBytes, textEnd));
  if (stored.v !== 2) throw new Error(`an entry of version ${stored.v}`);
  const receivedAtMs = entryTime(bytes);
  if ('command' in stored) return { receivedAtMs, command: stored.command };
  return { receivedAtMs, keyId: stored.key, events: readEvents(stored.columns, bytes.subarray(textEnd)) };
}
