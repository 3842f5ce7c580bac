/** Columns as pages describe them, and as TanStack Table reads them. */

import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  type Row,
  type RowData,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';
import type { FileValue } from './table-file.ts';

export const features = tableFeatures({
  columnVisibilityFeature,
  rowSelectionFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
});

export type TableRow<T extends RowData> = Row<typeof features, T>;

export interface Column<T> {
  id: string;
  name: string;
  /** For sorting and for files; numbers and times stay numbers. */
  value: (row: T) => FileValue;
  /** What is drawn; the value as text when left out. */
  cell?: (row: T) => ReactNode;
  /** Least width in pixels, and its share of what is left. */
  width: { min: number; grow?: number };
  /** Numbers stand right-aligned, under one another. */
  numeric?: boolean;
  /** Which way the first click sorts; not sortable when left out. */
  sortFirst?: 'asc' | 'desc';
  /** Hidden until the reader asks for it. */
  extra?: boolean;
  /** What the number means, on hover of its header. */
  hint?: string;
}

export interface Sort {
  id: string;
  desc: boolean;
}

export function toColumnDefs<T extends RowData>(columns: Column<T>[]): ColumnDef<typeof features, T>[] {
  return columns.map((column) => ({
    id: column.id,
    header: column.name,
    accessorFn: column.value,
    enableSorting: column.sortFirst !== undefined,
    sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
  }));
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a ?? '').localeCompare(String(b ?? ''), 'en', { numeric: true });
}

/** One grid for the header and every row, so that columns line up without a table layout pass. */
export function gridOf<T>(columns: Column<T>[], selectable: boolean) {
  const tracks = columns.map(({ width }) => `minmax(${width.min}px, ${width.grow ?? 1}fr)`);
  const minWidth = columns.reduce((sum, { width }) => sum + width.min, selectable ? 40 : 0);
  const grid = { gridTemplateColumns: [...(selectable ? ['40px'] : []), ...tracks].join(' ') };
  return { grid, minWidth };
}

/** Next sort after a click on a header. The server sorts one way only; here a second click turns it round. */
export function nextSort<T>(column: Column<T>, sort: Sort | undefined, oneWay: boolean): Sort {
  const first = { id: column.id, desc: column.sortFirst === 'desc' };
  return sort?.id === column.id && !oneWay ? { id: column.id, desc: !sort.desc } : first;
}

/** Rows in the order in which the reader saw them, with their new values; rows that were not there follow. */
export function keepOrder<R extends { id: string }>(rows: readonly R[], shown: readonly R[]): readonly R[] {
  // A further page of a long list: nothing moved, and nothing has to be sought.
  if (shown.every(({ id }, index) => rows[index]?.id === id)) return rows;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const seen = new Set(shown.map(({ id }) => id));
  const kept = shown.map(({ id }) => byId.get(id)).filter((row) => row !== undefined);
  return [...kept, ...rows.filter(({ id }) => !seen.has(id))];
}
