/**
 * Open WebAuthn ceremonies: the challenge that was handed out, what it is for, and to which browser (a cookie and the
 * DPoP key). Taking one consumes it whatever comes of it, so an answer is judged once. Kept in memory and bounded: a
 * restart or a flood costs a person one more click, never a wrong acceptance.
 */

import { equalText, randomText, sha256Text } from './keyring.ts';

/** WebAuthn suggests 5 minutes with user verification. */
export const ceremonyLifetimeMs = 5 * 60 * 1000;
/** About 600 bytes each. */
const ceremoniesMax = 20_000;
/** A browser needs one or two; an address with more loses its own oldest. */
const perAddressMax = 2_000;

export type CeremonyPurpose =
  | { type: 'sign_in' }
  /** A signed-in operator confirms one operation. */
  | { type: 'step_up'; operatorId: string; operation: string }
  | { type: 'device'; operatorId: string }
  /** After a recovery: a new passkey and nothing else. */
  | { type: 'enrol'; operatorId: string }
  /** The first operator. */
  | { type: 'setup'; tokenSha256: string; name: string; userHandle: Uint8Array }
  /** One who was invited. */
  | { type: 'invite'; tokenSha256: string; name: string; userHandle: Uint8Array }
  /** A caller signs in to a client on the hosted page; and makes the passkey for it. */
  | { type: 'authorize'; requestId: string }
  | { type: 'enrol_caller'; tokenSha256: string; callerId: string };

export interface OpenCeremony<P extends CeremonyPurpose = CeremonyPurpose> {
  challenge: string;
  purpose: P;
}

interface Entry extends OpenCeremony {
  browserSha256: string;
  jkt: string;
  address: string;
  expiresAt: number;
}

/** The browser that a ceremony belongs to: the value of its pre-sign-in cookie, or its session, and its key. */
export interface BrowserBinding {
  browserToken: string;
  jkt: string;
}

export function createCeremonies(deps: { clock: { now(): number } }) {
  // In order of opening, which is also the order of expiry.
  const open = new Map<string, Entry>();
  const idsByAddress = new Map<string, Set<string>>();

  function remove(id: string, entry: Entry): void {
    open.delete(id);
    const ids = idsByAddress.get(entry.address);
    ids?.delete(id);
    if (ids?.size === 0) idsByAddress.delete(entry.address);
  }

  function makeRoom(address: string, nowMs: number): void {
    for (const [id, entry] of open) {
      if (entry.expiresAt > nowMs && open.size < ceremoniesMax) break;
      remove(id, entry);
    }
    const ids = idsByAddress.get(address);
    const oldestId = ids !== undefined && ids.size >= perAddressMax ? ids.values().next().value : undefined;
    const oldest = oldestId === undefined ? undefined : open.get(oldestId);
    if (oldestId !== undefined && oldest !== undefined) remove(oldestId, oldest);
  }

  return {
    /** @returns `cer_…` */
    begin(ceremony: OpenCeremony, binding: BrowserBinding, address: string): string {
      const nowMs = deps.clock.now();
      makeRoom(address, nowMs);
      const id = `cer_${randomText(16)}`;
      const browserSha256 = sha256Text(binding.browserToken);
      open.set(id, {
        ...ceremony,
        browserSha256,
        jkt: binding.jkt,
        address,
        expiresAt: nowMs + ceremonyLifetimeMs,
      });
      idsByAddress.set(address, (idsByAddress.get(address) ?? new Set()).add(id));
      return id;
    },

    /** The ceremony, if it is open, of this type and of this browser; in any case it is closed now. */
    take<T extends CeremonyPurpose['type']>(
      id: string,
      type: T,
      binding: BrowserBinding,
    ): OpenCeremony<Extract<CeremonyPurpose, { type: T }>> | undefined {
      const entry = open.get(id);
      if (entry === undefined) return undefined;
      remove(id, entry);
      if (entry.expiresAt <= deps.clock.now()) return undefined;
      if (entry.jkt !== binding.jkt) return undefined;
      if (!equalText(entry.browserSha256, sha256Text(binding.browserToken))) return undefined;
      return isOfType(entry, type) ? { challenge: entry.challenge, purpose: entry.purpose } : undefined;
    },

    size: () => open.size,
  };
}

function isOfType<T extends CeremonyPurpose['type']>(
  ceremony: OpenCeremony,
  type: T,
): ceremony is OpenCeremony<Extract<CeremonyPurpose, { type: T }>> {
  return ceremony.purpose.type === type;
}

export type Ceremonies = ReturnType<typeof createCeremonies>;
