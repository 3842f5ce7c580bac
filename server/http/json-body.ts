/**
 * How JSON bodies of the API come in: bounded, and each key of an object once. Of a doubled key `JSON.parse` keeps the
 * last and a proxy or an audit before us may have read the first, so such a body means two things and is refused
 * (ASVS 1.5.3). `/v1/events` is exempt: there a batch is parsed for speed, and a sender can only fool itself.
 */

import type { MiddlewareHandler } from 'hono';
import { AppError } from './app-error.ts';
import { limitBody } from './body-limit.ts';

/** Nothing that the API takes is nested half as deep; it bounds what looking for doubled keys remembers. */
const depthMax = 32;

/** For after the media type was checked. */
export function jsonBodyOf(bytesMax: number): MiddlewareHandler {
  const limit = limitBody(bytesMax);
  return (c, next) =>
    limit(c, async () => {
      // Kept by Hono, so that it is read from the wire once.
      if (isAmbiguous(await c.req.text())) {
        throw new AppError('invalid_request', {
          public: 'A key is there twice, or the nesting is too deep.',
        });
      }
      await next();
    });
}

/**
 * Whether an object in this JSON has a key twice, by whatever spelling, or is nested too deep. Text that is no JSON may
 * get either answer: parsing refuses it anyway.
 */
export function isAmbiguous(json: string): boolean {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (char === '{' || char === '[') {
      if (open.length === depthMax) return true;
      open.push(new Set());
    } else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const end = endOfString(json, at);
      if (isKey(json, end) && isDoubled(open.at(-1), json.slice(at, end))) return true;
      at = end - 1;
    }
  }
  return false;
}

/** The place after the closing quote of the string that opens here. */
function endOfString(json: string, openAt: number): number {
  for (let at = openAt + 1; at < json.length; at++) {
    if (json[at] === '\\') at++;
    else if (json[at] === '"') return at + 1;
  }
  return json.length;
}

/** In JSON only a key is followed by a colon. */
function isKey(json: string, end: number): boolean {
  let at = end;
  while (' \t\n\r'.includes(json[at] ?? '.')) at++;
  return json[at] === ':';
}

function isDoubled(keys: Set<string> | undefined, quoted: string): boolean {
  const key = quoted.includes('\\') ? unescaped(quoted) : quoted.slice(1, -1);
  if (keys === undefined || keys.has(key)) return keys !== undefined;
  keys.add(key);
  return false;
}

function unescaped(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
