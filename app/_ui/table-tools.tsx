'use client';

/** What every table offers at its right edge: which columns, and its rows as a file. */

import { Columns3, Download } from 'lucide-react';
import { problemText } from '../_session/problem.ts';
import { IconButton } from './button.tsx';
import type { Column } from './data-table-model.ts';
import { formatCount } from './format.ts';
import { Menu, MenuCheck, MenuItem, MenuLabel } from './menu.tsx';
import { saveFile, toCsv, toJson } from './table-file.ts';
import { toast } from './toast.tsx';

interface ColumnsMenuProps<T> {
  columns: Column<T>[];
  isShown: (id: string) => boolean;
  onToggle: (id: string) => void;
}

/** The first column names the row and stays. */
export function ColumnsMenu<T>({ columns, isShown, onToggle }: ColumnsMenuProps<T>) {
  return (
    <Menu trigger={<IconButton icon={Columns3} label="Columns" small />}>
      <MenuLabel>Columns</MenuLabel>
      {columns.slice(1).map(({ id, name }) => (
        <MenuCheck key={id} checked={isShown(id)} keepOpen onSelect={() => onToggle(id)}>
          {name}
        </MenuCheck>
      ))}
    </Menu>
  );
}

interface ExportMenuProps<T> {
  name: string;
  columns: Column<T>[];
  total: number;
  /** Every row that matches, not only those on screen. */
  rows: () => Promise<readonly T[]>;
}

export function ExportMenu<T>({ name, columns, total, rows }: ExportMenuProps<T>) {
  async function save(format: 'csv' | 'json') {
    try {
      const all = await rows();
      const text = format === 'csv' ? toCsv(columns, all) : toJson(columns, all);
      const type = format === 'csv' ? 'text/csv' : 'application/json';
      saveFile(`tidegate-${name}.${format}`, type, text);
    } catch (error) {
      toast({ text: `Nothing was exported: ${problemText(error)}`, failing: true });
    }
  }
  return (
    <Menu trigger={<IconButton icon={Download} label="Export" small disabled={total === 0} />}>
      <MenuLabel>Export {formatCount(total)} as</MenuLabel>
      <MenuItem onSelect={() => void save('csv')}>CSV</MenuItem>
      <MenuItem onSelect={() => void save('json')}>JSON</MenuItem>
    </Menu>
  );
}
