/** Which kind of network an address is from, and the address as a policy can compare it. */

import { BlockList, isIP } from 'node:net';
import type { Circumstances } from './decision-request.ts';

const lists = {
  loopback: listOf(['127.0.0.0/8', '::1/128']),
  private: listOf([
    '10.0.0.0/8',
    '172.16.0.0/12',
    '192.168.0.0/16',
    '169.254.0.0/16',
    'fc00::/7',
    'fe80::/10',
  ]),
};

function listOf(ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** @param address as the server found it; what is no address counts as from nowhere. */
export function networkOf(address: string): Pick<Circumstances, 'address' | 'network'> {
  // A zone (`fe80::1%eth0`) means something on this machine only.
  const plain = address.replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 0) return { address: '0.0.0.0', network: 'unknown' };
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (lists.loopback.check(plain, family)) return { address: plain, network: 'loopback' };
  return { address: plain, network: lists.private.check(plain, family) ? 'private' : 'public' };
}
