'use client';

import { CircleAlert, CircleCheck, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { PolicyMistake, PolicyVerdict } from '../../../../lib/contract/policies.ts';
import { problemText } from '../../../_session/problem.ts';
import { cx } from '../../../_ui/class-names.ts';
import { formatCount } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { plural } from '../../../_ui/words.ts';

interface MistakesProps {
  verdict: PolicyVerdict | undefined;
  isChecking: boolean;
  error: unknown;
  /** False where one may not have texts checked. */
  isOffered: boolean;
  onGo: (mistake: PolicyMistake) => void;
}

/** Whether the draft can be published, and every place that keeps it from that. */
export function Mistakes({ verdict, isChecking, error, isOffered, onGo }: MistakesProps) {
  const found = verdict?.mistakes.length ?? 0;
  const warned = verdict?.warnings.length ?? 0;
  return (
    <Panel
      title="Check"
      note={isChecking && isOffered ? 'checking' : undefined}
      actions={
        isChecking &&
        isOffered && <LoaderCircle aria-hidden className="mr-2 size-4 animate-spin text-ink-3" />
      }
    >
      <div role="status">
        {!isOffered ? (
          <p className="px-4 py-3 text-ink-2">You may read policies, not have them checked or changed.</p>
        ) : verdict === undefined ? (
          <p className="px-4 py-3 text-ink-2">
            {error ? `The draft could not be checked: ${problemText(error)}` : 'Checking the draft.'}
          </p>
        ) : found === 0 ? (
          <p className="flex items-center gap-2 px-4 py-3">
            <CircleCheck aria-hidden className="size-4 shrink-0 text-accent" strokeWidth={1.75} />
            No mistake{warned > 0 && `, ${formatCount(warned)} ${plural(warned, 'warning')}`}.
          </p>
        ) : (
          <p className="px-4 pt-3 pb-1 font-medium">
            {formatCount(found)} {plural(found, 'mistake')}: it cannot be published yet.
          </p>
        )}
      </div>
      {isOffered && verdict && found + warned > 0 && (
        <ul className="max-h-72 overflow-y-auto pb-1">
          {verdict.mistakes.map((mistake) => (
            <Line key={keyOf(mistake)} mistake={mistake} isMistake onGo={onGo} />
          ))}
          {verdict.warnings.map((warning) => (
            <Line key={keyOf(warning)} mistake={warning} isMistake={false} onGo={onGo} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Line(props: { mistake: PolicyMistake; isMistake: boolean; onGo: (mistake: PolicyMistake) => void }) {
  const { mistake, isMistake, onGo } = props;
  const { document, line, column, message } = mistake;
  const Icon = isMistake ? CircleAlert : TriangleAlert;
  const place = [document, line, column].filter((part) => part !== undefined && part !== '').join(':');
  const text = (
    <>
      <Icon
        aria-hidden
        className={cx('mt-0.5 size-4 shrink-0', isMistake ? 'text-deny' : 'text-ink-3')}
        strokeWidth={1.75}
      />
      <span className="min-w-0 grow wrap-anywhere">
        <span className="sr-only">{isMistake ? 'Mistake: ' : 'Warning: '}</span>
        {message}
        {place !== '' && <code className="block font-mono text-xs text-ink-3">{place}</code>}
      </span>
    </>
  );
  const shape = 'flex w-full gap-2 px-4 py-1.5 text-left -outline-offset-2';
  if (document === '') return <li className={shape}>{text}</li>;
  return (
    <li>
      <button type="button" onClick={() => onGo(mistake)} className={cx(shape, 'hover:bg-hover')}>
        {text}
      </button>
    </li>
  );
}

function keyOf({ document, line, column, message }: PolicyMistake): string {
  return `${document}:${line}:${column}:${message}`;
}
