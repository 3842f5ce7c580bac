/**
 * What requests cost, in ordinary ones: the time they take, or the bytes that they carry, over the mean of everybody's.
 * Only pairs whose requests cost several times the mean are followed (`suspects.ts`); all others cost 1.
 */

import { hasFlag, heavy, raiseFlag } from './pairs.ts';
import type { EngineState, Observation } from './state.ts';
import { addToSuspect, findSuspect, suspectAt, suspectCount, takeSuspect } from './suspects.ts';

/** A request that costs more than this many ordinary ones makes its pair one to follow. */
const heavyCost = 4;
/** A pair must have made this many of them lately; one slow answer is nothing. */
const heavyRequests = 2;
/** Requests that the means remember; one request pulls at most `pullMax` times the mean. */
const memory = 2_000;
const pullMax = 20;

export interface Costs {
  samples: number;
  latencyMs: number;
  bytes: number;
}

export const createCosts = (): Costs => ({ samples: 0, latencyMs: 0, bytes: 0 });

/** Learns what an answer cost, and follows the pair if that was much. */
export function learnCost(state: EngineState, seen: Observation): void {
  const { costs, pairs } = state;
  const { event, pair, ts } = seen;
  if (event.refused || pair < 0 || (event.latencyMs === undefined && event.bytes === undefined)) return;
  const time = ratio(event.latencyMs, costs.latencyMs);
  const size = ratio(event.bytes, costs.bytes);
  const gain = 1 / Math.min(memory, ++costs.samples);
  costs.latencyMs += gain * pulled(event.latencyMs, costs.latencyMs);
  costs.bytes += gain * pulled(event.bytes, costs.bytes);
  if (time < heavyCost && size < heavyCost) return;
  const row = takeSuspect(state, pair, ts);
  raiseFlag(pairs, pair, heavy);
  addToSuspect(state.suspects, row, suspectAt.heavy, 1);
  addToSuspect(state.suspects, row, suspectAt.time, time);
  addToSuspect(state.suspects, row, suspectAt.size, size);
}

const ratio = (value: number | undefined, mean: number): number =>
  value === undefined || mean === 0 ? 1 : value / mean;

const pulled = (value: number | undefined, mean: number): number =>
  value === undefined ? 0 : (mean === 0 ? value : Math.min(value, mean * pullMax)) - mean;

export interface PairCost {
  /** Ordinary requests that one of these costs, by time and by bytes; at least 1. */
  time: number;
  size: number;
}

const cost: PairCost = { time: 1, size: 1 };

/** Reused: read before the next call. */
export function costsOf(state: EngineState, pair: number): PairCost {
  cost.time = 1;
  cost.size = 1;
  if (!hasFlag(state.pairs, pair, heavy)) return cost;
  const row = findSuspect(state, pair);
  if (row < 0) return cost;
  const requests = suspectCount(state.suspects, row, suspectAt.heavy);
  if (requests < heavyRequests) return cost;
  cost.time = Math.max(1, suspectCount(state.suspects, row, suspectAt.time) / requests);
  cost.size = Math.max(1, suspectCount(state.suspects, row, suspectAt.size) / requests);
  return cost;
}

/** What one request of the pair costs lately. */
export function costOf(state: EngineState, pair: number): number {
  const { time, size } = costsOf(state, pair);
  return Math.max(time, size);
}
