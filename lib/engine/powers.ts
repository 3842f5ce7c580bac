/** A decay over a tenth, or a sixth, of the time: powers are several times cheaper than another exponential. */

export function tenth(decay: number): number {
  const squared = decay * decay;
  const fourth = squared * squared;
  return fourth * fourth * squared;
}

export function sixth(decay: number): number {
  const cubed = decay * decay * decay;
  return cubed * cubed;
}
