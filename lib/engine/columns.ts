/**
 * Columns: one typed array per quantity, one row per key, allocated once at their cap (untouched pages cost nothing)
 * and saved as raw bytes. A column with a stride keeps several numbers of one row side by side, because they are
 * read together.
 */

export type TypedColumn = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

export interface Column {
  name: string;
  data: TypedColumn;
  stride: number;
}

/** A table that can be saved: its columns, and how many rows are in use. */
export interface Saved {
  columns: Column[];
  rows: number;
}

export const column = (name: string, data: TypedColumn, stride = 1): Column => ({ name, data, stride });

/**
 * Rows that begin where a cache line does. Large buffers begin 16 bytes past a page, behind the
 * allocator's own; where that is otherwise, nothing but a little speed is lost.
 */
export const lineOfBytes = (length: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(new ArrayBuffer(length + 64), 48, length);

/** Empties one row of every column. */
export function clearRow(columns: readonly Column[], row: number): void {
  for (const { data, stride } of columns) data.fill(0, row * stride, (row + 1) * stride);
}
