/** What the administration of clients and callers takes and answers; each schema is held to its type in oauth.ts. */

import { z } from 'zod';
import type {
  CallerAccount,
  CallerInvited,
  ClientCreated,
  ClientDraft,
  ClientSecret,
  OAuthClient,
  SigningKey,
} from './oauth.ts';

/** Enough for each environment of an app. */
const redirectUrisMax = 10;
const audiencesMax = 10;
const scopesMax = 50;
const uriCharsMax = 500;
/** Life of an access token, seconds; the longest is also the default. */
export const accessTokenSecondsMax = 900;
const accessTokenSecondsMin = 60;

/** RFC 6749 3.3. */
const scopeText = z
  .string()
  .max(100)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/);

/** RFC 8707: an absolute URI without fragment. */
const audienceUri = z
  .string()
  .max(uriCharsMax)
  .refine((text) => URL.canParse(text) && !text.includes('#') && /^[a-z][a-z0-9+.-]*:/i.test(text), {
    message: 'An audience is an absolute URI without a fragment.',
  });

/**
 * https; or plain http on this machine, for development and native apps (RFC 8252 7.3). Schemes of apps' own are left
 * out, since any app may claim them.
 */
const redirectUri = z.string().max(uriCharsMax).refine(isRedirectUri, {
  message: 'A redirect URI is https, or http on localhost, without a fragment or credentials.',
});

function isRedirectUri(text: string): boolean {
  if (!URL.canParse(text) || text.includes('#')) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || text.includes('*')) return false;
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal);
}

const unique = <T extends z.ZodType<string>>(item: T, max: number) =>
  z
    .array(item)
    .max(max)
    .transform((items) => [...new Set(items)])
    .default([]);

const clientFields = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u),
  kind: z.enum(['machine', 'web', 'public', 'resource']),
  redirectUris: unique(redirectUri, redirectUrisMax),
  audiences: unique(audienceUri, audiencesMax),
  scopes: unique(scopeText, scopesMax),
  bearerAllowed: z.boolean().default(false),
  accessTokenSeconds: z
    .int()
    .min(accessTokenSecondsMin)
    .max(accessTokenSecondsMax)
    .default(accessTokenSecondsMax),
});

export const clientDraftSchema = clientFields
  .refine((draft) => draft.audiences.length > 0, {
    message: 'A client needs an audience: the API that its tokens are for.',
  })
  .refine((draft) => signsIn(draft.kind) === draft.redirectUris.length > 0, {
    message: 'Clients that sign people in need a redirect URI; others have none.',
  })
  .refine((draft) => draft.kind !== 'public' || !draft.bearerAllowed, {
    message: 'A public client has no secret, so its tokens are always bound to its key.',
  }) satisfies z.ZodType<ClientDraft>;

function signsIn(kind: ClientDraft['kind']): boolean {
  return kind === 'web' || kind === 'public';
}

export const callerDraftSchema = z.strictObject({ name: clientFields.shape.name });

const time = z.number();

const clientSecretSchema = z.object({
  id: z.string(),
  prefix: z.string(),
  createdAt: time,
  createdBy: z.string(),
  lastUsedAt: time.optional(),
}) satisfies z.ZodType<ClientSecret>;

export const oauthClientSchema = z.object({
  ...{ id: z.string(), name: z.string(), kind: clientFields.shape.kind },
  redirectUris: z.array(z.string()),
  audiences: z.array(z.string()),
  scopes: z.array(z.string()),
  bearerAllowed: z.boolean(),
  accessTokenSeconds: z.number(),
  createdAt: time,
  createdBy: z.string(),
  lastUsedAt: time.optional(),
  revokedAt: time.optional(),
  secrets: z.array(clientSecretSchema),
}) satisfies z.ZodType<OAuthClient>;

export const clientCreatedSchema = z.object({
  client: oauthClientSchema,
  secret: z.string().optional(),
}) satisfies z.ZodType<ClientCreated>;

export const callerAccountSchema = z.object({
  ...{ id: z.string(), name: z.string(), passkeys: z.number() },
  createdAt: time,
  createdBy: z.string(),
  lastUsedAt: time.optional(),
  disabledAt: time.optional(),
}) satisfies z.ZodType<CallerAccount>;

export const callerInvitedSchema = z.object({
  caller: callerAccountSchema,
  link: z.string(),
  expiresAt: time,
}) satisfies z.ZodType<CallerInvited>;

export const signingKeySchema = z.object({
  kid: z.string(),
  state: z.enum(['next', 'current', 'previous']),
  createdAt: time,
  activatedAt: time.optional(),
  retiredAt: time.optional(),
}) satisfies z.ZodType<SigningKey>;
