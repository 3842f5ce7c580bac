/**
 * WebAuthn verification: SimpleWebAuthn with our settings, and the checks that it leaves to its caller (measured on
 * 14.0.3): framing (`crossOrigin`, `topOrigin`), the user handle's owner, a backup-eligibility flag that changes, the
 * length of a credential id, a key that cannot be used, and counters, which we compare after the signature so that only
 * the real key can raise the alarm. Every refusal is a value with an internal reason; the client never learns which.
 */

import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import {
  cose,
  decodeClientDataJSON,
  decodeCredentialPublicKey,
  verifySignature,
} from '@simplewebauthn/server/helpers';
import { z } from 'zod';
import { equalText } from './keyring.ts';
import type { CredentialRecord } from './records.ts';

/**
 * EdDSA, ES256, RS256, each with the kind of key that it is for (COSE `kty`: OKP, EC2, RSA): fixed, so that a passkey
 * made on one Node version works on another.
 */
const keyTypes: ReadonlyMap<number, number> = new Map([
  [-8, 1],
  [-7, 2],
  [-257, 3],
]);
const supportedAlgorithmIDs = [...keyTypes.keys()];
/** WebAuthn allows 1023 bytes. */
const credentialIdBytesMax = 1_023;

const base64url = (charsMax: number) =>
  z
    .string()
    .max(charsMax)
    .regex(/^[A-Za-z0-9_-]+$/);
const credentialId = base64url(Math.ceil((credentialIdBytesMax * 4) / 3));

export const registrationSchema = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(8_192),
    attestationObject: base64url(32_768),
    transports: z.array(z.string().max(32)).max(10).default([]),
  }),
});

export const assertionSchema = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url(8_192),
    authenticatorData: base64url(8_192),
    signature: base64url(2_048),
    userHandle: base64url(128),
  }),
});

export type RegistrationAnswer = z.infer<typeof registrationSchema>;
export type AssertionAnswer = z.infer<typeof assertionSchema>;

/** What a new passkey tells about itself. */
export type NewCredential = Pick<
  CredentialRecord,
  'id' | 'publicKey' | 'counter' | 'transports' | 'backupEligible' | 'backedUp' | 'aaguid'
>;

export type RegistrationVerdict =
  | { kind: 'valid'; credential: NewCredential }
  | { kind: 'invalid'; internal: string };

export type AssertionVerdict =
  | { kind: 'valid'; counter: number; backedUp: boolean }
  /** Signed by the key, yet its counter ran backwards: a copy may exist. */
  | { kind: 'cloned'; counter: number }
  | { kind: 'invalid'; internal: string };

const invalid = (internal: string) => ({ kind: 'invalid', internal }) as const;

/** The library refuses by throwing; its texts hold attacker-supplied parts and go to the log only. */
async function attempt<T>(work: () => Promise<T>): Promise<T | { kind: 'invalid'; internal: string }> {
  try {
    return await work();
  } catch (error) {
    return invalid(error instanceof Error ? error.message.slice(0, 300) : 'unknown');
  }
}

/** Passkeys are never used from inside a frame here, so any sign of one is refused. */
function isFramed(clientDataJSON: string): boolean {
  const clientData = decodeClientDataJSON(clientDataJSON);
  return (clientData.crossOrigin ?? false) !== false || 'topOrigin' in clientData;
}

/** Where passkeys belong: fixed by PUBLIC_URL. */
interface Site {
  origin: string;
  rpId: string;
}

