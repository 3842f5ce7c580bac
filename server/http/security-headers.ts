/**
 * Headers that every answer carries, the API's, Next's and the 404's alike. The policy allows this origin's own code
 * only: scripts need the response's nonce, nothing may frame the console, and no other origin is ever contacted.
 */

import { randomBytes } from 'node:crypto';

export interface HeaderOptions {
  /** `PUBLIC_URL` is https. */
  https: boolean;
  /** `next dev` evaluates code and talks over a socket of its own. */
  dev: boolean;
}

/** Where browsers tell what the policy kept out. */
export const cspReportPath = '/csp-reports';

export function createNonce(): string {
  return randomBytes(16).toString('base64');
}

/**
 * Content-Security-Policy level 3. Inline styles are allowed, since Radix and Recharts position by style attributes;
 * a style cannot run code, and `connect-src 'self'` keeps it from sending anything anywhere.
 */
export function contentSecurityPolicy(nonce: string, options: HeaderOptions): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${options.dev ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    `report-uri ${cspReportPath}`,
  ].join('; ');
}

export function securityHeaders(options: HeaderOptions): Record<string, string> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    ...(options.https ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
}
