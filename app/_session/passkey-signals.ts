/**
 * Tells the browser's passkey provider what Tidegate still accepts (WebAuthn Level 3, Signal API), so that a removed
 * passkey is not offered any more. Fire and forget: a browser that lacks it, or a provider that does not listen, is
 * no failure, and nothing is ever decided by it.
 */

import type { PasskeySignal, UnknownCredential } from '../../lib/contract/account.ts';
import { ApiProblem } from './problem.ts';

/** All that is left after a list was read or changed, and under which name. */
export function signalPasskeys(signal: PasskeySignal): void {
  const { rpId, userId, allAcceptedCredentialIds, name, displayName } = signal;
  const provider = passkeyProvider();
  void provider?.signalAllAcceptedCredentials?.({ rpId, userId, allAcceptedCredentialIds }).catch(ignore);
  void provider?.signalCurrentUserDetails?.({ rpId, userId, name, displayName }).catch(ignore);
}

/** Where a ceremony failed because its passkey was removed, the provider hears of it. Throws the error on. */
export function signalRemovedPasskey(error: unknown): never {
  const removed = error instanceof ApiProblem ? error.members.unknownCredential : undefined;
  if (isUnknownCredential(removed)) {
    const { rpId, credentialId } = removed;
    void passkeyProvider()?.signalUnknownCredential?.({ rpId, credentialId }).catch(ignore);
  }
  throw error;
}

type Provider = Partial<typeof PublicKeyCredential>;

function passkeyProvider(): Provider | undefined {
  return typeof PublicKeyCredential === 'undefined' ? undefined : PublicKeyCredential;
}

function isUnknownCredential(value: unknown): value is UnknownCredential {
  return typeof value === 'object' && value !== null && 'rpId' in value && 'credentialId' in value;
}

const ignore = () => undefined;
