/**
 * Sign-ins of an endpoint, over all addresses: how many fail now, and how many usually do. What a sign-in is, the
 * endpoint tells by its answers (it says no without a token). The k-th failure of one address counts 1/k^2, so that one
 * address, however often it fails, or one person who forgot a password, is less than two.
 */

import { type Endpoints, guessingStride } from './endpoints.ts';
import type { EngineState } from './state.ts';
import { countNats, shareNats } from './tail.ts';

/** Failures and tries decay by 1/e in this time … */
export const guessingDecayMs = 600_000;
/** … and what is usual in this: long enough to outlast an attack's beginning, short enough to know the day. */
const usualDecayMs = 6 * 3_600_000;
/** Failures in `guessingDecayMs` that are believed before any were seen, and how they vary (gamma shape). */
const failuresBelieved = 0.5;
const failuresShape = 4;
/** While failures are this surprising, they are not learned as usual. */
const doubtNats = 4;
/** Fewer failing addresses than this are not many. */
const failuresMin = 5;
/** Belief about sign-ins before any were seen: 1 failure in 10, worth 20 answers. */
const failBelieved = 0.1;
const failWeight = 20;
/** Of honest sign-ins fewer than this share fail, whatever is seen where guessers are most of the visitors. */
const failMost = 0.4;

/** Strangers who sign in well within `guessingDecayMs`, where none were seen yet … */
const strangersBelieved = 0.5;
/** … and first tries that are let through at once, at most. A good one makes room for this many more. */
const firstTriesMax = 10;
const goodTryWorth = 2;

const guessingAt = { failures: 0, tries: 1, usual: 2, strangers: 3, firstTries: 4 } as const;

/** Share of tries that fail at an endpoint, for callers not in doubt. */
export function normalFailShare({ endpoints }: EngineState, endpoint: number): number {
  const answers = endpoints.answers[endpoint * 4] ?? 0;
  const failures = endpoints.answers[endpoint * 4 + 2] ?? 0;
  return Math.min(failMost, (failures + failBelieved * failWeight) / (answers + failWeight));
}

/** Counts a try without a token at an endpoint where some have failed. `weight` is 0 for a success. */
export function countSignIn(endpoints: Endpoints, endpoint: number, weight: number, ts: number): void {
  const { guessing } = endpoints;
  const cell = endpoint * guessingStride;
  ageSignIns(endpoints, endpoint, ts);
  guessing[cell] = (guessing[cell] ?? 0) + weight;
  guessing[cell + 1] = (guessing[cell + 1] ?? 0) + (weight === 0 ? 1 : weight);
  if (weight > 0 && surprise(endpoints, endpoint) < doubtNats) {
    guessing[cell + 2] = (guessing[cell + 2] ?? 0) + weight;
  }
}

function ageSignIns(endpoints: Endpoints, endpoint: number, ts: number): void {
  const { guessing } = endpoints;
  const cell = endpoint * guessingStride;
  const waitedMs = ts - (endpoints.guessedAt[endpoint] ?? 0);
  if (waitedMs <= 0) return;
  endpoints.guessedAt[endpoint] = ts;
  const decay = Math.exp(-waitedMs / guessingDecayMs);
  guessing[cell] = (guessing[cell] ?? 0) * decay;
  guessing[cell + 1] = (guessing[cell + 1] ?? 0) * decay;
  const slowDecay = Math.exp(-waitedMs / usualDecayMs);
  guessing[cell + 2] = (guessing[cell + 2] ?? 0) * slowDecay;
  const strangers = guessing[cell + guessingAt.strangers] ?? 0;
  guessing[cell + guessingAt.strangers] = strangers * slowDecay;
  const perDecay = strangersBelieved + strangers * (guessingDecayMs / usualDecayMs);
  addFirstTries(endpoints, endpoint, perDecay * (waitedMs / guessingDecayMs));
}

function addFirstTries({ guessing }: Endpoints, endpoint: number, more: number): void {
  const cell = endpoint * guessingStride + guessingAt.firstTries;
  guessing[cell] = Math.min(firstTriesMax, (guessing[cell] ?? 0) + more);
}

/** Somebody signed in well at an address that nobody knew, while nobody guesses. */
export function countStranger({ guessing }: Endpoints, endpoint: number): void {
  const cell = endpoint * guessingStride + guessingAt.strangers;
  guessing[cell] = (guessing[cell] ?? 0) + 1;
}

/**
 * While many guess, about as many strangers as usually come may try once, so that their answers tell who they are (a token
 * bucket: Turner, New directions in communications, 1986). Each who signs in well makes room for two: once the addresses of
 * the attack have had their chance, whoever else is new gets in as ever. @returns whether there was room
 */
export function takeFirstTry(endpoints: Endpoints, endpoint: number, ts: number): boolean {
  ageSignIns(endpoints, endpoint, ts);
  const cell = endpoint * guessingStride + guessingAt.firstTries;
  const left = endpoints.guessing[cell] ?? 0;
  if (left < 1) return false;
  endpoints.guessing[cell] = left - 1;
  return true;
}

/** A stranger's first try ended well. */
export const makeRoom = (endpoints: Endpoints, endpoint: number): void =>
  addFirstTries(endpoints, endpoint, goodTryWorth);

/** Failures that are usual in `guessingDecayMs`. */
function usual({ guessing }: Endpoints, endpoint: number): number {
  const slow = guessing[endpoint * guessingStride + guessingAt.usual] ?? 0;
  return failuresBelieved + slow * (guessingDecayMs / usualDecayMs);
}

function surprise(endpoints: Endpoints, endpoint: number): number {
  const failures = endpoints.guessing[endpoint * guessingStride + guessingAt.failures] ?? 0;
  return countNats(failures, usual(endpoints, endpoint), failuresShape);
}

export interface Guessing {
  failures: number;
  tries: number;
  usual: number;
  nats: number;
}

/**
 * Many addresses fail: more than usual, and a larger share of tries than usual. The weaker of the two speaks, since
 * each alone has an innocent cause (a busy hour; a quiet one).
 * @param share the endpoint's usual share of failures
 */
export function guessingAtEndpoint(endpoints: Endpoints, endpoint: number, share: number): Guessing {
  const cell = endpoint * guessingStride;
  const failures = endpoints.guessing[cell + guessingAt.failures] ?? 0;
  const tries = Math.max(failures, endpoints.guessing[cell + guessingAt.tries] ?? 0);
  const found = { failures, tries, usual: usual(endpoints, endpoint), nats: 0 };
  if (failures < failuresMin) return found;
  found.nats = Math.min(surprise(endpoints, endpoint), shareNats(failures, tries, share));
  return found;
}
