import type { ReactNode } from 'react';
import type { AlertDetail } from '../../../../lib/contract/console.ts';
import { ConclusionBadge } from '../../../_ui/badges.tsx';
import { formatRate } from '../../../_ui/format.ts';
import { Link } from '../../../_ui/link.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { encodePart, endpointPath, userPath } from '../../../_ui/paths.ts';
import { TimeLeft } from '../../../_ui/time.tsx';

const link = 'text-accent hover:underline';

/** Who and what, each leading to its own page or to its other alerts; and the limits in force because of it. */
export function AlertSubject({ detail }: { detail: AlertDetail }) {
  const { user, endpoint, ip, tokenId } = detail.alert.scope;
  const others = (name: string, value: string) => `/alerts?status=all&${name}=${encodePart(value)}`;
  return (
    <Panel title="Who and what">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 px-4 py-3 wrap-anywhere">
        {user !== undefined && (
          <Fact name="User" other={others('user', user)}>
            <Link href={userPath(user)} className={link}>
              {user}
            </Link>
          </Fact>
        )}
        {endpoint !== undefined && (
          <Fact name="Endpoint" other={others('endpoint', endpoint)}>
            <Link href={endpointPath(endpoint)} className={`${link} font-mono text-xs`}>
              {endpoint}
            </Link>
          </Fact>
        )}
        {ip !== undefined && (
          <Fact name="Address" other={others('ip', ip)}>
            {ip}
          </Fact>
        )}
        {tokenId !== undefined && <Fact name="Token">{tokenId}</Fact>}
        <Fact name="Limit">
          {detail.throttles.length === 0 ? (
            <span className="text-ink-2">none in force</span>
          ) : (
            detail.throttles.map(({ id, conclusion, mode, limitPerMinute, expiresAt }) => (
              <span key={id} className="flex flex-wrap items-center gap-2">
                <ConclusionBadge conclusion={conclusion} mode={mode} />
                <span className="text-ink-2">
                  {limitPerMinute !== undefined && `to ${formatRate(limitPerMinute)} / min, `}
                  <TimeLeft until={expiresAt} />
                </span>
              </span>
            ))
          )}
        </Fact>
      </dl>
    </Panel>
  );
}

function Fact({ name, other, children }: { name: string; other?: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="flex flex-wrap items-baseline gap-x-3">
        {children}
        {other && (
          <Link href={other} className="text-xs text-ink-3 hover:text-ink hover:underline">
            its alerts
          </Link>
        )}
      </dd>
    </>
  );
}
