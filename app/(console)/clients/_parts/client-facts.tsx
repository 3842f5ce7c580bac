'use client';

import type { OAuthClient } from '../../../../lib/contract/oauth.ts';
import { Fact, Facts } from '../../../_ui/facts.tsx';
import { formatDuration } from '../../../_ui/format.ts';
import { Ago, Moment } from '../../../_ui/time.tsx';
import { clientKindMeanings, clientKindNames, signsIn } from './client-words.ts';

export function ClientFacts({ client }: { client: OAuthClient }) {
  const { kind, audiences, redirectUris, scopes, bearerAllowed, accessTokenSeconds } = client;
  const getsTokens = kind !== 'resource';
  return (
    <div className="p-4">
      <Facts>
        {client.revokedAt !== undefined && (
          <Fact name="State">
            <span className="font-medium text-deny">Revoked</span>{' '}
            <span className="text-ink-2">
              <Moment at={client.revokedAt} />
            </span>
          </Fact>
        )}
        <Fact name="Kind">
          {clientKindNames[kind]}
          <span className="block text-xs text-ink-3">{clientKindMeanings[kind]}</span>
        </Fact>
        <Fact name={getsTokens ? 'Tokens for' : 'Address'}>
          <Lines items={audiences} />
        </Fact>
        {signsIn(kind) && (
          <Fact name="Comes back to">
            <Lines items={redirectUris} />
          </Fact>
        )}
        {getsTokens && (
          <>
            <Fact name="Scopes">
              {scopes.length === 0 ? <span className="text-ink-3">none</span> : <Chips items={scopes} />}
            </Fact>
            <Fact name="A token lives">{formatDuration(accessTokenSeconds * 1000)}</Fact>
            <Fact name="Proof">
              {bearerAllowed
                ? 'Not needed: a stolen token can be used until it ends.'
                : 'Needed (DPoP): a stolen token is of no use without its key.'}
            </Fact>
          </>
        )}
        <Fact name="Last used">
          {client.lastUsedAt === undefined ? (
            <span className="text-ink-3">never</span>
          ) : (
            <Ago at={client.lastUsedAt} />
          )}
        </Fact>
        <Fact name="Made">
          by {client.createdBy}, <Moment at={client.createdAt} />
        </Fact>
      </Facts>
    </div>
  );
}

function Lines({ items }: { items: readonly string[] }) {
  return (
    <>
      {items.map((item) => (
        <code key={item} className="block font-mono text-xs leading-5">
          {item}
        </code>
      ))}
    </>
  );
}

function Chips({ items }: { items: readonly string[] }) {
  return (
    <span className="flex flex-wrap gap-1">
      {items.map((item) => (
        <code key={item} className="rounded bg-raised px-1.5 font-mono text-xs leading-5">
          {item}
        </code>
      ))}
    </span>
  );
}
