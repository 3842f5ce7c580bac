/** FNV-1a over UTF-16 units: for sketches and deterministic ids, never for anything an attacker may not guess. */
export function hash32(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
}

/** The same text gives the same id: `alr_` and 20 base-36 digits' worth of 96 bits. */
export function stableId(prefix: string, text: string): string {
  const part = (seed: number) => hash32(text, seed).toString(36).padStart(7, '0');
  return `${prefix}${part(0x811c9dc5)}${part(0x01234567)}${part(0x6b8b4567)}`;
}
