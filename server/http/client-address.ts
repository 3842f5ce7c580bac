/**
 * The caller's address. A forwarding header counts only where the socket's own peer is a trusted proxy, and then the
 * last address that no trusted proxy vouches for is taken: everything to its left may be invented by the caller.
 */

import { BlockList, isIP } from 'node:net';

export type ClientAddress = (socketAddress: string | undefined, forwardedFor: string | undefined) => string;

/** IPv4 addresses that arrive on a dual-stack socket are written as IPv4. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

/**
 * @param trustedProxies addresses or CIDR ranges, already validated by the configuration.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string) => trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (socketAddress, forwardedFor) => {
    let client = plain(socketAddress ?? '');
    if (client === '') return 'unknown';
    const hops = (forwardedFor ?? '').split(',').map((hop) => plain(hop.trim()));
    while (isTrusted(client)) {
      const previous = hops.pop();
      if (previous === undefined || isIP(previous) === 0) break;
      client = previous;
    }
    return client;
  };
}
