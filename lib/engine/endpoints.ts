/**
 * The endpoints: what answers are normal there, and what their crowd does. Row 0 is `(other)`: it takes the requests
 * of endpoints that have no row, so that a flood over invented names is still a flood somewhere.
 */

import { clearRow, column, type Saved } from './columns.ts';
import type { KeyedHash } from './hash.ts';
import type { Names } from './names.ts';
import { windowCount } from './pairs.ts';
import { createSlots, displace, place, type Slots } from './slots.ts';

/** Numbers per window of a cohort: mean and variance of ln(peak) over users. */
export const cohortStride = 8;
export const hoursPerWeek = 168;
/** Numbers of an endpoint's sign-ins. */
export const guessingStride = 5;

export interface Endpoints extends Saved {
  readonly names: Names;
  /** By method and template, so that no name has to be joined per event. */
  readonly slots: Slots;
  readonly methods: string[];
  readonly templates: string[];
  /** The endpoint that was found last by a guess (`guessAt`). */
  readonly guesses: Uint16Array;
  readonly hash: KeyedHash;
  readonly lastAt: Float64Array;
  readonly total: Uint32Array;
  /** Slow counts of answers: all, good ones, those that say no, any of 400 and above. */
  readonly answers: Float32Array;
  readonly users: Uint32Array;
  /** Decayed count of requests, 1 min. */
  readonly recent: Float32Array;
  readonly cohort: Float32Array;
  /** Mean peak of the cohort in each window, as it follows from `cohort`; 0 until it was asked for. */
  readonly crowdMean: Float32Array;
  /** How many users' observations the cohort rests on. */
  readonly cohortSize: Float32Array;
  /** Mean share that this endpoint has of its users' requests. */
  readonly share: Float32Array;
  /** Sign-ins over all addresses (`sign-ins.ts`), when they were counted, and until when they are under attack. */
  readonly guessing: Float32Array;
  readonly guessedAt: Float64Array;
  readonly guessedUntil: Float64Array;
  /** Decayed count of pairs whose rate was suspicious (`rate.ts`). */
  readonly suspected: Float32Array;
  readonly suspectedAt: Float64Array;
  /**
   * Requests a minute, slow, and the whole hours that it rests on; and the week's shape around it, one factor per hour (0 =
   * not seen yet).
   */
  readonly slowPerMinute: Float32Array;
  readonly wholeHours: Uint32Array;
  readonly season: Float32Array;
  /** Hour (since the epoch) that is being counted, and its count so far. */
  readonly hour: Uint32Array;
  readonly hourCount: Uint32Array;
  readonly max: number;
}

export const otherEndpoint = 0;
export const otherName = '(other)';

/** A power of two. */
const guessesMax = 1_024;

const createIndex = (max: number): Pick<Endpoints, 'slots' | 'methods' | 'templates' | 'guesses'> => ({
  slots: createSlots(max),
  methods: [],
  templates: [],
  guesses: new Uint16Array(guessesMax),
});

export function createEndpoints(names: Names, hash: KeyedHash): Endpoints {
  const { max } = names;
  const lastAt = new Float64Array(max);
  const total = new Uint32Array(max);
  const answers = new Float32Array(max * 4);
  const users = new Uint32Array(max);
  const recent = new Float32Array(max);
  const cohort = new Float32Array(max * cohortStride);
  const crowdMean = new Float32Array(max * windowCount);
  const cohortSize = new Float32Array(max);
  const share = new Float32Array(max);
  const guessing = new Float32Array(max * guessingStride);
  const guessedAt = new Float64Array(max);
  const guessedUntil = new Float64Array(max);
  const suspected = new Float32Array(max);
  const suspectedAt = new Float64Array(max);
  const slowPerMinute = new Float32Array(max);
  const wholeHours = new Uint32Array(max);
  const season = new Float32Array(max * hoursPerWeek);
  const hour = new Uint32Array(max);
  const hourCount = new Uint32Array(max);
  const columns = [
    column('lastAt', lastAt),
    column('total', total),
    column('answers', answers, 4),
    column('users', users),
    column('recent', recent),
    column('cohort', cohort, cohortStride),
    column('crowdMean', crowdMean, windowCount),
    column('cohortSize', cohortSize),
    column('share', share),
    column('guessing', guessing, guessingStride),
    column('guessedAt', guessedAt),
    column('guessedUntil', guessedUntil),
    column('suspected', suspected),
    column('suspectedAt', suspectedAt),
    column('slowPerMinute', slowPerMinute),
    column('wholeHours', wholeHours),
    column('season', season, hoursPerWeek),
    column('hour', hour),
    column('hourCount', hourCount),
  ];
  names.add(otherName);
  const table = { names, lastAt, total, answers, users, recent, cohort, crowdMean, cohortSize, share };
  return {
    ...createIndex(max),
    ...table,
    hash,
    guessing,
    guessedAt,
    guessedUntil,
    suspected,
    suspectedAt,
    slowPerMinute,
    wholeHours,
    season,
    hour,
    hourCount,
    columns,
    rows: names.end,
    max,
  };
}

