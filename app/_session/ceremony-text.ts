/** Why a ceremony did not finish, in words that tell what to do. */

import { ApiProblem } from './problem.ts';

/**
 * Undefined where the operator simply closed the browser's dialog: that needs no message.
 * @param gone what to do where the link or code is not valid; each kind has another way to a new one.
 */
export function ceremonyText(error: unknown, gone?: string): string | undefined {
  if (error instanceof ApiProblem) {
    if (error.code === 'not_found' && gone !== undefined) return gone;
    return problemTexts[error.code] ?? error.message;
  }
  if (!(error instanceof Error)) return unknownText;
  return error.name in browserTexts ? browserTexts[error.name] : unknownText;
}

const unknownText = 'The browser could not use a passkey here. Try again, or use another browser.';

const problemTexts: Record<string, string | undefined> = {
  ceremony_failed: 'This passkey could not be verified. Try again, or use another one.',
  rate_limited: 'Too many attempts. Wait a minute and try again.',
  offline: 'Tidegate does not answer. Check that it is running, then try again.',
};

const browserTexts: Record<string, string | undefined> = {
  NotAllowedError: undefined,
  AbortError: undefined,
  InvalidStateError: 'This device already has a passkey of yours: sign in with it, or choose another device.',
  NotSupportedError:
    'This device cannot make a passkey that Tidegate accepts. Use another device or a security key.',
  SecurityError: 'Passkeys need this page to be open under its own address, by https or on localhost.',
};
