'use client';

/**
 * The console's table: virtual rows under a sticky header, cards on narrow screens, sorting, selection, remembered
 * columns, files. Keys: j and k move, Enter opens, x selects, Esc lets go. The page owns the rows and the URL.
 */

import { type RowSelectionState, useTable } from '@tanstack/react-table';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { useGo } from '../_live/go.ts';
import { TableGrid } from './data-table-grid.tsx';
import { type Column, features, type Sort, toColumnDefs } from './data-table-model.ts';
import { formatCount } from './format.ts';
import { useRemembered } from './remembered.ts';
import { ColumnsMenu, ExportMenu } from './table-tools.tsx';
import { plural } from './words.ts';

export interface DataTableProps<T extends object> {
  /** Stable name: for files and for the reader's choice of columns. */
  name: string;
  label: string;
  /** `['user', 'users']` */
  noun: [one: string, many: string];
  /** Must be stable, as must `rows` while nothing changed. */
  columns: Column<T>[];
  /** Undefined while the first rows are on their way. */
  rows: readonly T[] | undefined;
  /** Ids of the columns to show while there is room for few; files keep all. */
  shownOnly?: readonly string[];
  rowId: (row: T) => string;
  /** The real total where `rows` are only the first. */
  total?: number;
  /** How many there are in all, where not all of them can be had. */
  outOf?: number;
  sort?: Sort;
  onSort?: (sort: Sort) => void;
  /** Rows come sorted, and one way only. */
  sortedByServer?: boolean;
  /** Given while there are more rows to fetch. */
  more?: { load: () => void; busy: boolean };
  /** Where a row leads; `onOpen` wins. */
  href?: (row: T) => string;
  onOpen?: (row: T) => void;
  /** Id of the row whose details are open beside the list. */
  openId?: string;
  /** A row as a card at 390 px. */
  card: (row: T) => ReactNode;
  /** Makes rows selectable. Stands in place of the tools while something is selected. */
  bulk?: (rows: T[], clear: () => void) => ReactNode;
  /** All rows that match, for files; those at hand when left out. */
  allRows?: () => Promise<readonly T[]>;
  /** Search and filters. */
  tools?: ReactNode;
  /** In place of rows: nothing there, or failing. */
  instead?: ReactNode;
  /** `page` fills the window and owns the j and k keys; `panel` grows to a few rows. */
  look: 'page' | 'panel';
  onScrolled?: (isAtTop: boolean) => void;
}

const nothing: never[] = [];
const noChoice: Record<string, boolean> = {};

/** A list that fills the page, and beside it room for what is open: each scrolls by itself. */
export const besideGrid = 'grid min-h-0 grow grid-rows-[minmax(20rem,1fr)] gap-4';

export function DataTable<T extends object>(props: DataTableProps<T>) {
  const { name, columns, rows, rowId, sort, total = rows?.length ?? 0, bulk } = props;
  const [choice, setChoice] = useRemembered(`columns-${name}`, noChoice, isChoice);
  const isShown = (id: string) => choice[id] ?? !columns.find((column) => column.id === id)?.extra;
  const shown = useShown(columns, choice, props.shownOnly);
  const [rowSelection, setRowSelection] = useState<RowSelectionState>({});
  const table = useTable({
    features,
    columns: useMemo(() => toColumnDefs(columns), [columns]),
    data: rows ?? nothing,
    getRowId: rowId,
    manualSorting: props.sortedByServer === true,
    enableRowSelection: bulk !== undefined,
    state: { rowSelection, sorting: useMemo(() => (sort ? [sort] : []), [sort]) },
    onRowSelectionChange: setRowSelection,
  });
  const selected = table.getSelectedRowModel().rows.map((row) => row.original);
  const open = useOpen(props);
  const clear = () => setRowSelection({});
  return (
    <section
      aria-label={props.label}
      data-fill={props.look === 'page' || undefined}
      className="flex min-w-0 flex-col rounded-lg border border-line bg-panel data-fill:min-h-80 data-fill:grow"
    >
      <div className="flex min-h-11 flex-wrap items-center gap-2 border-b border-line px-3 py-1.5">
        {bulk && selected.length > 0 ? bulk(selected, clear) : props.tools}
        <span className="ml-auto flex items-center gap-0.5">
          <span role="status" className="mr-1 text-xs whitespace-nowrap text-ink-3">
            {rows !== undefined && countText(total, props)}
          </span>
          <span className="max-sm:hidden">
            <ColumnsMenu
              columns={columns}
              isShown={isShown}
              onToggle={(id) => setChoice({ ...choice, [id]: !isShown(id) })}
            />
          </span>
          <ExportMenu
            name={name}
            columns={columns}
            total={total}
            rows={props.allRows ?? (async () => rows ?? nothing)}
          />
        </span>
      </div>
      <TableGrid
        {...props}
        columns={shown}
        total={total}
        rows={table.getRowModel().rows}
        loading={rows === undefined}
        selectable={bulk !== undefined}
        open={open}
        clear={clear}
        selection={{
          all: total > 0 && table.getIsAllRowsSelected(),
          some: selected.length > 0,
          toggleAll: () => table.toggleAllRowsSelected(),
        }}
      />
    </section>
  );
}

/** The first column names the row and always stays. */
function useShown<T>(
  columns: Column<T>[],
  choice: Record<string, boolean>,
  only: readonly string[] | undefined,
): Column<T>[] {
  return useMemo(
    () =>
      columns.filter(({ id, extra }, index) =>
        only === undefined ? index === 0 || (choice[id] ?? !extra) : only.includes(id),
      ),
    [columns, choice, only],
  );
}

function useOpen<T extends object>({ href, onOpen }: DataTableProps<T>): ((row: T) => void) | undefined {
  const go = useGo();
  const open = useCallback(
    (row: T) => {
      if (onOpen) onOpen(row);
      else if (href) go(href(row));
    },
    [href, onOpen, go],
  );
  return href || onOpen ? open : undefined;
}

function countText(
  total: number,
  { outOf = total, noun }: Pick<DataTableProps<object>, 'outOf' | 'noun'>,
): string {
  const all = Math.max(outOf, total);
  const shown = all > total ? `${formatCount(total)} of ` : '';
  return `${shown}${formatCount(all)} ${plural(all, ...noun)}`;
}

function isChoice(value: unknown): value is Record<string, boolean> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((shown) => typeof shown === 'boolean')
  );
}
