/** A session's life in lines that can be read: runs of rotations from one address become one line. Pure. */

import type { TokenEvent } from '../../../../lib/contract/sessions.ts';

export interface TimelineLine {
  kind: TokenEvent['kind'];
  /** Of the newest event in the line, and of the oldest. */
  at: number;
  sinceAt: number;
  count: number;
  address: string | undefined;
  reason: string | undefined;
  /** The address differs from the one before it in time. */
  moved: boolean;
}

/** @param events oldest first, as the API tells them. @returns newest first */
export function timelineLines(events: readonly TokenEvent[]): TimelineLine[] {
  const lines: TimelineLine[] = [];
  let lastAddress: string | undefined;
  for (const { at, kind, address, reason } of events) {
    const last = lines.at(-1);
    if (kind === 'rotated' && last?.kind === 'rotated' && last.address === address) {
      last.at = at;
      last.count += 1;
      continue;
    }
    const moved = address !== undefined && lastAddress !== undefined && address !== lastAddress;
    lines.push({ kind, at, sinceAt: at, count: 1, address, reason, moved });
    lastAddress = address ?? lastAddress;
  }
  return lines.reverse();
}
