/**
 * Counts what went wrong, by code, and tells it in static words: no line ever holds a value from a request.
 * A line per mistake would flood the log, and a line per minute with a count of one would hide a burst of thousands;
 * so counts are held back and go out with the next line of their code.
 */

import type { EventRejection } from '../../lib/contract/event.ts';

/** Why an event was deliberately not delivered. `server_*` are the collector's own codes. */
export type DropCode =
  | 'queue_full'
  | 'invalid_event'
  | 'unreadable_event'
  | 'after_close'
  | 'batch_refused'
  | 'batch_expired'
  | 'undelivered_at_close'
  | 'server_other'
  | `server_${EventRejection}`;

/** Not a lost event, yet something a person should look at. */
export type WarningCode =
  | 'collector_unreachable'
  | 'key_refused'
  | 'address_wrong'
  | 'stream_invalid'
  | 'option_threw'
  | 'route_unreadable'
  | 'revocations_unheard'
  | 'keys_unreachable'
  | 'address_unknown';

export interface Diagnostic {
  code: DropCode | WarningCode;
  /** Static: safe to log anywhere. */
  text: string;
  /** How often since the last line of this code. */
  count: number;
}

const rejected = 'Tidegate did not take events; the code says why.';
const texts: Record<DropCode | WarningCode, string> = {
  queue_full: 'The queue of events is full; the newest are dropped.',
  invalid_event: 'Events without user, endpoint, method or status were dropped.',
  unreadable_event: 'Reading an event threw; it was dropped.',
  after_close: 'Events were captured after close().',
  batch_refused: 'Tidegate refused a batch for good; it was dropped.',
  batch_expired: 'A batch could not be delivered for 24 hours; it was dropped.',
  undelivered_at_close: 'Events were still waiting when the client closed.',
  collector_unreachable: 'Tidegate cannot be reached; throttles in force stay, all else follows failMode.',
  key_refused: 'Tidegate does not accept the ingest key; trying again slowly.',
  address_wrong: 'There is no Tidegate at url; trying again slowly.',
  stream_invalid: 'The stream of throttles sent something that is no throttle.',
  route_unreadable: 'The framework did not tell the route of a request; it counts as unmatched.',
  revocations_unheard:
    'Tidegate does not say which tokens were revoked; when that lasts, every token is refused.',
  keys_unreachable: 'The keys that verify tokens could not be fetched.',
  option_threw: 'A function passed as an option threw; its default was used.',
  address_unknown:
    'The caller has no address here; pass user, ip or trustProxy, else strangers share one name.',
  server_other: rejected,
  server_invalid_json: rejected,
  server_invalid_event: rejected,
  server_invalid_ts: rejected,
  server_too_old: rejected,
  server_in_future: rejected,
  server_string_too_long: rejected,
  server_missing_field: rejected,
};

const lineEveryMs = 60_000;

export interface DropLedger {
  drop(code: DropCode, count: number): void;
  /** Events that the collector rejected one by one. */
  rejectedByServer(codes: readonly string[]): void;
  warn(code: WarningCode): void;
  /** Tells held-back counts whose minute is over; `all` at the end. */
  release(all: boolean): void;
  dropped(): Partial<Record<DropCode, number>>;
}

export function createDropLedger(deps: {
  clock: { now(): number };
  onDiagnostic: (diagnostic: Diagnostic) => void;
}): DropLedger {
  const dropped = new Map<DropCode, number>();
  const held = new Map<DropCode | WarningCode, number>();
  const toldAt = new Map<DropCode | WarningCode, number>();

  const tell = (code: DropCode | WarningCode, nowMs: number): void => {
    const count = held.get(code);
    if (count === undefined) return;
    held.delete(code);
    toldAt.set(code, nowMs);
    try {
      deps.onDiagnostic({ code, text: texts[code], count });
    } catch {
      // A logger that throws must not reach the customer's request; there is nowhere left to tell it.
    }
  };
  const isDue = (code: DropCode | WarningCode, nowMs: number): boolean =>
    Math.abs(nowMs - (toldAt.get(code) ?? Number.NEGATIVE_INFINITY)) >= lineEveryMs;
  const hold = (code: DropCode | WarningCode, count: number): void => {
    held.set(code, (held.get(code) ?? 0) + count);
    const nowMs = deps.clock.now();
    if (isDue(code, nowMs)) tell(code, nowMs);
  };
  const drop = (code: DropCode, count: number): void => {
    if (count === 0) return;
    dropped.set(code, (dropped.get(code) ?? 0) + count);
    hold(code, count);
  };

  return {
    drop,
    rejectedByServer(codes) {
      const counts = new Map<DropCode, number>();
      for (const code of codes) {
        const own = serverCodes.get(code) ?? 'server_other';
        counts.set(own, (counts.get(own) ?? 0) + 1);
      }
      for (const [code, count] of counts) drop(code, count);
    },
    warn: (code) => hold(code, 1),
    release(all) {
      const nowMs = deps.clock.now();
      for (const code of [...held.keys()]) if (all || isDue(code, nowMs)) tell(code, nowMs);
    },
    dropped: () => Object.fromEntries(dropped),
  };
}

const rejections: Record<EventRejection, DropCode> = {
  invalid_json: 'server_invalid_json',
  invalid_event: 'server_invalid_event',
  invalid_ts: 'server_invalid_ts',
  too_old: 'server_too_old',
  in_future: 'server_in_future',
  string_too_long: 'server_string_too_long',
  missing_field: 'server_missing_field',
};
const serverCodes: ReadonlyMap<string, DropCode> = new Map(Object.entries(rejections));
