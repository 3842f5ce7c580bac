import { cx } from '../../../_ui/class-names.ts';
import { formatCount } from '../../../_ui/format.ts';
import { plural } from '../../../_ui/words.ts';
import type { DiffLine } from './text-diff.ts';

const looks: Record<DiffLine['kind'], { sign: string; said: string; look: string }> = {
  same: { sign: ' ', said: '', look: 'text-ink-2' },
  added: { sign: '+', said: 'comes: ', look: 'bg-accent-soft' },
  removed: { sign: '−', said: 'goes: ', look: 'bg-deny-soft' },
  skipped: { sign: ' ', said: '', look: 'text-ink-3 bg-raised' },
};

/** One document, with what would come and what would go. */
export function DiffView({ name, lines }: { name: string; lines: readonly DiffLine[] }) {
  const count = (kind: DiffLine['kind']) => lines.filter((line) => line.kind === kind).length;
  return (
    <figure className="min-w-0 overflow-hidden rounded-lg border border-line">
      <figcaption className="flex items-center justify-between gap-2 border-b border-line bg-raised px-3 py-1.5 text-xs text-ink-2">
        <span className="font-medium text-ink">{name}</span>
        <span>
          {formatCount(count('added'))} {plural(count('added'), 'line comes', 'lines come')},{' '}
          {formatCount(count('removed'))} {plural(count('removed'), 'goes', 'go')}
        </span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: text that scrolls must be reachable by the keyboard. */}
      <pre tabIndex={0} className="overflow-x-auto bg-canvas py-2 font-mono text-xs leading-5">
        <code className="block min-w-max">
          {lines.map(({ kind, text, count: skipped }, at) => {
            const { sign, said, look } = looks[kind];
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines may be equal, and the list never changes.
              <span key={at} className={cx('flex gap-3 px-3', look)}>
                <span aria-hidden className="w-2 shrink-0 select-none">
                  {sign}
                </span>
                <span className="sr-only">{said}</span>
                {kind === 'skipped' ? `${formatCount(skipped)} lines that agree` : text || ' '}
              </span>
            );
          })}
        </code>
      </pre>
    </figure>
  );
}
