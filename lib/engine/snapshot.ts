/**
 * The whole engine as bytes: a header, one JSON part (names, findings, throttles, settings), then the used rows of
 * every column, raw. Little-endian, as every machine that Node 24 runs on. A snapshot of another version is refused:
 * the log can always be read again.
 */

import type { Finding } from '../contract/alert.ts';
import type { Throttle } from '../contract/decision.ts';
import type { DetectionSettings, Exception } from '../contract/exception.ts';
import type { Column, Saved } from './columns.ts';
import type { EngineConfig } from './config.ts';
import type { Costs } from './cost.ts';
import { cover } from './covering.ts';
import { emptyState } from './empty-state.ts';
import { indexEndpoints } from './endpoints.ts';
import type { Health } from './health.ts';
import type { NameHeads, Names } from './names.ts';
import type { Novelty } from './novelty.ts';
import { indexPairs } from './pairs.ts';
import type { OpenFinding } from './responses.ts';
import type { EngineState } from './state.ts';
import type { Traffic } from './traffic.ts';

/** `TDGE`, then the version of the layout. Change the version with any column or field. */
const magic = 0x45474454;
const version = 13;
const headerBytes = 16;

/** The part of the state that is not in columns. */
interface Meta {
  settings: DetectionSettings;
  exceptions: Exception[];
  eventsTotal: number;
  sweptAt: number;
  traffic: Traffic;
  health: { latency: Health['total']; errors: Health['total'] };
  novelty: Novelty;
  standing: { since: number; marked: number };
  costs: Costs;
  hashSeed: readonly number[];
  names: Record<string, NameHeads>;
  hands: { users: number; pairs: number; addresses: number };
  freePairs: number[];
  open: [string, OpenFinding][];
  throttles: [string, { throttle: Throttle; key: string; target: string }][];
  pending: { set: string[]; removed: string[]; findings: Finding[] };
  rows: Record<string, number>;
}

const tablesOf = (state: EngineState): [string, Saved][] => [
  ['users', state.users],
  ['endpoints', state.endpoints],
  ['pairs', state.pairs],
  ['addresses', state.addresses],
  ['standing', state.standing],
  ['suspects', state.suspects],
  ['strangers', state.strangers],
  ['drifts', state.drifts],
  ['latency', state.latency],
  ['errors', state.errors],
  ['visits', state.visits],
  ...namesOf(state).flatMap(([name, { tables }]) =>
    tables.map((table, part): [string, Saved] => [`${name} names ${part}`, table]),
  ),
];

const namesOf = (state: EngineState): [string, Names][] => [
  ['users', state.users.names],
  ['endpoints', state.endpoints.names],
  ['addresses', state.addresses.names],
];

/** The used rows of a column, as bytes over the same memory. */
function usedBytes({ data, stride }: Column, rows: number): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, rows * stride * data.BYTES_PER_ELEMENT);
}

export function saveState(state: EngineState): Uint8Array {
  const { users, pairs, addresses, responses } = state;
  const meta: Meta = {
    settings: state.config.settings,
    exceptions: state.exceptions,
    eventsTotal: state.eventsTotal,
    sweptAt: state.sweptAt,
    traffic: state.traffic,
    health: { latency: state.latency.total, errors: state.errors.total },
    novelty: state.novelty,
    standing: { since: state.standing.since, marked: state.standing.marked },
    costs: state.costs,
    hashSeed: state.config.hashSeed,
    names: Object.fromEntries(namesOf(state).map(([name, names]) => [name, names.heads()])),
    hands: { users: users.hand, pairs: pairs.hand, addresses: addresses.hand },
    freePairs: pairs.free,
    open: [...responses.open],
    throttles: [...responses.throttles],
    pending: {
      set: [...responses.set],
      removed: [...responses.removed],
      findings: [...responses.findings.values()],
    },
    rows: Object.fromEntries(tablesOf(state).map(([name, table]) => [name, table.rows])),
  };
  const text = new TextEncoder().encode(JSON.stringify(meta));
  const parts = tablesOf(state).flatMap(([, table]) =>
    table.columns.map((column) => usedBytes(column, table.rows)),
  );
  const bytes = new Uint8Array(headerBytes + text.length + parts.reduce((sum, part) => sum + part.length, 0));
  const header = new DataView(bytes.buffer);
  header.setUint32(0, magic, true);
  header.setUint32(4, version, true);
  header.setUint32(8, text.length, true);
  bytes.set(text, headerBytes);
  let offset = headerBytes + text.length;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** @throws Error when the bytes are no snapshot of this version, or larger than the caps. */
export function loadState(config: EngineConfig, bytes: Uint8Array): EngineState {
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes || header.getUint32(0, true) !== magic)
    throw new Error('not an engine snapshot');
  if (header.getUint32(4, true) !== version) throw new Error('an engine snapshot of another version');
  const textEnd = headerBytes + header.getUint32(8, true);
  // The one cast: these bytes were written by `saveState` of this version, as the header says.
  const meta = JSON.parse(new TextDecoder().decode(bytes.subarray(headerBytes, textEnd))) as Meta;
  // The sketches were made with the seed of whoever saved them, so that seed goes on.
  const state = emptyState({ ...config, settings: meta.settings, hashSeed: meta.hashSeed });
  state.exceptions = meta.exceptions;
  state.traffic = meta.traffic;
  state.latency.total = meta.health.latency;
  state.errors.total = meta.health.errors;
  state.novelty = meta.novelty;
  Object.assign(state.standing, meta.standing);
  state.costs = meta.costs;
  state.eventsTotal = meta.eventsTotal;
  state.sweptAt = meta.sweptAt;
  fillColumns(state, meta, bytes, textEnd);
  restoreLists(state, meta);
  return state;
}

function fillColumns(state: EngineState, meta: Meta, bytes: Uint8Array, start: number): void {
  let offset = start;
  for (const [name, table] of tablesOf(state)) {
    const rows = meta.rows[name] ?? 0;
    table.rows = rows;
    for (const column of table.columns) {
      if (column.data.length < rows * column.stride)
        throw new Error(`the snapshot holds more ${name} than the cap`);
      const into = usedBytes(column, rows);
      into.set(bytes.subarray(offset, offset + into.length));
      offset += into.length;
    }
  }
}

function restoreLists(state: EngineState, meta: Meta): void {
  const { users, pairs, addresses, responses } = state;
  users.hand = meta.hands.users;
  pairs.hand = meta.hands.pairs;
  addresses.hand = meta.hands.addresses;
  for (const pair of meta.freePairs) pairs.free.push(pair);
  indexPairs(pairs);
  for (const [name, names] of namesOf(state)) names.restore(meta.names[name] ?? { free: 0, furtherFree: 0 });
  indexEndpoints(state.endpoints);
  const ongoing = new Map(meta.open.map(([, open]) => [open.finding.id, open.finding]));
  for (const [key, open] of meta.open) responses.open.set(key, open);
  for (const finding of meta.pending.findings) {
    responses.findings.set(finding.id, ongoing.get(finding.id) ?? finding);
  }
  for (const [id, entry] of meta.throttles) {
    responses.throttles.set(id, entry);
    cover(responses.covering, entry.throttle.scope, entry.key);
  }
  for (const id of meta.pending.set) responses.set.add(id);
  for (const id of meta.pending.removed) responses.removed.add(id);
}
