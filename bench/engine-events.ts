/**
 * Events as a server gets them: parsed from JSON, so that every string is new, and longer than the ten characters up to
 * which V8 would intern them. The bytes are patched in place: building the text from numbers would keep V8's cache of
 * number texts busy, and that would be measured too.
 */

import type { RequestEvent } from '../lib/contract/event.ts';

export const startAt = Date.UTC(2026, 2, 6, 9, 0, 0);

export interface Wire {
  /** A new event of this user, endpoint and time. */
  event(user: number, endpoint: number, ts: number): RequestEvent;
}

const digits = 8;
const blank = '0'.repeat(digits);

/** @param names texts that a number follows: `shop-user-` gives `shop-user-00000007` */
export function createWire(names: { user: string; endpoint: string; status: number }): Wire {
  const { user, endpoint, status } = names;
  const text =
    `{"ts":${startAt},"user":"${user}${blank}","method":"GET","endpoint":"${endpoint}${blank}","status":${status},` +
    `"latencyMs":20,"bytes":900,"ip":"198.51.100.${blank}","ua":"Mozilla/5.0 (X11; Linux x86_64)","country":"DE",` +
    `"tokenId":"tok_${blank}","objectId":"object-${blank}","service":"shop"}`;
  const bytes = Buffer.from(text, 'latin1');
  const after = (key: string, prefix: string) =>
    text.indexOf(`"${key}":"${prefix}`) + key.length + 4 + prefix.length;
  const ofUser = [
    after('user', user),
    after('ip', '198.51.100.'),
    after('tokenId', 'tok_'),
    after('objectId', 'object-'),
  ];
  const ofEndpoint = after('endpoint', endpoint);
  return {
    event(userNumber, endpointNumber, ts) {
      for (const at of ofUser) write(bytes, at, userNumber);
      write(bytes, ofEndpoint, endpointNumber);
      const parsed: RequestEvent = JSON.parse(bytes.toString('latin1'));
      parsed.ts = ts;
      return parsed;
    },
  };
}

function write(bytes: Buffer, at: number, number: number): void {
  let rest = number;
  for (let digit = digits - 1; digit >= 0; digit--) {
    bytes[at + digit] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
