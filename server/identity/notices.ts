/**
 * Tells the owner of an account what happened to it, at once, in every console that is open: a thief who adds a passkey
 * is seen. What is told here stands in the audit log too, which is what `GET /api/notices` reads later.
 */

import type { AccountNotice } from '../../lib/contract/account.ts';

export type NoticeListener = (operatorId: string, notice: AccountNotice) => void;

export function createNotices() {
  const listeners = new Set<NoticeListener>();
  return {
    tell(operatorId: string, notice: AccountNotice): void {
      for (const listener of listeners) listener(operatorId, notice);
    },
    /** @returns a function that stops it */
    onNotice(listener: NoticeListener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;