/** After the names were filled from a snapshot. */
export function indexEndpoints(endpoints: Endpoints): void {
  const { names } = endpoints;
  for (let id = 1; id < names.end; id++) if (names.has(id)) remember(endpoints, names.nameOf(id), id);
}

/** The same template under another method lies elsewhere: no two methods have both length and first letter in common. */
const hashOf = ({ hash }: Endpoints, method: string, template: string): number =>
  hash(template) ^ Math.imul(method.length * 32 + method.charCodeAt(0), 0x9e3779b1);

/** By a few units that tell most templates apart: to hash a whole one takes as long as several other steps of an event. */
const guessAt = (method: string, template: string): number => {
  const { length } = template;
  const ends = template.charCodeAt(length - 1) + 31 * template.charCodeAt(length >> 1);
  return (ends + 7 * (length + method.length)) & (guessesMax - 1);
};

/** -1 when the endpoint has no row. */
export function findEndpoint(endpoints: Endpoints, method: string, template: string): number {
  const { guesses, methods, templates } = endpoints;
  const guess = guessAt(method, template);
  const id = guesses[guess] ?? 0;
  if (id !== 0 && templates[id] === template && methods[id] === method) return id;
  const found = findHashed(endpoints, method, template);
  if (found > 0) guesses[guess] = found;
  return found;
}

function findHashed(endpoints: Endpoints, method: string, template: string): number {
  const { slots, methods, templates } = endpoints;
  const { words, mask } = slots;
  const hashed = hashOf(endpoints, method, template);
  for (let slot = hashed & mask; ; slot = (slot + 1) & mask) {
    const entry = words[slot * 2 + 1] ?? 0;
    if (entry === 0) return -1;
    if (words[slot * 2] !== hashed) continue;
    if (templates[entry - 1] === template && methods[entry - 1] === method) return entry - 1;
  }
}

/** -1 when the table is full. */
export function addEndpoint(endpoints: Endpoints, method: string, template: string): number {
  const name = `${method} ${template}`;
  const id = endpoints.names.add(name);
  if (id < 0) return -1;
  clearRow(endpoints.columns, id);
  remember(endpoints, name, id);
  endpoints.rows = endpoints.names.end;
  return id;
}

export function removeEndpoint(endpoints: Endpoints, id: number): void {
  const { slots, methods, templates, names } = endpoints;
  displace(slots, hashOf(endpoints, methods[id] ?? '', templates[id] ?? ''), id);
  methods[id] = '';
  templates[id] = '';
  names.release(id);
}

function remember(endpoints: Endpoints, name: string, id: number): void {
  const { slots, methods, templates } = endpoints;
  const gap = name.indexOf(' ');
  methods[id] = name.slice(0, gap);
  // Joined, not sliced: a slice is slower to compare, and this is compared for every event.
  templates[id] = name
    .slice(gap + 1)
    .split('')
    .join('');
  place(slots, hashOf(endpoints, methods[id] ?? '', templates[id] ?? ''), id);
}

/** Answers are forgotten by half after this many, so that an endpoint that changes is learned anew. */
const answersMax = 4_000;

/** Something was there. A redirect proves nothing: many servers redirect before they look. */
export const isGood = (status: number): boolean => status < 300 || status === 304;

/** Answers by which a service says no: not "it is not there", nor "it is broken". */
export const saysNo = (status: number): boolean =>
  status === 401 || status === 403 || status === 406 || status === 407 || status === 423;

/** Learns one answer. The caller leaves refused requests out. */
export function countAnswer(endpoints: Endpoints, endpoint: number, status: number): void {
  const { answers } = endpoints;
  const base = endpoint * 4;
  answers[base] = (answers[base] ?? 0) + 1;
  if (isGood(status)) answers[base + 1] = (answers[base + 1] ?? 0) + 1;
  if (status >= 400) answers[base + 3] = (answers[base + 3] ?? 0) + 1;
  if (saysNo(status)) answers[base + 2] = (answers[base + 2] ?? 0) + 1;
  if ((answers[base] ?? 0) > answersMax) {
    for (let each = base; each < base + 4; each++) answers[each] = (answers[each] ?? 0) / 2;
  }
}
