import type { IngestKey } from '../../../../lib/contract/console.ts';
import { Button } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import { Ago, Moment } from '../../../_ui/time.tsx';

export function IngestKeyRow({ ingestKey, onRevoke }: { ingestKey: IngestKey; onRevoke: () => void }) {
  const { name, prefix, createdAt, createdBy, lastUsedAt, revokedAt, fromEnvironment } = ingestKey;
  const isRevoked = revokedAt !== undefined;
  return (
    <li className="flex min-h-14 items-center gap-3 border-b border-line px-4 py-2 last:border-b-0">
      <div className="min-w-0 grow">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className={cx('truncate font-medium', isRevoked && 'text-ink-3 line-through')}>{name}</span>
          <code className="font-mono text-xs text-ink-2">{prefix}…</code>
        </p>
        <p className="text-xs text-ink-3">
          {fromEnvironment ? (
            'Given by the environment since this start'
          ) : (
            <>
              Made by {createdBy}, <Ago at={createdAt} />
            </>
          )}
          {' · '}
          {lastUsedAt === undefined ? (
            'never used'
          ) : (
            <>
              used <Ago at={lastUsedAt} />
            </>
          )}
        </p>
      </div>
      {isRevoked ? (
        <span className="shrink-0 text-xs text-ink-3">
          revoked <Moment at={revokedAt} />
        </span>
      ) : fromEnvironment ? (
        <span
          title="Remove it from the environment and restart to end it"
          className="shrink-0 rounded border border-line-strong px-1.5 text-xs leading-5 text-ink-2"
        >
          Environment
        </span>
      ) : (
        <Button size="sm" aria-label={`Revoke ${name}`} onClick={onRevoke}>
          Revoke
        </Button>
      )}
    </li>
  );
}
