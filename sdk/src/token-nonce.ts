/**
 * Nonces that this service asks callers' proofs to carry (RFC 9449 section 9). All instances of a service have the same
 * ingest key, and so make and take the same nonces without telling each other.
 */

import { createHmac } from 'node:crypto';
import { createDpopNonces, type DpopNonces } from '../../lib/enforcement/dpop-nonce.ts';
import { isEqual } from './token-proof.ts';

export function createTokenNonces(deps: {
  key: string;
  audience: string;
  clock: { now(): number };
}): DpopNonces {
  const secret = createHmac('sha256', deps.key).update(`tidegate dpop nonces|${deps.audience}`).digest();
  return createDpopNonces({
    clock: deps.clock,
    mac: (text) => createHmac('sha256', secret).update(text).digest().subarray(0, 16).toString('base64url'),
    equal: isEqual,
  });
}
