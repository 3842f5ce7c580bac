/**
 * The nonces of Tidegate's own routes; what they promise is in lib/enforcement/dpop-nonce.ts. The secret lives as long
 * as the process, so a restart, which forgets the seen `jti`s, also ends every proof that was made for them.
 */

import { createHmac, randomBytes } from 'node:crypto';
import * as rules from '../../lib/enforcement/dpop-nonce.ts';
import { equalText } from './keyring.ts';

export function createDpopNonces(deps: { clock: { now(): number } }): DpopNonces {
  const secret = randomBytes(32);
  return rules.createDpopNonces({
    ...deps,
    mac: (text) => createHmac('sha256', secret).update(text).digest().subarray(0, 16).toString('base64url'),
    equal: equalText,
  });
}

export type DpopNonces = rules.DpopNonces;
