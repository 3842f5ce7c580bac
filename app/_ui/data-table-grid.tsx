/* biome-ignore-all lint/a11y/useSemanticElements: virtual rows are placed absolutely, which table elements cannot be. */
/* biome-ignore-all lint/a11y/useFocusableInteractive: focus goes to rows and to the controls inside, not to cells. */
'use client';

/** The scrolling part of a table: header, the rows in sight, and what stands there when there are none. */

import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import {
  type FocusEvent,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { cx } from './class-names.ts';
import { TableHeader } from './data-table-header.tsx';
import { type Column, gridOf, keepOrder, type Sort, type TableRow } from './data-table-model.ts';
import { MemoRow, type RowActions, runRowKey } from './data-table-row.tsx';
import { useHotkeys } from './hotkeys.ts';
import { useNarrow } from './narrow.ts';
import { Skeleton } from './states.tsx';

interface TableGridProps<T extends object> {
  label: string;
  columns: Column<T>[];
  rows: readonly TableRow<T>[];
  rowId: (row: T) => string;
  total: number;
  loading: boolean;
  look: 'page' | 'panel';
  card: (row: T) => ReactNode;
  instead?: ReactNode;
  more?: { load: () => void; busy: boolean };
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  sortedByServer?: boolean;
  selectable: boolean;
  selection: { all: boolean; some: boolean; toggleAll: () => void };
  open: ((row: T) => void) | undefined;
  clear: () => void;
  openId?: string;
  onScrolled?: (isAtTop: boolean) => void;
}

const rowPx = 40;
const cardPx = 62;
const headerPx = 32;
/** Ask for the next page this many rows before the end comes into sight. */
const loadAhead = 30;

export function TableGrid<T extends object>(props: TableGridProps<T>) {
  const { columns, look, loading, instead, more } = props;
  const narrow = useNarrow();
  const scroller = useRef<HTMLDivElement>(null);
  const { rows, holding } = useHeldRows(props);
  const [at, setAt] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? cardPx : rowPx),
    // Stable while the rows are: a new one lays all of them out again, with every row that scrolls by.
    getItemKey: useCallback((index: number) => rows[index]?.id ?? index, [rows]),
    overscan: 12,
    rangeExtractor: useCallback((range: Range) => withRow(range, at), [at]),
    // The header stands above the rows: without this the last row in sight would end below the edge.
    scrollPaddingEnd: narrow ? 0 : headerPx,
  });
  const keys = useRowKeys({ ...props, rows, at, setAt }, (index) => virtual.scrollToIndex(index), scroller);
  const items = virtual.getVirtualItems();
  useLoadAhead(more, rows.length, virtual.range?.endIndex ?? 0);
  const { minWidth, grid } = useMemo(() => gridOf(columns, props.selectable), [columns, props.selectable]);
  return (
    <div
      ref={scroller}
      onScroll={(event) => props.onScrolled?.(event.currentTarget.scrollTop < 8)}
      className={cx(
        'relative overflow-auto overscroll-contain rounded-b-lg',
        look === 'page' ? 'min-h-0 flex-1' : 'max-h-108',
      )}
    >
      {instead ?? (
        <div
          role="grid"
          aria-label={props.label}
          aria-rowcount={props.total + 1}
          aria-busy={loading}
          aria-multiselectable={props.selectable || undefined}
          onKeyDown={keys.onKeyDown}
          {...holding}
          style={narrow ? undefined : { minWidth }}
        >
          {!narrow && <TableHeader {...props} grid={grid} />}
          {loading ? (
            <SkeletonBody rows={look === 'page' ? 12 : 5} narrow={narrow} />
          ) : (
            <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
              {items.map((item) => {
                const row = rows[item.index];
                if (row === undefined) return null;
                return (
                  <MemoRow
                    key={item.key}
                    row={row.original}
                    index={item.index}
                    top={item.start}
                    columns={columns}
                    grid={grid}
                    card={narrow ? props.card : undefined}
                    selected={row.getIsSelected()}
                    current={item.index === keys.current}
                    opened={row.id === props.openId}
                    actions={keys.actions}
                    label={row.id}
                    measure={narrow ? virtual.measureElement : undefined}
                  />
                );
              })}
            </div>
          )}
          {more?.busy && !loading && <SkeletonBody rows={1} narrow={narrow} />}
        </div>
      )}
    </div>
  );
}

/**
 * While the pointer or the focus is on a row, rows keep their places, whatever the numbers do: nothing may move away
 * from under a hand. A new sort ends that, until the next time.
 */
