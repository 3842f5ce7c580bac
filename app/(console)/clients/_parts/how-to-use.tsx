'use client';

import type { OAuthClient } from '../../../../lib/contract/oauth.ts';
import { Snippet } from '../../../_ui/snippet.tsx';

/** What an OAuth library is told; with curl, where no proof is needed. */
export function HowToUse({ client, secret }: { client: OAuthClient; secret?: string }) {
  const origin = window.location.origin;
  return (
    <>
      <Snippet
        name="For your OAuth library"
        text={[
          `issuer     ${origin}`,
          `client_id  ${client.id}`,
          ...(client.kind === 'resource' ? [] : [`resource   ${client.audiences[0] ?? ''}`]),
        ].join('\n')}
      />
      {client.kind === 'machine' && client.bearerAllowed && (
        <Snippet name="Get a token with curl" text={tokenSnippet(origin, client.id, secret)} />
      )}
      {client.kind === 'resource' && (
        <Snippet name="Ask about a token with curl" text={introspectSnippet(origin, client.id, secret)} />
      )}
    </>
  );
}

const shownSecret = '$CLIENT_SECRET';

function tokenSnippet(origin: string, id: string, secret = shownSecret): string {
  return [
    `curl ${origin}/oauth/token \\`,
    `  -u "${id}:${secret}" \\`,
    '  -d grant_type=client_credentials',
  ].join('\n');
}

function introspectSnippet(origin: string, id: string, secret = shownSecret): string {
  return [`curl ${origin}/oauth/introspect \\`, `  -u "${id}:${secret}" \\`, '  -d token="$TOKEN"'].join(
    '\n',
  );
}
