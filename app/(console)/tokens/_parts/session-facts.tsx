'use client';

import type { SessionSummary } from '../../../../lib/contract/sessions.ts';
import { Fact, Facts } from '../../../_ui/facts.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Link } from '../../../_ui/link.tsx';
import { Risk } from '../../../_ui/risk.tsx';
import { Ago, Moment, TimeLeft } from '../../../_ui/time.tsx';
import { SessionStatusBadge } from './session-cells.tsx';
import { browserName, clientName, endReason, holderNames } from './session-words.ts';

/** Who, through what, from where, since when, and how alarming. */
export function SessionFacts({ session }: { session: SessionSummary }) {
  const { holder, client, device, address, userAgent, createdAt, lastUsedAt, risk, riskReasons } = session;
  return (
    <Facts>
      <Fact name="State">
        <span className="flex flex-wrap items-center gap-x-2">
          <SessionStatusBadge status={session.status} />
          <End session={session} />
        </span>
      </Fact>
      <Fact name="Risk">
        <Risk risk={risk} reasons={riskReasons} />
        {riskReasons.map((reason) => (
          <span key={reason} className="block text-ink-2">
            {reason}
          </span>
        ))}
      </Fact>
      <Fact name={holderNames[holder.kind]}>
        <Named path={holderPath(holder)} name={holder.name} />{' '}
        <code className="font-mono text-xs text-ink-3">{holder.id}</code>
      </Fact>
      {holder.kind !== 'client' && (
        <Fact name="Client">
          <Named path={client && `/clients/${client.id}`} name={clientName(session)} />
        </Fact>
      )}
      <Fact name="Passkey">{device?.name ?? <span className="text-ink-3">none: a program</span>}</Fact>
      <Fact name="Address">{address}</Fact>
      <Fact name={holder.kind === 'client' ? 'Program' : 'Browser'}>
        <span title={userAgent}>{browserName(userAgent)}</span>
      </Fact>
      <Fact name="Opened">
        <Moment at={createdAt} />{' '}
        <span className="text-ink-3">
          (<Ago at={createdAt} />)
        </span>
      </Fact>
      <Fact name="Last use">
        <Moment at={lastUsedAt} />{' '}
        <span className="text-ink-3">
          (<Ago at={lastUsedAt} />)
        </span>
      </Fact>
      <Fact name="Rotations">{formatCount(session.rotations)}</Fact>
    </Facts>
  );
}

/** A link where there is a page to lead to. */
function Named({ path, name }: { path: string | undefined; name: string }) {
  if (path === undefined) return name;
  return (
    <Link href={path} className="text-accent hover:underline">
      {name}
    </Link>
  );
}

function holderPath({ kind, id }: SessionSummary['holder']): string | undefined {
  if (kind === 'operator') return `/operators/${id}`;
  return kind === 'client' ? `/clients/${id}` : undefined;
}

function End({ session }: { session: SessionSummary }) {
  const { status, revokedAt, revokedReason, expiresAt } = session;
  if (status === 'live') {
    return (
      <span className="text-ink-2">
        <TimeLeft until={expiresAt} />
      </span>
    );
  }
  return (
    <span className="text-ink-2">
      <Moment at={revokedAt ?? expiresAt} />
      {status === 'revoked' && revokedReason !== undefined && `: ${endReason(revokedReason)}`}
    </span>
  );
}
