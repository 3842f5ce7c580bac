/** A table as a file: CSV for spreadsheets, JSON for programs. */

export type FileValue = string | number | boolean | undefined;

export interface FileColumn<T> {
  id: string;
  value: (row: T) => FileValue;
}

/** RFC 4180, with a header line of column ids. */
export function toCsv<T>(columns: readonly FileColumn<T>[], rows: readonly T[]): string {
  const lines = [columns.map(({ id }) => csvField(id))];
  for (const row of rows) lines.push(columns.map(({ value }) => csvField(value(row))));
  return `${lines.map((fields) => fields.join(',')).join('\r\n')}\r\n`;
}

export function toJson<T>(columns: readonly FileColumn<T>[], rows: readonly T[]): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ id, value }) => [id, value(row)])));
  return `${JSON.stringify(objects, null, 2)}\n`;
}

function csvField(value: FileValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  // Names come from callers of the customer's API: a spreadsheet must not run one as a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function saveFile(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the data by the time the task queue turns.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
