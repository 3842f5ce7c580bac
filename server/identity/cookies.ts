/**
 * The two cookies of sign-in. Their names start with `__Host-` so that no other host or port without TLS can plant
 * them, and with `__Host-Http-` so that newer browsers also keep scripts from doing it.
 */

export const refreshCookieName = '__Host-Http-rt';
/** Ties a ceremony to the browser that began it. */
export const ceremonyCookieName = '__Host-Http-cer';

const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';

export function setCookie(name: string, value: string, lifetimeMs: number): string {
  return `${name}=${value}; Max-Age=${Math.max(0, Math.floor(lifetimeMs / 1000))}; ${attributes}`;
}

export function clearCookie(name: string): string {
  return `${name}=; Max-Age=0; ${attributes}`;
}

/** The cookie's value; undefined where it is missing, or there twice and so ambiguous. */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  return values.length === 1 ? values[0] : undefined;
}
