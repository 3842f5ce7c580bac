/**
 * What a customer may set, checked once at construction: a mistake there is a programmer's, and is a TypeError that
 * names the option. After that nothing of the SDK throws into the customer's request.
 */

import type { Mode } from '../../lib/contract/decision.ts';
import { batchEventsMax } from '../../lib/contract/event.ts';
import type { Diagnostic } from './drop-ledger.ts';

/** What to conclude when Tidegate cannot be reached and no throttle in force applies. */
export type FailMode = 'open' | 'closed';

export interface ClientOptions {
  /** Where Tidegate listens, for example `http://tidegate.internal:3000`. */
  url: string;
  /** An ingest key. */
  key: string;
  /** Name of this service, set on every event that has none. */
  service?: string;
  /** `shadow` decides and records, and never refuses. Default `enforce`. */
  mode?: Mode;
  /** Default `open`. */
  failMode?: FailMode;
  /** Most events waiting to be sent; what comes on top is dropped and counted. Default 20,000. */
  queueEventsMax?: number;
  /** Most characters of JSON waiting to be sent. Default 8 MiB. */
  queueBytesMax?: number;
  /** Most events in one batch. Default 2,000. */
  batchEventsMax?: number;
  /** Longest that an event waits for company before it is sent. Default 100 ms. */
  batchDelayMs?: number;
  /** One attempt to deliver a batch, or to open the stream. Default 10 s. */
  requestTimeoutMs?: number;
  /** How long the stream may be away before decisions say so. Default 5 s. */
  unreachableAfterMs?: number;
  /** First pause after a failure; doubles up to 30 s. Default 250 ms. */
  backoffMs?: number;
  /** How long `close()` tries to deliver what is left. Default 2 s. */
  closeTimeoutMs?: number;
  /** Takes what is worth telling an operator, at most one line a minute for each code. Default: `console.warn`. */
  onDiagnostic?: (diagnostic: Diagnostic) => void;
}

export type Settings = Required<Omit<ClientOptions, 'url' | 'service'>> & {
  url: URL;
  service: string | undefined;
};

type Bound = { fallback: number; min: number; max: number };

const hourMs = 60 * 60 * 1000;

/** Name, default, smallest and largest value of every numeric option. */
const bounds = {
  queueEventsMax: { fallback: 20_000, min: 1, max: 1_000_000 },
  queueBytesMax: { fallback: 8 * 1024 * 1024, min: 1024, max: 1024 * 1024 * 1024 },
  batchEventsMax: { fallback: 2_000, min: 1, max: batchEventsMax },
  batchDelayMs: { fallback: 100, min: 0, max: 60_000 },
  requestTimeoutMs: { fallback: 10_000, min: 10, max: hourMs },
  unreachableAfterMs: { fallback: 5_000, min: 0, max: hourMs },
  backoffMs: { fallback: 250, min: 1, max: 30_000 },
  closeTimeoutMs: { fallback: 2_000, min: 0, max: hourMs },
} as const satisfies Partial<Record<keyof ClientOptions, Bound>>;

/** @throws TypeError naming the option that cannot be used; it never holds the key. */
export function settingsOf(options: ClientOptions): Settings {
  if (typeof options !== 'object' || options === null) throw new TypeError('createClient needs options.');
  const number = (name: keyof typeof bounds) => numberOf(name, options[name], bounds[name]);
  return {
    url: urlOf(options.url),
    key: keyOf(options.key),
    service: serviceOf(options.service),
    mode: oneOf('mode', options.mode ?? 'enforce', ['enforce', 'shadow']),
    failMode: oneOf('failMode', options.failMode ?? 'open', ['open', 'closed']),
    queueEventsMax: number('queueEventsMax'),
    queueBytesMax: number('queueBytesMax'),
    batchEventsMax: number('batchEventsMax'),
    batchDelayMs: number('batchDelayMs'),
    requestTimeoutMs: number('requestTimeoutMs'),
    unreachableAfterMs: number('unreachableAfterMs'),
    backoffMs: number('backoffMs'),
    closeTimeoutMs: number('closeTimeoutMs'),
    onDiagnostic: functionOf('onDiagnostic', options.onDiagnostic) ?? warnOnConsole,
  };
}

export function urlOf(value: unknown, name = 'url'): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new TypeError(`${name} must be an absolute http or https address.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`${name} must not hold credentials; pass the ingest key as key.`);
  }
  // A folder, so that an installation behind a path prefix keeps its prefix.
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url;
}

export function keyOf(value: unknown): string {
  // Only what a header can carry: a stray line break would otherwise fail each request, far from its cause.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new TypeError('key must be an ingest key: printable characters without spaces.');
  }
  return value;
}

function serviceOf(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw new TypeError('service must be a name.');
}

function oneOf<T extends string>(name: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new TypeError(`${name} must be one of: ${allowed.join(', ')}.`);
  return found;
}

export function numberOf(name: string, value: unknown, { fallback, min, max }: Bound): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw new TypeError(`${name} must be a whole number from ${min} to ${max}.`);
  }
  return value;
}

export function functionOf<F>(name: string, value: F | undefined): F | undefined {
  if (value !== undefined && typeof value !== 'function') throw new TypeError(`${name} must be a function.`);
  return value;
}

export function warnOnConsole({ code, count, text }: Diagnostic): void {
  console.warn(`tidegate: ${text} (${code}, ${count})`);
}
