/**
 * Secrets that senders put into events by mistake never reach the disk: bearer tokens, JWTs, Authorization values and
 * secrets in query strings are cut out before a batch is logged.
 *
 * A token becomes a short digest, so that equal tokens stay equal (the engine needs no more). A value from a query
 * string may be a guessable password, so nothing of it is kept.
 */

import { createHash } from 'node:crypto';
import type { RequestEvent } from '../../lib/contract/event.ts';

/** Finds the few strings worth a closer look; everything below contains one of these. */
const suspicious = /eyJ|[=:\s]|%20/;
const jwt = /eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*){0,3}/g;
const authorization = /\b(bearer|basic|dpop|digest|token)((?:\s|%20|\+)+)([\w+/=.~-]{8,})/gi;
const assignment =
  /([?&;#\s"',{]|^)([\w.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|authorization|auth|credential|signature|sig|code|session(?:id)?|otp|pin)"?)(=|:\s*"?|%3d)([^&;#\s"']+)/gi;

function digest(secret: string): string {
  return `[redacted:${createHash('sha256').update(secret).digest('hex').slice(0, 12)}]`;
}

/** The text without its secrets; the very same string where it holds none. */
export function redactText(text: string): string {
  if (!suspicious.test(text)) return text;
  return text
    .replace(jwt, (token) => digest(token))
    .replace(
      authorization,
      (_all, scheme: string, gap: string, value: string) => `${scheme}${gap}${digest(value)}`,
    )
    .replace(assignment, (all, before: string, name: string, sign: string, value: string) =>
      value.startsWith('[redacted') ? all : `${before}${name}${sign}[redacted]`,
    );
}

/** Changes the event in place: it was parsed for us alone, and a copy of each would double the garbage. */
export function redactEvent(event: RequestEvent): void {
  event.user = redactText(event.user);
  // A query is no part of a template: each value would be an endpoint of its own.
  const query = event.endpoint.indexOf('?');
  if (query !== -1) event.endpoint = event.endpoint.slice(0, query) || '/';
  event.endpoint = redactText(event.endpoint);
  if (event.path !== undefined) event.path = redactText(event.path);
  if (event.ua !== undefined) event.ua = redactUserAgent(event.ua);
  if (event.tokenId !== undefined) event.tokenId = redactText(event.tokenId);
  if (event.objectId !== undefined) event.objectId = redactText(event.objectId);
}

/** Most user agents hold spaces, so each would get the closer look; the same few come again and again. */
const userAgentsKnownMax = 1_000;
const cleanUserAgents = new Set<string>();

function redactUserAgent(ua: string): string {
  if (cleanUserAgents.has(ua)) return ua;
  const redacted = redactText(ua);
  if (redacted === ua) {
    if (cleanUserAgents.size >= userAgentsKnownMax) cleanUserAgents.clear();
    cleanUserAgents.add(ua);
  }
  return redacted;
}
