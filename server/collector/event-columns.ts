/**
 * Events turned on their side, for log-entry.ts. Written out field by field on purpose: a loop over field names would
 * look every field up by name in every event, and be three times as slow on the busiest path of the server.
 */

import type { HttpMethod, RequestEvent } from '../../lib/contract/event.ts';

type Text = (string | null)[];

/** The JSON part. A column that no event has is left out. */
export interface EventColumns {
  count: number;
  users: string[];
  /** Number columns that are there, in the order of their bytes: NaN where an event has none. */
  numbers: ('latencyMs' | 'bytes')[];
  /** Words of each shared column; an index of 0 means none, of 1 the first. */
  methods: HttpMethod[];
  endpoints: string[];
  uas: string[];
  countries: string[];
  services: string[];
  ips?: Text;
  tokenIds?: Text;
  objectIds?: Text;
  paths?: Text;
  /** Which events were refused. */
  refused: number[];
}

/** Words that repeat, each once. Neighbours are often equal, and comparing is cheaper than looking up. */
class Words<Word extends string> {
  readonly list: Word[] = [];
  readonly indexes: Uint16Array;
  readonly #known = new Map<Word, number>();
  #latest: Word | undefined;
  #latestIndex = 0;

  constructor(count: number) {
    this.indexes = new Uint16Array(count);
  }

  set(i: number, word: Word | undefined): void {
    if (word === undefined) return;
    if (word !== this.#latest) {
      let index = this.#known.get(word);
      if (index === undefined) {
        index = this.list.push(word);
        this.#known.set(word, index);
      }
      this.#latest = word;
      this.#latestIndex = index;
    }
    this.indexes[i] = this.#latestIndex;
  }
}

/** A batch holds at most 5,000 events, so an index fits into 16 bits. */
export function gatherColumns(events: readonly RequestEvent[]): {
  columns: EventColumns;
  binary: (Float64Array | Uint16Array)[];
} {
  const count = events.length;
  const required = new Float64Array(2 * count);
  const latencies = new Float64Array(count);
  const sizes = new Float64Array(count);
  const methods = new Words<HttpMethod>(count);
  const endpoints = new Words(count);
  const uas = new Words(count);
  const countries = new Words(count);
  const services = new Words(count);
  const users = new Array<string>(count);
  const ips = new Array<string | null>(count);
  const tokenIds = new Array<string | null>(count);
  const objectIds = new Array<string | null>(count);
  const paths = new Array<string | null>(count);
  const refused: number[] = [];
  let present = 0;
  for (let i = 0; i < count; i++) {
    const event = events[i];
    if (event === undefined) continue;
    required[i] = event.ts;
    required[count + i] = event.status;
    latencies[i] = event.latencyMs ?? Number.NaN;
    sizes[i] = event.bytes ?? Number.NaN;
    methods.set(i, event.method);
    endpoints.set(i, event.endpoint);
    uas.set(i, event.ua);
    countries.set(i, event.country);
    services.set(i, event.service);
    users[i] = event.user;
    ips[i] = event.ip ?? null;
    tokenIds[i] = event.tokenId ?? null;
    objectIds[i] = event.objectId ?? null;
    paths[i] = event.path ?? null;
    if (event.refused === true) refused.push(i);
    present |= presence(event);
  }
  const numbers: EventColumns['numbers'] = [];
  const binary: (Float64Array | Uint16Array)[] = [required];
  if (present & has.latencyMs) {
    numbers.push('latencyMs');
    binary.push(latencies);
  }
  if (present & has.bytes) {
    numbers.push('bytes');
    binary.push(sizes);
  }
  binary.push(methods.indexes, endpoints.indexes, uas.indexes, countries.indexes, services.indexes);
  const columns: EventColumns = {
    count,
    users,
    numbers,
    methods: methods.list,
    endpoints: endpoints.list,
    uas: uas.list,
    countries: countries.list,
    services: services.list,
    refused,
  };
  if (present & has.ip) columns.ips = ips;
  if (present & has.tokenId) columns.tokenIds = tokenIds;
  if (present & has.objectId) columns.objectIds = objectIds;
  if (present & has.path) columns.paths = paths;
  return { columns, binary };
}

const has = { latencyMs: 1, bytes: 2, ip: 4, tokenId: 8, objectId: 16, path: 32 } as const;

function presence(event: RequestEvent): number {
  return (
    (event.latencyMs === undefined ? 0 : has.latencyMs) |
    (event.bytes === undefined ? 0 : has.bytes) |
    (event.ip === undefined ? 0 : has.ip) |
    (event.tokenId === undefined ? 0 : has.tokenId) |
    (event.objectId === undefined ? 0 : has.objectId) |
    (event.path === undefined ? 0 : has.path)
  );
}

/** Every event gets every field, in one order: the engine's code then meets one shape of object only. */
export function readEvents(columns: EventColumns, bytes: Uint8Array): RequestEvent[] {
  const { count } = columns;
  // A copy, since numbers must lie at multiples of their size, and these bytes lie where the log has put them.
  const aligned = new Uint8Array(bytes).buffer;
  const numberColumns = 2 + columns.numbers.length;
  const numbers = new Float64Array(aligned, 0, numberColumns * count);
  const indexes = new Uint16Array(aligned, numberColumns * count * 8, 5 * count);
  const latencyAt = columns.numbers.includes('latencyMs') ? 2 * count : undefined;
  const bytesAt = columns.numbers.includes('bytes') ? (numberColumns - 1) * count : undefined;
  const refused = new Set(columns.refused);
  const number = (at: number | undefined, i: number): number | undefined => {
    const value = at === undefined ? undefined : numbers[at + i];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  const events = new Array<RequestEvent>(count);
  for (let i = 0; i < count; i++) {
    events[i] = {
      ts: numbers[i] ?? 0,
      user: columns.users[i] ?? '',
      method: columns.methods[(indexes[i] ?? 0) - 1] ?? 'GET',
      endpoint: columns.endpoints[(indexes[count + i] ?? 0) - 1] ?? '',
      status: numbers[count + i] ?? 0,
      latencyMs: number(latencyAt, i),
      bytes: number(bytesAt, i),
      ip: columns.ips?.[i] ?? undefined,
      ua: columns.uas[(indexes[2 * count + i] ?? 0) - 1],
      country: columns.countries[(indexes[3 * count + i] ?? 0) - 1],
      tokenId: columns.tokenIds?.[i] ?? undefined,
      objectId: columns.objectIds?.[i] ?? undefined,
      path: columns.paths?.[i] ?? undefined,
      service: columns.services[(indexes[4 * count + i] ?? 0) - 1],
      refused: refused.size > 0 && refused.has(i) ? true : undefined,
    };
  }
  return events;
}
