/** What the sign-in routes read off a request and put on an answer: who calls, from which browser, with which cookies. */

import type { z } from '@hono/zod-openapi';
import type { Context, HonoRequest } from 'hono';
import { AppError } from '../../http/app-error.ts';
import type { BrowserBinding } from '../../identity/ceremonies.ts';
import { ceremonyLifetimeMs } from '../../identity/ceremonies.ts';
import {
  ceremonyCookieName,
  clearCookie,
  readCookie,
  refreshCookieName,
  setCookie,
} from '../../identity/cookies.ts';
import type { Caller } from '../../identity/families.ts';
import { randomText } from '../../identity/keyring.ts';
import type { OpenedSession } from '../../identity/sessions.ts';
import type { SignInEnv } from './sign-in-guard.ts';

/** Enough to recognise a browser; the rest is noise or worse. */
const userAgentCharsMax = 200;

/** @param clientAddress as the API app found it. */
export function callerOf(request: HonoRequest, clientAddress: string): Caller {
  const userAgent = (request.header('user-agent') ?? '').replace(/[^\x20-\x7e]/g, '?');
  return { address: clientAddress, userAgent: userAgent.slice(0, userAgentCharsMax) };
}

/**
 * Ties the ceremonies of this browser together: two tabs share the cookie, so that one does not spoil the other's.
 */
export function beginBinding(c: Context<SignInEnv>): BrowserBinding {
  const known = readCookie(c.req.header('cookie'), ceremonyCookieName);
  const browserToken = known !== undefined && /^[A-Za-z0-9_-]{43}$/.test(known) ? known : randomText(32);
  c.header('set-cookie', setCookie(ceremonyCookieName, browserToken, ceremonyLifetimeMs), { append: true });
  return { browserToken, jkt: c.get('browserKey') };
}

/** Without the cookie the binding fits no ceremony, and trying consumes the one that was named. */
export function finishBinding(c: Context<SignInEnv>): BrowserBinding {
  const browserToken = readCookie(c.req.header('cookie'), ceremonyCookieName) ?? '';
  return { browserToken, jkt: c.get('browserKey') };
}

export function presentedRefreshCookie(request: HonoRequest): string | undefined {
  return readCookie(request.header('cookie'), refreshCookieName);
}

/** Sets the cookies of a session that a ceremony opened. */
export function rememberSession(c: Pick<Context, 'header'>, opened: OpenedSession): void {
  c.header('set-cookie', opened.setCookie, { append: true });
  c.header('set-cookie', clearCookie(ceremonyCookieName), { append: true });
}

/** For OpenAPIHono: a body that does not fit its schema. What exactly is wrong helps nobody but a guesser. */
export function refuseMisfit(result: { success: boolean; error?: z.core.$ZodError }): void {
  if (result.success) return;
  throw new AppError('invalid_request', { internal: result.error?.message.slice(0, 300) ?? '' });
}
