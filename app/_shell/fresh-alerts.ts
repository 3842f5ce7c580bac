/** Which changed alerts are news, in this tab: a page that is loaded again does not tell them again. */

import type { AlertSummary } from '../../lib/contract/console.ts';

/** Older ones have been on the screen before this page was opened. */
const newMs = 60_000;

/**
 * The alerts to announce, each once, oldest first. Judged by the server's own times: the browser's clock may be wrong.
 * @param changed oldest change first; of several versions of one alert the last counts
 * @param announced ids that were announced before
 */
export function freshAlerts(
  changed: readonly AlertSummary[],
  announced: ReadonlySet<string>,
): AlertSummary[] {
  const byId = new Map(changed.map((alert) => [alert.id, alert]));
  return [...byId.values()].filter(
    ({ id, status, openedAt, lastSeenAt }) =>
      status === 'open' && lastSeenAt - openedAt < newMs && !announced.has(id),
  );
}

const storageKey = 'tidegate-announced-alerts';

export function recallAnnounced(): string[] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
  } catch {
    // Storage that is closed to us costs a repeated message, not the page.
    return [];
  }
}

export function rememberAnnounced(ids: ReadonlySet<string>): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify([...ids]));
  } catch {}
}
