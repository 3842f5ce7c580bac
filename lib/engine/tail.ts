/**
 * How surprising is a count? Upper tails of count distributions, as evidence in nats (-ln of the probability).
 * Chernoff bounds instead of exact tails: closed, smooth, two logarithms, and never too sure of themselves
 * (Boucheron, Lugosi & Massart, Concentration Inequalities, section 2.2).
 */

/**
 * Negative binomial with mean `mean` and shape `shape` (a Poisson count whose rate is gamma distributed):
 * sup_t {t*count - ln E exp(t*X)} = count*ln(count/mean) - (count+shape)*ln((count+shape)/(mean+shape)).
 */
export function countNats(count: number, mean: number, shape: number): number {
  if (count <= mean) return 0;
  return count * Math.log(count / mean) - (count + shape) * Math.log((count + shape) / (mean + shape));
}

/** Binomial: `hits` of `tries` where a share `share` is normal: tries * KL(hits/tries || share). */
export function shareNats(hits: number, tries: number, share: number): number {
  const seen = Math.min(1, hits / tries);
  if (seen <= share) return 0;
  const misses = seen < 1 ? (1 - seen) * Math.log((1 - seen) / (1 - share)) : 0;
  return tries * (seen * Math.log(seen / share) + misses);
}

/** The count at which `countNats` reaches `nats`: the upper edge of a band. Bisection to 1 %. */
export function countAt(nats: number, mean: number, shape: number): number {
  let low = mean;
  let high = Math.max(1, mean) * 2;
  while (countNats(high, mean, shape) < nats && high < 1e9) high *= 2;
  while (high - low > 0.01 * high) {
    const middle = (low + high) / 2;
    if (countNats(middle, mean, shape) < nats) low = middle;
    else high = middle;
  }
  return high;
}
