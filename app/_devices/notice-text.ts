/** What happened to an account, in one sentence. */

import type { AccountNotice, AccountNoticeKind } from '../../lib/contract/account.ts';

const texts: Record<AccountNoticeKind, (subject: string) => string> = {
  device_added: (subject) => `Passkey “${subject}” was added.`,
  device_removed: () => 'A passkey was removed.',
  clone_suspected: () => 'A passkey may have been copied: its counter ran backwards.',
  recovery_codes_created: () => 'New recovery codes were made; the older ones are void.',
  recovery_link_created: () => 'A recovery link to your account was made.',
  recovery_used: () => 'A recovery of your account was begun.',
  recovery_enrolled: (subject) => `Passkey “${subject}” was made by a recovery.`,
  session_opened: () => 'Signed in.',
  session_reuse_detected: () => 'A session was used from two places and was ended.',
};

export function noticeText({ what, subject }: Pick<AccountNotice, 'what' | 'subject'>): string {
  return texts[what](subject);
}

/** What an owner should look at even if everything else is read quickly. */
export function isAlarming({ what }: Pick<AccountNotice, 'what'>): boolean {
  return alarming.has(what);
}

const alarming = new Set<AccountNoticeKind>([
  'clone_suspected',
  'recovery_link_created',
  'recovery_used',
  'recovery_enrolled',
  'session_reuse_detected',
]);
