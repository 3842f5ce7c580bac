/* biome-ignore-all lint/a11y/useSemanticElements: virtual rows are placed absolutely, which table elements cannot be. */
/* biome-ignore-all lint/a11y/useFocusableInteractive: focus goes to rows and to the controls inside, not to cells. */
'use client';

/** One row, or on a narrow screen one card. Memoised: a streaming page must not draw rows that did not change. */

import { type CSSProperties, type KeyboardEvent, memo, type ReactNode } from 'react';
import { cx } from './class-names.ts';
import type { Column } from './data-table-model.ts';

export interface RowActions {
  focus: (index: number) => void;
  open: ((index: number) => void) | undefined;
  toggle: ((index: number) => void) | undefined;
}

interface RowProps<T> {
  row: T;
  index: number;
  top: number;
  columns: Column<T>[];
  grid: CSSProperties;
  card: ((row: T) => ReactNode) | undefined;
  selected: boolean;
  current: boolean;
  /** Its details are open beside the list. */
  opened: boolean;
  actions: RowActions;
  label: string;
  /** For cards, whose height depends on what they say. */
  measure: ((element: HTMLElement | null) => void) | undefined;
}

function DataRow<T>(props: RowProps<T>) {
  const { row, index, columns, grid, card, selected, current, actions } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the grid (Enter, x) on the focused row.
    <div
      role="row"
      ref={props.measure}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={actions.toggle === undefined ? undefined : selected}
      tabIndex={current ? 0 : -1}
      onFocus={() => actions.focus(index)}
      onClick={(event) => {
        if (!isControl(event.target)) actions.open?.(index);
      }}
      style={{ ...(card ? {} : grid), transform: `translateY(${props.top}px)` }}
      className={cx(
        'absolute inset-x-0 top-0 border-b border-line -outline-offset-2',
        card ? 'flex items-start gap-3 px-4 py-2.5' : 'grid h-10 items-center',
        selected ? 'bg-accent-soft' : props.opened ? 'bg-raised' : 'hover:bg-hover focus:bg-hover',
        actions.open && 'cursor-pointer',
      )}
    >
      {actions.toggle && (
        <div role="gridcell" className={cx('flex items-center justify-center', card ? 'h-5' : 'size-10')}>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`Select ${props.label}`}
            checked={selected}
            onChange={() => actions.toggle?.(index)}
            className="size-4 accent-accent-fill"
          />
        </div>
      )}
      {card ? (
        <div role="gridcell" className="min-w-0 grow">
          {card(row)}
        </div>
      ) : (
        columns.map((column) => (
          <div
            key={column.id}
            role="gridcell"
            className={cx('min-w-0 truncate px-3', column.numeric && 'text-right')}
          >
            {column.cell ? column.cell(row) : column.value(row)}
          </div>
        ))
      )}
    </div>
  );
}

/** `memo` forgets type parameters; this puts back the one it had. */
export const MemoRow = memo(DataRow) as typeof DataRow;

/** A click on a link, a button or a field inside the row is theirs. */
function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, select, [role="menuitem"]') !== null;
}

/** Keys of a focused row. True when it was one of ours. */
export function runRowKey(
  event: KeyboardEvent,
  index: number,
  rows: number,
  actions: RowActions,
): number | undefined {
  // Fields and buttons inside the row keep their own keys.
  if (!(event.target instanceof HTMLElement) || event.target.role !== 'row') return undefined;
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const moves: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + 10,
    PageUp: index - 10,
    Home: 0,
    End: rows - 1,
  };
  const next = moves[event.key];
  if (next === undefined && event.key !== 'Enter' && event.key !== 'x') return undefined;
  event.preventDefault();
  if (event.key === 'Enter') actions.open?.(index);
  if (event.key === 'x') actions.toggle?.(index);
  return next === undefined ? undefined : Math.min(Math.max(next, 0), rows - 1);
}
