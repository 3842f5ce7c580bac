/** What a reader left out of a list, as SQL: the same for every list that has names in its columns. */

import { type Column, isNull, notInArray, or, type SQL } from 'drizzle-orm';
import { storableText } from './storable-text.ts';

/** For `and`. What names nothing is left out by nothing. */
export function withoutEach(
  columns: readonly Column[],
  names: readonly string[] | undefined,
): (SQL | undefined)[] {
  if (names === undefined || names.length === 0) return [];
  return columns.map((column) => or(isNull(column), notInArray(column, names.map(storableText))));
}
