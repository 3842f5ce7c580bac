/** Where everything is and what is supported (RFC 8414), for clients that find their way by the issuer alone. */

import { grantTypes } from './token-grants.ts';

export const oauthPaths = {
  metadata: '/.well-known/oauth-authorization-server',
  keys: '/.well-known/jwks.json',
  authorize: '/oauth/authorize',
  token: '/oauth/token',
  revoke: '/oauth/revoke',
  introspect: '/oauth/introspect',
  /** The hosted page; drawn by the shell. */
  page: '/authorize',
} as const;

const secretMethods = ['client_secret_basic', 'client_secret_post'];

/** @param issuer the origin of PUBLIC_URL: the `iss` of every token. */
export function serverMetadata(issuer: string) {
  const at = (name: keyof typeof oauthPaths) => `${issuer}${oauthPaths[name]}`;
  return {
    issuer,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('token'),
    jwks_uri: at('keys'),
    revocation_endpoint: at('revoke'),
    introspection_endpoint: at('introspect'),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: [...secretMethods, 'none'],
    revocation_endpoint_auth_methods_supported: [...secretMethods, 'none'],
    introspection_endpoint_auth_methods_supported: secretMethods,
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: ['ES256'],
    acr_values_supported: ['phr'],
    authorization_response_iss_parameter_supported: true,
  };
}
