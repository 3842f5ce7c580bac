/**
 * What an endpoint's users do: for each window, mean and variance over users of ln(typical peak). It is the prior of
 * whoever is new there. A user speaks at its 1st, 2nd, 4th, 8th … learned slot, so a busy user has logarithmically
 * many votes, not linearly many; an endpoint with few users leans on the defaults.
 */

import { cohortStride, type Endpoints } from './endpoints.ts';
import { at, endpointOf, type Pairs, rowStride, samplesOf, windowCount } from './pairs.ts';

/** A user of an API nobody has seen yet: requests in 10 s, 1 min, 10 min and 1 h, and how far users differ. */
const firstGuess = [2, 4, 8, 12].map(Math.log);
const firstVariance = 0.8;
/** Votes that the first guess is worth. */
const guessVotes = 4;
const votesMax = 300;
/** Users differ by at most this much in the prior (e^1.5 = 4.5 times either way). */
const varianceMax = 2.25;
const varianceMin = 0.2;

/** A normal distribution of ln(peak) over the users of an endpoint. */
export interface Prior {
  mu: number;
  variance: number;
}

export function cohortPrior(endpoints: Endpoints, endpoint: number, window: number, into: Prior): void {
  const cell = endpoint * cohortStride + window * 2;
  const votes = endpoints.cohortSize[endpoint] ?? 0;
  const own = votes / (votes + guessVotes);
  into.mu = (1 - own) * (firstGuess[window] ?? 0) + own * (endpoints.cohort[cell] ?? 0);
  const variance = (1 - own) * firstVariance + own * (endpoints.cohort[cell + 1] ?? 0);
  into.variance = Math.min(varianceMax, Math.max(varianceMin, variance));
}

/** Mean of the cohort's peaks in a window. Kept from vote to vote, since every event asks for it. */
export function crowdMean(endpoints: Endpoints, endpoint: number, window: number): number {
  const cell = endpoint * windowCount + window;
  const kept = endpoints.crowdMean[cell] ?? 0;
  if (kept !== 0) return kept;
  cohortPrior(endpoints, endpoint, window, asked);
  endpoints.crowdMean[cell] = Math.exp(asked.mu + asked.variance / 2);
  return endpoints.crowdMean[cell] ?? 0;
}

const asked: Prior = { mu: 0, variance: 1 };

/** The `deviations`-th upper point of the cohort's typical peaks in a window. */
export function cohortQuantile(
  endpoints: Endpoints,
  endpoint: number,
  window: number,
  deviations: number,
): number {
  const cell = endpoint * cohortStride + window * 2;
  const votes = endpoints.cohortSize[endpoint] ?? 0;
  const own = votes / (votes + guessVotes);
  const mu = (1 - own) * (firstGuess[window] ?? 0) + own * (endpoints.cohort[cell] ?? 0);
  const variance = (1 - own) * firstVariance + own * (endpoints.cohort[cell + 1] ?? 0);
  return Math.exp(mu + deviations * Math.sqrt(variance));
}

/** Whether the pair speaks now. */
export function hasVote(pairs: Pairs, pair: number): boolean {
  return Number.isInteger(Math.log2(samplesOf(pairs, pair)));
}

/** After a slot of the pair was learned. Mean and variance by Welford's update with a floor on the gain. */
/** @param share the user's share of this endpoint; below 0 where it is not known. */
export function vote(pairs: Pairs, endpoints: Endpoints, pair: number, share: number): void {
  const row = pair * rowStride;
  const endpoint = endpointOf(pairs, pair);
  const votes = Math.min(votesMax, (endpoints.cohortSize[endpoint] ?? 0) + 1);
  const gain = 1 / votes;
  for (let window = 0; window < windowCount; window++) {
    const cell = endpoint * cohortStride + window * 2;
    const said = Math.log(Math.max(1, pairs.row[row + at.mean + window] ?? 0));
    const mu = endpoints.cohort[cell] ?? 0;
    const difference = said - mu;
    endpoints.cohort[cell] = mu + gain * difference;
    const variance = endpoints.cohort[cell + 1] ?? 0;
    endpoints.cohort[cell + 1] = (1 - gain) * (variance + gain * difference * difference);
  }
  if (share >= 0) endpoints.share[endpoint] = (endpoints.share[endpoint] ?? 0) * (1 - gain) + gain * share;
  endpoints.cohortSize[endpoint] = votes;
  endpoints.crowdMean.fill(0, endpoint * windowCount, (endpoint + 1) * windowCount);
}
