/** What a verified token says, read from its claims by hand: the SDK carries no schema library. */

export interface VerifiedToken {
  /** Who calls: `cal_…`, a person, or `cli_…`, a machine. Pass it as `user`. */
  subjectId: string;
  clientId: string;
  scopes: string[];
  /** `jti`. Pass it, or the family, as `tokenId`. */
  tokenId: string;
  /** `fam_…`: all tokens of one sign-in. */
  familyId: string;
  /** When the person used the passkey, ms since the epoch; absent for machines. */
  authAt: number | undefined;
  acr: string | undefined;
  issuedAt: number;
  expiresAt: number;
  /** Thumbprint of the key that it is bound to; absent in a bearer token. */
  jkt: string | undefined;
}

/** The longest life of a token, seconds: a longer one is not of Tidegate's making. */
const lifetimeSecondsMax = 900;

type Fields = { readonly [name: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTime = (value: unknown): value is number => Number.isSafeInteger(value);
const isOptional = <T>(value: unknown, is: (value: unknown) => value is T): value is T | undefined =>
  value === undefined || is(value);

/** @param claims whose signature, issuer, audience and times were verified. */
export function readTokenClaims(claims: Fields): VerifiedToken | undefined {
  const { sub, client_id, scope, jti, fam, auth_time, acr, iat, exp } = claims;
  if (!isText(sub) || !isText(client_id) || !isText(jti) || !isText(fam)) return undefined;
  if (!isTime(iat) || !isTime(exp) || exp - iat > lifetimeSecondsMax) return undefined;
  if (!isOptional(scope, isText) || !isOptional(auth_time, isTime) || !isOptional(acr, isText))
    return undefined;
  const binding = bindingOf(claims.cnf);
  if (binding === 'unreadable') return undefined;
  return {
    ...{ subjectId: sub, clientId: client_id, tokenId: jti, familyId: fam, acr },
    scopes: scope?.split(' ') ?? [],
    authAt: auth_time === undefined ? undefined : auth_time * 1000,
    ...{ issuedAt: iat * 1000, expiresAt: exp * 1000, jkt: binding },
  };
}

/** A confirmation that cannot be read must not pass for none. */
function bindingOf(cnf: unknown): string | undefined | 'unreadable' {
  if (cnf === undefined) return undefined;
  const isThumbprint = isFields(cnf) && isText(cnf.jkt) && cnf.jkt.length === 43;
  return isThumbprint && isText(cnf.jkt) ? cnf.jkt : 'unreadable';
}
