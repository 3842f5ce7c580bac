import type { IngestKey } from '../../../../lib/contract/console.ts';
import { Button } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import { Ago, Moment } from '../../../_ui/time.tsx';

interface IngestKeyRowProps {
  ingestKey: IngestKey;
  /** The newer key with its name, where it is being rotated. */
  successor: IngestKey | undefined;
  /** It has run out. */
  isExpired: boolean;
  /** Undefined while another secret is on the screen. */
  onRotate: (() => void) | undefined;
  onRevoke: (() => void) | undefined;
}

export function IngestKeyRow({ ingestKey, successor, isExpired, onRotate, onRevoke }: IngestKeyRowProps) {
  const { name, prefix, createdAt, createdBy, lastUsedAt, revokedAt, expiresAt, fromEnvironment } = ingestKey;
  const isRevoked = revokedAt !== undefined;
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 last:border-b-0">
      <div className="min-w-48 flex-1">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className={cx('truncate font-medium', (isRevoked || isExpired) && 'text-ink-3 line-through')}>
            {name}
          </span>
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
          {expiresAt !== undefined && !isRevoked && !isExpired && (
            <>
              {' · '}good until <Moment at={expiresAt} />
            </>
          )}
        </p>
        {successor && <Rotating successor={successor} />}
      </div>
      {isRevoked ? (
        <span className="shrink-0 text-xs text-ink-3">
          revoked <Moment at={revokedAt} />
        </span>
      ) : isExpired && expiresAt !== undefined ? (
        <span className="shrink-0 text-xs text-ink-3">
          ran out <Moment at={expiresAt} />
        </span>
      ) : fromEnvironment ? (
        <span
          title="Remove it from the environment and restart to end it"
          className="shrink-0 rounded border border-line-strong px-1.5 text-xs leading-5 text-ink-2"
        >
          Environment
        </span>
      ) : (
        <span className="flex shrink-0 gap-2">
          {successor === undefined && (
            <Button
              size="sm"
              look="quiet"
              aria-label={`Rotate ${name}`}
              disabled={onRotate === undefined}
              onClick={onRotate}
            >
              Rotate
            </Button>
          )}
          <Button
            size="sm"
            aria-label={`Revoke ${name} ${prefix}`}
            disabled={onRevoke === undefined}
            onClick={onRevoke}
          >
            Revoke
          </Button>
        </span>
      )}
    </li>
  );
}

/** When the older key may go. */
function Rotating({ successor: { prefix, lastUsedAt } }: { successor: IngestKey }) {
  return (
    <p className="text-xs text-ink-2">
      {lastUsedAt === undefined ? (
        <>
          Being rotated: <code className="font-mono">{prefix}…</code> was not used yet, so keep this one.
        </>
      ) : (
        <>
          Being rotated: <code className="font-mono">{prefix}…</code> is in use, last <Ago at={lastUsedAt} />.
          This one can be revoked.
        </>
      )}
    </p>
  );
}
