/** Column types that the tables share. */

import { bigint, customType } from 'drizzle-orm/pg-core';

export const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
});

/** ms since the epoch, or a count: both stay far below 2^53. */
export const int8 = (name: string) => bigint(name, { mode: 'number' });
