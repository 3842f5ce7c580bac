/** Why a ceremony did not finish, in words that tell what to do. */

import { ApiProblem } from './problem.ts';

/** Undefined where the operator simply closed the browser's dialog: that needs no message. */
export function ceremonyText(error: unknown): string | undefined {
  if (error instanceof ApiProblem) return problemTexts[error.code] ?? error.message;
  if (!(error instanceof Error)) return unknownText;
  return error.name in browserTexts ? browserTexts[error.name] : unknownText;
}

const unknownText = 'The browser could not use a passkey here. Try again, or use another browser.';

const problemTexts: Record<string, string | undefined> = {
  ceremony_failed: 'This passkey could not be verified. Try again, or use another one.',
  not_found: 'This link is no longer valid. Start Tidegate again to have a new one printed.',
  rate_limited: 'Too many attempts. Wait a minute and try again.',
  offline: 'Tidegate does not answer. Check that it is running, then try again.',
};

const browserTexts: Record<string, string | undefined> = {
  NotAllowedError: undefined,
  AbortError: undefined,
  InvalidStateError: 'This device already has a passkey for this Tidegate. Sign in with it.',
  NotSupportedError:
    'This device cannot make a passkey that Tidegate accepts. Use another device or a security key.',
  SecurityError: 'Passkeys need this page to be open under its own address, by https or on localhost.',
};
