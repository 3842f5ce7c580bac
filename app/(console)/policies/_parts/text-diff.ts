/** Two texts side by side, line by line (the longest common subsequence), with long stretches that agree left out. Pure. */

export interface DiffLine {
  kind: 'same' | 'added' | 'removed' | 'skipped';
  text: string;
  /** Lines that are left out; 1 for every other kind. */
  count: number;
}

/** Lines that agree and are shown before and after a change. */
const contextLines = 3;

export function diffLines(before: string, after: string): DiffLine[] {
  return before === after ? [] : folded(allLines(linesOf(before), linesOf(after)));
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function allLines(before: string[], after: string[]): DiffLine[] {
  const longest = commonLengths(before, after);
  const length = (b: number, a: number) => longest[b]?.[a] ?? 0;
  const lines: DiffLine[] = [];
  let b = 0;
  let a = 0;
  while (b < before.length || a < after.length) {
    const isSame = b < before.length && a < after.length && before[b] === after[a];
    if (isSame) lines.push({ kind: 'same', text: before[b++] ?? '', count: 1 });
    else if (b < before.length && (a >= after.length || length(b + 1, a) >= length(b, a + 1))) {
      lines.push({ kind: 'removed', text: before[b++] ?? '', count: 1 });
    } else lines.push({ kind: 'added', text: after[a++] ?? '', count: 1 });
    if (isSame) a += 1;
  }
  return lines;
}

/** At [b][a]: how many lines the texts have in common from there on. A document has a few hundred lines at most. */
function commonLengths(before: string[], after: string[]): Uint16Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1));
  for (let b = before.length - 1; b >= 0; b--) {
    for (let a = after.length - 1; a >= 0; a--) {
      const row = rows[b];
      const next = rows[b + 1];
      if (row === undefined || next === undefined) continue;
      row[a] = before[b] === after[a] ? (next[a + 1] ?? 0) + 1 : Math.max(next[a] ?? 0, row[a + 1] ?? 0);
    }
  }
  return rows;
}

function folded(lines: DiffLine[]): DiffLine[] {
  const isNear = lines.map((_, at) =>
    lines.slice(Math.max(0, at - contextLines), at + contextLines + 1).some(({ kind }) => kind !== 'same'),
  );
  const shown: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    const last = shown.at(-1);
    if (isNear[at]) shown.push(line);
    else if (last?.kind === 'skipped') last.count += 1;
    else shown.push({ kind: 'skipped', text: '', count: 1 });
  }
  return shown;
}
