/**
 * Whose address a request came from. A forwarded header is written by anyone, so only the entries that the customer's
 * own proxies appended count, and the customer says how many those are. Nothing is trusted by default.
 */

import { isIP } from 'node:net';

/**
 * @param socket address of the connection, where it is known
 * @param forwardedFor the `X-Forwarded-For` header
 * @param hops proxies between the internet and this process
 * @returns undefined where it cannot be known
 */
export function callerAddress(
  socket: string | undefined,
  forwardedFor: string | undefined,
  hops: number,
): string | undefined {
  const own = socket === undefined ? undefined : plainAddress(socket);
  if (hops === 0 || forwardedFor === undefined) return own;
  const entries = forwardedFor.split(',');
  // Each proxy appends who connected to it: with one proxy the last entry is the caller.
  const entry = entries[Math.max(0, entries.length - hops)] ?? '';
  return plainAddress(entry.trim()) ?? own;
}

/** Without brackets, port or the prefix of an IPv4 address in an IPv6 socket; undefined for what is no address. */
function plainAddress(text: string): string | undefined {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(address) === 0 ? undefined : address;
}
