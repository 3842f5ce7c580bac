/**
 * Which client is calling (RFC 6749 2.3): its secret in the header or the body, or, for public clients, its name only.
 * One method per request. Whatever is wrong, the answer is the same.
 */

import type { OAuthClient } from '../../lib/contract/oauth.ts';
import { sha256Text } from '../identity/keyring.ts';
import type { Parameters } from './form.ts';
import { OAuthError } from './oauth-error.ts';
import type { ClientStore } from './store.ts';

/** Ours have 47 characters. */
const secretCharsMax = 200;

export interface PresentedClient {
  clientId: string;
  secret: string | undefined;
  /** By `Authorization: Basic`. */
  byHeader: boolean;
}

/** @throws OAuthError `invalid_client`, `invalid_request` */
export function createClientAuthentication(deps: {
  store: Pick<ClientStore, 'findClient' | 'findClientBySecret'>;
}) {
  return async (authorization: string | undefined, form: Parameters): Promise<OAuthClient> => {
    const presented = readClient(authorization, form);
    const { clientId, secret } = presented;
    const isReadable = /^cli_[A-Za-z0-9_-]{1,64}$/.test(clientId);
    if (!isReadable || (secret?.length ?? 0) > secretCharsMax) throw invalidClient(presented);
    const client =
      secret === undefined
        ? await deps.store.findClient(clientId)
        : await deps.store.findClientBySecret(clientId, sha256Text(secret));
    const isPublic = client?.kind === 'public';
    if (client === undefined || isPublic !== (secret === undefined)) throw invalidClient(presented);
    return client;
  };
}

function invalidClient({ byHeader }: Pick<PresentedClient, 'byHeader'>): OAuthError {
  const headers: Record<string, string> = byHeader ? { 'www-authenticate': 'Basic realm="tidegate"' } : {};
  return new OAuthError('invalid_client', 'The client could not be authenticated.', { headers });
}

function readClient(authorization: string | undefined, form: Parameters): PresentedClient {
  const formId = form.get('client_id');
  const formSecret = form.get('client_secret');
  if (authorization === undefined) {
    if (formId === undefined) throw invalidClient({ byHeader: false });
    return { clientId: formId, secret: formSecret, byHeader: false };
  }
  const presented = readBasic(authorization);
  if (presented === undefined) throw invalidClient({ byHeader: true });
  if (formSecret !== undefined || (formId !== undefined && formId !== presented.clientId)) {
    throw new OAuthError('invalid_request', 'The client must authenticate in one way only.');
  }
  return presented;
}

/** RFC 6749 2.3.1: id and secret are form-encoded before they are joined. */
function readBasic(authorization: string): PresentedClient | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  try {
    const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '));
    return { clientId: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)), byHeader: true };
  } catch {
    return undefined;
  }
}

export type AuthenticateClient = ReturnType<typeof createClientAuthentication>;
