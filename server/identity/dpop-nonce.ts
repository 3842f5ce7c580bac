/**
 * Server nonces for DPoP proofs (RFC 9449 section 8), without state: a time step and its MAC. They stand in for the
 * client's clock and bound how long a proof made in advance is of use. The secret lives as long as the process, so a
 * restart, which forgets the seen `jti`s, also ends every proof that was made for them.
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const stepMs = 30_000;
/** Steps that are accepted: a nonce lives 90 to 120 s, depending on when in its step it was handed out. */
const stepsAccepted = 4;
/** The longest that a proof stays usable; the memory of seen `jti`s must reach as far back. */
export const nonceLifetimeMs = stepMs * stepsAccepted;

const stepBytes = 6;
const macBytes = 16;

export function createDpopNonces(deps: { clock: { now(): number } }) {
  const secret = randomBytes(32);

  function write(step: number): Buffer {
    const bytes = Buffer.alloc(stepBytes + macBytes);
    bytes.writeUIntBE(step, 0, stepBytes);
    const mac = createHmac('sha256', secret).update(bytes.subarray(0, stepBytes)).digest();
    mac.copy(bytes, stepBytes, 0, macBytes);
    return bytes;
  }

  const currentStep = () => Math.floor(deps.clock.now() / stepMs);

  return {
    current: (): string => write(currentStep()).toString('base64url'),

    isFresh(nonce: string): boolean {
      const bytes = Buffer.from(nonce, 'base64url');
      if (bytes.length !== stepBytes + macBytes || bytes.toString('base64url') !== nonce) return false;
      const step = bytes.readUIntBE(0, stepBytes);
      const age = currentStep() - step;
      return age >= 0 && age < stepsAccepted && timingSafeEqual(bytes, write(step));
    },
  };
}

export type DpopNonces = ReturnType<typeof createDpopNonces>;
