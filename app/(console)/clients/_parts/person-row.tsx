import type { CallerAccount } from '../../../../lib/contract/oauth.ts';
import { Button } from '../../../_ui/button.tsx';
import { cx } from '../../../_ui/class-names.ts';
import { formatCount } from '../../../_ui/format.ts';
import { Link } from '../../../_ui/link.tsx';
import { Ago } from '../../../_ui/time.tsx';
import { plural } from '../../../_ui/words.ts';

interface PersonRowProps {
  caller: CallerAccount;
  /** Undefined where one may not. */
  onLink: (() => void) | undefined;
  onDisable: (() => void) | undefined;
  onEnable: (() => void) | undefined;
}

export function PersonRow({ caller, onLink, onDisable, onEnable }: PersonRowProps) {
  const { id, name, passkeys, createdAt, lastUsedAt, disabledAt } = caller;
  const isDisabled = disabledAt !== undefined;
  return (
    <li className="flex min-h-14 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 last:border-b-0">
      <div className="min-w-48 flex-1">
        <p className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className={cx('truncate font-medium', isDisabled && 'text-ink-3')}>{name}</span>
          {isDisabled && <span className="text-xs text-deny">Disabled</span>}
          {passkeys === 0 && !isDisabled && (
            <span className="text-xs text-ink-2">Invited, no passkey yet</span>
          )}
        </p>
        <p className="text-xs text-ink-3">
          {passkeys > 0 && `${formatCount(passkeys)} ${plural(passkeys, 'passkey')} · `}
          invited <Ago at={createdAt} />
          {' · '}
          {lastUsedAt === undefined ? (
            'never signed in'
          ) : (
            <>
              signed in <Ago at={lastUsedAt} />
            </>
          )}
          {' · '}
          <Link href={`/tokens?user=${encodeURIComponent(id)}`} className="text-accent hover:underline">
            sessions
          </Link>
        </p>
      </div>
      <span className="flex shrink-0 gap-2">
        {!isDisabled && onLink && (
          <Button size="sm" look="quiet" aria-label={`New link for ${name}`} onClick={onLink}>
            New link
          </Button>
        )}
        {isDisabled
          ? onEnable && (
              <Button size="sm" aria-label={`Enable ${name}`} onClick={onEnable}>
                Enable
              </Button>
            )
          : onDisable && (
              <Button size="sm" aria-label={`Disable ${name}`} onClick={onDisable}>
                Disable
              </Button>
            )}
      </span>
    </li>
  );
}
