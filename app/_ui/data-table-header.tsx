/* biome-ignore-all lint/a11y/useSemanticElements: virtual rows are placed absolutely, which table elements cannot be. */
/* biome-ignore-all lint/a11y/useFocusableInteractive: focus goes to rows and to the controls inside, not to cells. */
'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import type { CSSProperties } from 'react';
import { cx } from './class-names.ts';
import { type Column, nextSort, type Sort } from './data-table-model.ts';

interface TableHeaderProps<T> {
  columns: Column<T>[];
  grid: CSSProperties;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  sortedByServer?: boolean;
  selectable: boolean;
  selection: { all: boolean; some: boolean; toggleAll: () => void };
}

export function TableHeader<T>(props: TableHeaderProps<T>) {
  const { columns, grid, sort, selection } = props;
  return (
    <div role="rowgroup" className="sticky top-0 z-10 bg-panel">
      <div role="row" aria-rowindex={1} className="grid h-8 items-center border-b border-line" style={grid}>
        {props.selectable && (
          <div role="columnheader" className="flex justify-center">
            <input
              type="checkbox"
              aria-label="Select all rows"
              checked={selection.all}
              ref={(box) => {
                if (box) box.indeterminate = selection.some && !selection.all;
              }}
              onChange={selection.toggleAll}
              className="size-4 accent-accent-fill"
            />
          </div>
        )}
        {columns.map((column) => {
          const sorted = sort?.id === column.id ? sort : undefined;
          return (
            <div
              key={column.id}
              role="columnheader"
              title={column.hint}
              aria-sort={sorted ? (sorted.desc ? 'descending' : 'ascending') : undefined}
              className={cx('flex min-w-0 px-3 text-xs text-ink-3', column.numeric && 'justify-end')}
            >
              <HeaderName column={column} sorted={sorted} {...props} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function HeaderName<T>(
  props: Pick<TableHeaderProps<T>, 'sort' | 'onSort' | 'sortedByServer'> & {
    column: Column<T>;
    sorted: Sort | undefined;
  },
) {
  const { column, sorted, onSort } = props;
  if (column.sortFirst === undefined || onSort === undefined) {
    return <span className="truncate">{column.name}</span>;
  }
  const Arrow = sorted && !sorted.desc ? ArrowUp : ArrowDown;
  return (
    <button
      type="button"
      onClick={() => onSort(nextSort(column, props.sort, props.sortedByServer === true))}
      className={cx(
        'group flex min-w-0 items-center gap-1 rounded hover:text-ink',
        column.numeric && 'flex-row-reverse',
        sorted && 'font-medium text-ink',
      )}
    >
      <span className="truncate">{column.name}</span>
      <Arrow aria-hidden className={cx('size-3 shrink-0', !sorted && 'opacity-0 group-hover:opacity-60')} />
    </button>
  );
}