export function createWebauthn(deps: { publicUrl: URL }) {
  const site: Site = { origin: deps.publicUrl.origin, rpId: deps.publicUrl.hostname };

  return {
    rpId: site.rpId,

    /** @param existing passkeys of the same operator, which the authenticator must not double. */
    registrationOptions(
      operator: { name: string; userHandle: Uint8Array },
      existing: readonly Pick<CredentialRecord, 'id' | 'transports'>[],
    ) {
      return generateRegistrationOptions({
        rpName: 'Tidegate',
        rpID: site.rpId,
        userName: operator.name,
        userDisplayName: operator.name,
        userID: Uint8Array.from(operator.userHandle),
        attestationType: 'none',
        excludeCredentials: existing.map(descriptor),
        supportedAlgorithmIDs,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
    },

    /**
     * @param allowed passkeys of the operator who is signed in; none at a sign-in, where the options are the same for
     *   everyone: whoever holds a passkey for us is offered it by the authenticator.
     */
    assertionOptions(allowed: readonly Pick<CredentialRecord, 'id' | 'transports'>[]) {
      return generateAuthenticationOptions({
        rpID: site.rpId,
        userVerification: 'required',
        allowCredentials: allowed.map(descriptor),
      });
    },

    verifyRegistration: (answer: RegistrationAnswer, challenge: string) =>
      attempt(() => checkRegistration(site, answer, challenge)),

    /**
     * @param known the credential that the answer names, or a decoy where there is none, so that both take equally long;
     *   with the base64url user handle of its operator.
     */
    verifyAssertion: (
      answer: AssertionAnswer,
      challenge: string,
      known: { credential: CredentialRecord; userHandle: string },
    ) => attempt(() => checkAssertion(site, answer, challenge, known)),
  };
}

function descriptor({ id, transports }: Pick<CredentialRecord, 'id' | 'transports'>) {
  return { id, transports };
}

async function checkRegistration(
  site: Site,
  answer: RegistrationAnswer,
  challenge: string,
): Promise<RegistrationVerdict> {
  if (isFramed(answer.response.clientDataJSON)) return invalid('inside a frame');
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...answer, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    requireUserVerification: true,
    supportedAlgorithmIDs,
  });
  if (!verified) return invalid('attestation');
  const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo;
  if (credential.id !== answer.id) return invalid('another credential id than the attested one');
  if (Buffer.from(credential.id, 'base64url').length > credentialIdBytesMax) return invalid('long id');
  if (!(await isUsable(credential.publicKey))) return invalid('key');
  return {
    kind: 'valid',
    credential: {
      id: credential.id,
      publicKey: credential.publicKey,
      counter: credential.counter,
      transports: answer.response.transports,
      backupEligible: credentialDeviceType === 'multiDevice',
      backedUp: credentialBackedUp,
      aaguid,
    },
  };
}

/** ECDSA's (1, 1) in DER: the wrong signature, which no key made. */
const someSignature = Buffer.from('3006020101020101', 'hex');

/**
 * Without attestation a new passkey has signed nothing yet: one with a point that is not on its curve, or of another
 * kind than its algorithm, would be kept and open nothing, and could be the only one left.
 * @throws where the key cannot be imported
 */
async function isUsable(credentialPublicKey: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const key = decodeCredentialPublicKey(credentialPublicKey);
  if (keyTypes.get(Number(key.get(cose.COSEKEYS.alg))) !== key.get(cose.COSEKEYS.kty)) return false;
  await verifySignature({
    signature: Uint8Array.from(someSignature),
    data: new Uint8Array(1),
    credentialPublicKey,
  });
  return true;
}

async function checkAssertion(
  site: Site,
  answer: AssertionAnswer,
  challenge: string,
  known: { credential: CredentialRecord; userHandle: string },
): Promise<AssertionVerdict> {
  if (isFramed(answer.response.clientDataJSON)) return invalid('inside a frame');
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...answer, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: site.origin,
    expectedRPID: site.rpId,
    // Counter zero switches off the library's own comparison, which comes before the signature.
    credential: { id: answer.id, publicKey: Uint8Array.from(known.credential.publicKey), counter: 0 },
    requireUserVerification: true,
  });
  if (!verified) return invalid('signature');
  if (!equalText(answer.response.userHandle, known.userHandle)) return invalid('user handle of another');
  const isEligible = authenticationInfo.credentialDeviceType === 'multiDevice';
  if (isEligible !== known.credential.backupEligible) return invalid('backup eligibility changed');
  const counter = authenticationInfo.newCounter;
  if (hasRunBackwards(known.credential.counter, counter)) return { kind: 'cloned', counter };
  return { kind: 'valid', counter, backedUp: authenticationInfo.credentialBackedUp };
}

/** Synced passkeys report zero for ever; any other counter must grow (WebAuthn, Signature Counter Considerations). */
export function hasRunBackwards(storedCounter: number, counter: number): boolean {
  return (storedCounter > 0 || counter > 0) && counter <= storedCounter;
}

export type Webauthn = ReturnType<typeof createWebauthn>;
