import { ArrowRight } from 'lucide-react';
import type { PolicyChange } from '../../../../lib/contract/policies.ts';
import { ConclusionBadge } from '../../../_ui/badges.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Ago } from '../../../_ui/time.tsx';

/** Whose requests, for what, from which answer to which, and by which policy. */
export function DryRunChanges({ changes, max }: { changes: readonly PolicyChange[]; max?: number }) {
  if (changes.length === 0) return null;
  const shown = changes.slice(0, max);
  return (
    <>
      <ul className="max-h-108 overflow-y-auto border-t border-line">
        {shown.map((change) => (
          <Change key={keyOf(change)} change={change} />
        ))}
      </ul>
      {shown.length < changes.length && (
        <p className="border-t border-line px-4 py-2 text-xs text-ink-3">
          and {formatCount(changes.length - shown.length)} more kinds of requests
        </p>
      )}
    </>
  );
}

function Change({ change }: { change: PolicyChange }) {
  const { action, principal, resource, from, to, count, lastAt, policies } = change;
  return (
    <li className="flex flex-col gap-1 border-b border-line px-4 py-2 last:border-b-0">
      <span className="flex flex-wrap items-baseline gap-x-2">
        <span className="font-medium">{principal.name}</span>
        <span className="text-xs text-ink-3">{principal.role}</span>
        <span className="ml-auto text-xs text-ink-2">
          {formatCount(count)}×, last <Ago at={lastAt} />
        </span>
      </span>
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <code className="font-mono text-xs wrap-anywhere">
          {action}
          {resource.id !== '' && <span className="text-ink-3"> {resource.id}</span>}
        </code>
        <span className="ml-auto flex items-center gap-1.5">
          <ConclusionBadge conclusion={from} />
          <ArrowRight aria-label="becomes" className="size-3.5 text-ink-3" />
          <ConclusionBadge conclusion={to} />
        </span>
      </span>
      <span className="text-xs text-ink-3 wrap-anywhere">
        {policies.length === 0 ? 'nothing permits it any more' : `by ${policies.join(', ')}`}
      </span>
    </li>
  );
}

function keyOf({ action, principal, resource, from, to, policies }: PolicyChange): string {
  return [action, principal.id, resource.type, resource.id, from, to, ...policies].join(' ');
}