function useHeldRows<T extends object>({ rows, sort }: TableGridProps<T>) {
  const order = `${sort?.id} ${sort?.desc}`;
  const [heldOrder, setHeldOrder] = useState<string>();
  const isHeld = heldOrder === order;
  const seen = useRef<readonly TableRow<T>[]>([]);
  const shown = useMemo(() => {
    seen.current = isHeld ? keepOrder(rows, seen.current) : rows;
    return seen.current;
  }, [rows, isHeld]);
  const hold = () => setHeldOrder(order);
  const release = (grid: Element, next: EventTarget | null) => {
    if (!(next instanceof Node && grid.contains(next))) setHeldOrder(undefined);
  };
  const holding = {
    onPointerEnter: hold,
    onPointerLeave: (event: PointerEvent) => release(event.currentTarget, document.activeElement),
    onFocus: hold,
    onBlur: (event: FocusEvent) => release(event.currentTarget, event.relatedTarget),
  };
  return { rows: shown, holding };
}

function useLoadAhead(more: TableGridProps<object>['more'], count: number, last: number): void {
  useEffect(() => {
    if (more && !more.busy && count > 0 && last >= count - loadAhead) more.load();
  }, [more, count, last]);
}

/** The row in the tab order is always drawn: scrolled out of sight it would take the focus with it. */
function withRow(range: Range, at: number): number[] {
  const indexes = defaultRangeExtractor(range);
  if (at >= range.count || indexes.includes(at)) return indexes;
  return at < (indexes[0] ?? 0) ? [at, ...indexes] : [...indexes, at];
}

/** A roving row: one is in the tab order, and keys move which. */
function useRowKeys<T extends object>(
  props: TableGridProps<T> & { at: number; setAt: (index: number) => void },
  scrollTo: (index: number) => void,
  scroller: { current: HTMLElement | null },
) {
  const { rows, look, clear, at, setAt } = props;
  const current = Math.min(at, Math.max(rows.length - 1, 0));
  const latest = useRef({ rows, open: props.open });
  latest.current = { rows, open: props.open };
  const openable = props.open !== undefined;
  const actions: RowActions = useMemo(() => {
    const rowAt = (index: number) => latest.current.rows[index];
    const open = (index: number) => {
      const row = rowAt(index);
      if (row) latest.current.open?.(row.original);
    };
    const toggle = (index: number) => rowAt(index)?.toggleSelected();
    return {
      focus: setAt,
      open: openable ? open : undefined,
      toggle: props.selectable ? toggle : undefined,
    };
  }, [openable, props.selectable, setAt]);
  const focus = useCallback(
    (index: number) => {
      setAt(index);
      scrollTo(index);
      const find = () =>
        scroller.current?.querySelector<HTMLElement>(`[role="row"][data-index="${index}"]`) ?? undefined;
      const row = find();
      // At once where it can be, so that the next key already meets the row; else it has to be drawn first.
      if (row) row.focus({ preventScroll: true });
      else requestAnimationFrame(() => find()?.focus({ preventScroll: true }));
    },
    [scrollTo, scroller, setAt],
  );
  const hasFocus = () => scroller.current?.querySelector('[role="row"]:focus') != null;
  const step = (by: number) => {
    if (rows.length === 0) return;
    focus(hasFocus() ? Math.min(Math.max(current + by, 0), rows.length - 1) : current);
  };
  const moves = [
    { keys: 'j', label: 'Next row', run: () => step(1) },
    { keys: 'k', label: 'Previous row', run: () => step(-1) },
    ...(openable ? [{ keys: 'Enter', label: 'Open the row' }] : []),
    ...(props.selectable ? [{ keys: 'x', label: 'Select the row' }] : []),
  ];
  useHotkeys(look === 'page' ? moves : []);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = runRowKey(event, current, rows.length, actions);
    if (next !== undefined) focus(next);
    if (event.key === 'Escape' && props.selection.some) clear();
  };
  return { current, actions, onKeyDown };
}

function SkeletonBody({ rows, narrow }: { rows: number; narrow: boolean }) {
  return (
    <div role="row" aria-label="Loading rows">
      {Array.from({ length: rows }, (_, index) => index).map((index) => (
        <div
          key={index}
          role="gridcell"
          className={cx('flex items-center gap-6 border-b border-line px-4', narrow ? 'h-15.5' : 'h-10')}
        >
          <Skeleton className={cx('h-3', index % 3 === 0 ? 'w-40' : 'w-56')} />
          <Skeleton className="ml-auto h-3 w-20" />
          <Skeleton className="hidden h-3 w-28 sm:block" />
        </div>
      ))}
    </div>
  );
}
