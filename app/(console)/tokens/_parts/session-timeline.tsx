'use client';

import { CircleX, KeyRound, type LucideIcon, RefreshCw, TriangleAlert } from 'lucide-react';
import type { TokenEvent } from '../../../../lib/contract/sessions.ts';
import { cx } from '../../../_ui/class-names.ts';
import { formatCount } from '../../../_ui/format.ts';
import { Moment } from '../../../_ui/time.tsx';
import { endReason } from './session-words.ts';
import { type TimelineLine, timelineLines } from './timeline-model.ts';

const icons: Record<TokenEvent['kind'], LucideIcon> = {
  issued: KeyRound,
  rotated: RefreshCw,
  reused: TriangleAlert,
  revoked: CircleX,
};

/** What happened to the tokens of one session, newest first. */
export function SessionTimeline({ timeline }: { timeline: readonly TokenEvent[] }) {
  if (timeline.length === 0) {
    return <p className="px-4 py-3 text-ink-2">Nothing was recorded about its tokens.</p>;
  }
  return (
    <ol className="px-4 py-2">
      {timelineLines(timeline).map((line, index, lines) => (
        <Line key={`${line.at} ${line.kind}`} line={line} isLast={index === lines.length - 1} />
      ))}
    </ol>
  );
}

function Line({ line, isLast }: { line: TimelineLine; isLast: boolean }) {
  const { kind, at, sinceAt, count, address, moved } = line;
  const Icon = icons[kind];
  const isBad = kind === 'reused' || kind === 'revoked';
  return (
    <li className="relative flex gap-3 pb-3 last:pb-1">
      {!isLast && <span aria-hidden className="absolute top-6 bottom-0 left-2.5 w-px bg-line" />}
      <span
        className={cx(
          'mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full border bg-panel',
          isBad ? 'border-deny text-deny' : 'border-line-strong text-ink-2',
        )}
      >
        <Icon aria-hidden className="size-3" strokeWidth={2} />
      </span>
      <span className="min-w-0 grow wrap-anywhere">
        <span className={cx('block', isBad && 'font-medium')}>{lineText(line)}</span>
        <span className="flex flex-wrap gap-x-2 text-xs text-ink-3">
          {count > 1 ? (
            <span>
              <Moment at={sinceAt} /> – <Moment at={at} />
            </span>
          ) : (
            <Moment at={at} />
          )}
          {address !== undefined && <span>from {address}</span>}
          {moved && <span className="font-medium text-ink">another address than before</span>}
        </span>
      </span>
    </li>
  );
}

function lineText({ kind, count, reason }: TimelineLine): string {
  switch (kind) {
    case 'issued':
      return 'Issued';
    case 'rotated':
      return count === 1 ? 'Rotated' : `Rotated ${formatCount(count)} times`;
    case 'reused':
      return 'A spent token was shown again: two parties held this session';
    case 'revoked':
      return `Revoked${reason === undefined ? '' : `: ${endReason(reason)}`}`;
  }
}
