/**
 * Text as PostgreSQL can hold it: no NUL, and no half of a surrogate pair, which jsonb refuses. Names in monitored
 * traffic come from attackers, and one odd character must not keep a whole batch of alerts out of the database.
 */
export function storableText(value: string): string {
  return value.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** The same for every string inside a JSON value. */
export function storableJson<T>(value: T): T {
  // Parsing what was just written gives the same shape; only characters inside strings differ.
  return JSON.parse(
    JSON.stringify(value, (_key, inner) => (typeof inner === 'string' ? storableText(inner) : inner)),
  );
}

/** A person who types `%` or `_` in a search means that character. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, (character) => `\\${character}`);
}
