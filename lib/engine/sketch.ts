/**
 * How many different values were seen? Linear counting in 64 bits (Whang, Vander-Zanden & Taylor, A linear-time
 * probabilistic counting algorithm, 1990): tells up to about 250, which is far more than any of our lines.
 */

export function mark(words: Uint32Array, cell: number, hash: number): void {
  const bit = hash & 63;
  const at = cell + (bit >>> 5);
  words[at] = (words[at] ?? 0) | (1 << (bit & 31));
}

/** -64 ln(share of empty bits). */
export function distinct(words: Uint32Array, cell: number): number {
  const set = bits(words[cell] ?? 0) + bits(words[cell + 1] ?? 0);
  return set >= 64 ? 266 : -64 * Math.log(1 - set / 64);
}

function bits(word: number): number {
  let rest = word - ((word >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
