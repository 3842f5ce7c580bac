/**
 * Events turned on their side, for log-entry.ts. Written out field by field on purpose: a loop over field names would
 * look every field up by name in every event, and be three times as slow on the busiest path of the server.
 */

import type { HttpMethod, RequestEvent } from '../../lib/contract/event.ts';
import { TextColumn, TextCutter } from './text-columns.ts';

/** The JSON part. A number or text column that no event has is left out. */
export interface EventColumns {
  count: number;
  /** Number columns that are there, in the order of their bytes: NaN where an event has none. */
  numbers: ('latencyMs' | 'bytes')[];
  /** Text columns that are there beside the users, in the order of their bytes. */
  texts: ('ip' | 'tokenId' | 'objectId' | 'path')[];
  /** Words of each shared column; an index of 0 means none, of 1 the first. */
  methods: HttpMethod[];
  endpoints: string[];
  uas: string[];
  countries: string[];
  services: string[];
  /** Which events were refused. */
  refused: number[];
}

/** The other part: f64 columns, u16 columns, and the texts themselves. */
export interface ColumnBytes {
  numbers: (Float64Array | Uint16Array)[];
  text: string;
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
class Gathered {
  readonly count: number;
  readonly required: Float64Array;
  readonly latencyMs: Float64Array;
  readonly bytes: Float64Array;
  readonly methods: Words<HttpMethod>;
  readonly endpoints: Words<string>;
  readonly uas: Words<string>;
  readonly countries: Words<string>;
  readonly services: Words<string>;
  readonly user: TextColumn;
  readonly ip: TextColumn;
  readonly tokenId: TextColumn;
  readonly objectId: TextColumn;
  readonly path: TextColumn;
  readonly refused: number[] = [];
  present = 0;

  constructor(count: number) {
    this.count = count;
    this.required = new Float64Array(2 * count);
    this.latencyMs = new Float64Array(count);
    this.bytes = new Float64Array(count);
    this.methods = new Words(count);
    this.endpoints = new Words(count);
    this.uas = new Words(count);
    this.countries = new Words(count);
    this.services = new Words(count);
    this.user = new TextColumn(count);
    this.ip = new TextColumn(count);
    this.tokenId = new TextColumn(count);
    this.objectId = new TextColumn(count);
    this.path = new TextColumn(count);
  }

  add(event: RequestEvent, i: number): void {
    this.required[i] = event.ts;
    this.required[this.count + i] = event.status;
    this.latencyMs[i] = event.latencyMs ?? Number.NaN;
    this.bytes[i] = event.bytes ?? Number.NaN;
    this.methods.set(i, event.method);
    this.endpoints.set(i, event.endpoint);
    this.uas.set(i, event.ua);
    this.countries.set(i, event.country);
    this.services.set(i, event.service);
    this.user.set(i, event.user);
    this.ip.set(i, event.ip);
    this.tokenId.set(i, event.tokenId);
    this.objectId.set(i, event.objectId);
    this.path.set(i, event.path);
    if (event.refused === true) this.refused.push(i);
    this.present |= presence(event);
  }
}

export function gatherColumns(events: readonly RequestEvent[]): {
  columns: EventColumns;
  bytes: ColumnBytes;
} {
  const count = events.length;
  const all = new Gathered(count);
  for (let i = 0; i < count; i++) {
    const event = events[i];
    if (event !== undefined) all.add(event, i);
  }
  const numbers = numberColumns.filter((name) => all.present & has[name]);
  const texts = textColumns.filter((name) => all.present & has[name]);
  const words = [all.methods, all.endpoints, all.uas, all.countries, all.services];
  return {
    columns: {
      count,
      numbers,
      texts,
      methods: all.methods.list,
      endpoints: all.endpoints.list,
      uas: all.uas.list,
      countries: all.countries.list,
      services: all.services.list,
      refused: all.refused,
    },
    bytes: {
      numbers: [
        all.required,
        ...numbers.map((name) => all[name]),
        ...words.map(({ indexes }) => indexes),
        all.user.lengths,
        ...texts.map((name) => all[name].lengths),
      ],
      text: all.user.text + texts.map((name) => all[name].text).join(''),
    },
  };
}

const numberColumns = ['latencyMs', 'bytes'] as const;
const textColumns = ['ip', 'tokenId', 'objectId', 'path'] as const;
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
export function readEvents(columns: EventColumns, bytes: Buffer): RequestEvent[] {
  const { count, texts } = columns;
  const numberBytes = (2 + columns.numbers.length) * count * 8;
  const indexesEnd = numberBytes + (6 + texts.length) * count * 2;
  // A copy, since numbers must lie at multiples of their size, and these bytes lie where the log has put them.
  const aligned = new Uint8Array(bytes.subarray(0, indexesEnd)).buffer;
  const numbers = new Float64Array(aligned, 0, numberBytes / 8);
  const indexes = new Uint16Array(aligned, numberBytes);
  const latencyAt = columns.numbers.includes('latencyMs') ? 2 * count : undefined;
  const bytesAt = columns.numbers.includes('bytes') ? numberBytes / 8 - count : undefined;
  const number = (at: number | undefined, i: number): number | undefined => {
    const value = at === undefined ? undefined : numbers[at + i];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  const cutter = new TextCutter(bytes.subarray(indexesEnd));
  const cutNext = (column: number) => cutter.cut(indexes.subarray(column * count, (column + 1) * count));
  const users = cutNext(5);
  const cut: Partial<Record<EventColumns['texts'][number], (string | undefined)[]>> = {};
  for (const [k, name] of texts.entries()) cut[name] = cutNext(6 + k);
  const { ip, tokenId, objectId, path } = cut;
  const refused = new Set(columns.refused);
  const events = new Array<RequestEvent>(count);
  for (let i = 0; i < count; i++) {
    events[i] = {
      ts: numbers[i] ?? 0,
      user: users[i] ?? '',
      method: columns.methods[(indexes[i] ?? 0) - 1] ?? 'GET',
      endpoint: columns.endpoints[(indexes[count + i] ?? 0) - 1] ?? '',
      status: numbers[count + i] ?? 0,
      latencyMs: number(latencyAt, i),
      bytes: number(bytesAt, i),
      ip: ip?.[i],
      ua: columns.uas[(indexes[2 * count + i] ?? 0) - 1],
      country: columns.countries[(indexes[3 * count + i] ?? 0) - 1],
      tokenId: tokenId?.[i],
      objectId: objectId?.[i],
      path: path?.[i],
      service: columns.services[(indexes[4 * count + i] ?? 0) - 1],
      refused: refused.size > 0 && refused.has(i) ? true : undefined,
    };
  }
  return events;
}
