'use client';

/**
 * A text area for code: a coloured copy of the text lies under transparent letters, so that typing, selecting, undo and
 * screen readers are the browser's own. The copy gives the size; the frame around both scrolls.
 */

import { CircleAlert, TriangleAlert } from 'lucide-react';
import { type RefObject, useMemo } from 'react';
import type { PolicyMistake } from '../../../../lib/contract/policies.ts';
import { cx } from '../../../_ui/class-names.ts';
import { cedarPieces, type PieceKind } from './cedar-tokens.ts';

interface CodeAreaProps {
  label: string;
  text: string;
  mistakes: readonly PolicyMistake[];
  warnings: readonly PolicyMistake[];
  readOnly: boolean;
  area: RefObject<HTMLTextAreaElement | null>;
  onChange: (text: string) => void;
}

const type = 'font-mono text-xs leading-5 whitespace-pre [tab-size:2]';

const looks: Record<PieceKind, string> = {
  plain: '',
  comment: 'text-ink-3',
  text: 'text-accent',
  annotation: 'text-ink-2',
  permit: 'font-semibold text-accent',
  forbid: 'font-semibold text-deny',
  word: 'font-medium',
};

export function CodeArea({ label, text, mistakes, warnings, readOnly, area, onChange }: CodeAreaProps) {
  const pieces = useMemo(() => cedarPieces(text), [text]);
  const lineCount = text.split('\n').length;
  const marks = useMemo(() => marksOf(mistakes, warnings), [mistakes, warnings]);
  return (
    <div className="h-[55dvh] min-h-72 md:h-[calc(100dvh-15.5rem)] overflow-auto overscroll-contain bg-panel has-[textarea:focus-visible]:relative has-[textarea:focus-visible]:z-10 has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:outline-accent">
      <div className="flex min-h-full min-w-max">
        <Gutter lines={lineCount} marks={marks} />
        <div className="relative grow">
          <Underlay marks={marks} />
          <pre aria-hidden className={cx(type, 'relative py-2 pr-8 pl-3')}>
            {pieces.map(({ kind, text: piece }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no names, and each is drawn anew.
              <span key={at} className={looks[kind]}>
                {piece}
              </span>
            ))}
            {'\n'}
          </pre>
          <textarea
            ref={area}
            aria-label={label}
            aria-invalid={mistakes.length > 0}
            value={text}
            readOnly={readOnly}
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            wrap="off"
            onChange={({ target }) => onChange(target.value)}
            className={cx(
              type,
              'absolute inset-0 size-full resize-none overflow-hidden bg-transparent py-2 pr-8 pl-3 caret-ink outline-none [-webkit-text-fill-color:transparent]',
            )}
          />
        </div>
      </div>
    </div>
  );
}

type Marks = ReadonlyMap<number, { isMistake: boolean; message: string }>;

function marksOf(mistakes: readonly PolicyMistake[], warnings: readonly PolicyMistake[]): Marks {
  const marks = new Map<number, { isMistake: boolean; message: string }>();
  for (const { line, message } of warnings) if (line) marks.set(line, { isMistake: false, message });
  for (const { line, message } of mistakes) if (line) marks.set(line, { isMistake: true, message });
  return marks;
}

function Gutter({ lines, marks }: { lines: number; marks: Marks }) {
  return (
    <ol
      aria-hidden
      className="sticky left-0 z-1 shrink-0 border-r border-line bg-panel py-2 text-right font-mono text-xs leading-5 text-ink-3 select-none"
    >
      {Array.from({ length: lines }, (_, index) => index + 1).map((line) => {
        const mark = marks.get(line);
        const Icon = mark?.isMistake ? CircleAlert : TriangleAlert;
        return (
          <li
            key={line}
            title={mark?.message}
            className={cx(
              'flex h-5 items-center justify-end gap-1 pr-2 pl-2',
              mark && 'font-medium text-ink',
            )}
          >
            <span className="w-3.5">
              {mark && <Icon className={cx('size-3.5', mark.isMistake && 'text-deny')} strokeWidth={2} />}
            </span>
            <span className="min-w-5">{line}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Underlay({ marks }: { marks: Marks }) {
  return (
    <div aria-hidden className="absolute inset-x-0 top-2">
      {[...marks].map(([line, { isMistake }]) => (
        <span
          key={line}
          className={cx('absolute inset-x-0 h-5', isMistake ? 'bg-deny-soft' : 'bg-raised')}
          style={{ top: `${(line - 1) * 1.25}rem` }}
        />
      ))}
    </div>
  );
}
