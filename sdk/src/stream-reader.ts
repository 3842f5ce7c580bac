/**
 * Reads `GET /v1/stream` for as long as the client lives: opens it, hands on what it says, and opens it again after a
 * cut, with the last id it saw, so that the collector can send what was missed. A stream that says nothing for three
 * pings is as dead as a closed one: connections die silently behind proxies.
 */

import type { StreamEvent } from '../../lib/contract/stream.ts';
import { backoffMs, backoffMsMax, retryAfterMs } from './backoff.ts';
import type { WarningCode } from './drop-ledger.ts';
import { parseStreamEvent } from './frames.ts';
import { warningOf } from './post-batch.ts';
import { createSseParser } from './sse-parser.ts';

export interface StreamReader {
  start(): void;
  stop(): void;
  /** Cuts the connection and opens it anew without a last id, which gets a snapshot. */
  restart(): void;
}

/** What the end of one connection says about the next attempt. */
interface Cut {
  warning: WarningCode;
  afterMs: number | undefined;
}

export function createStreamReader(deps: {
  url: URL;
  key: string;
  instance: string;
  /** For a verifier of tokens, which is no enforcement point. */
  watch?: 'revocations';
  requestTimeoutMs: number;
  /** A stream that said nothing for this long is cut. */
  silenceMsMax: number;
  backoffMs: number;
  fetch: typeof fetch;
  clock: { now(): number };
  random: () => number;
  onOpen: (serverDate: string | null) => void;
  onEvent: (event: StreamEvent) => void;
  onCut: (warning: WarningCode) => void;
  onInvalid: () => void;
}): StreamReader {
  const url = new URL('v1/stream', deps.url);
  url.searchParams.set('instance', deps.instance);
  if (deps.watch !== undefined) url.searchParams.set('watch', deps.watch);
  let stopped = false;
  let lastEventId = '';
  let attempts = 0;
  let connection = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  const deliver = (text: string, parse: ReturnType<typeof createSseParser>): void => {
    for (const message of parse(text)) {
      if (stopped || connection.signal.aborted) return;
      const event = parseStreamEvent(message);
      if (event === undefined) deps.onInvalid();
      else deps.onEvent(event);
      attempts = 0;
      // Only after it was applied, and not at all if it was the reason to begin anew.
      if (connection.signal.aborted) return;
      if (message.id !== '') lastEventId = message.id;
    }
  };

  const readOnce = async (own: AbortController): Promise<Cut> => {
    let alarm = setTimeout(() => own.abort(), deps.requestTimeoutMs).unref();
    const heard = (): void => {
      clearTimeout(alarm);
      alarm = setTimeout(() => own.abort(), deps.silenceMsMax).unref();
    };
    try {
      const response = await deps.fetch(url, {
        headers: headersOf(deps.key, lastEventId),
        redirect: 'manual',
        signal: own.signal,
      });
      if (response.status !== 200 || response.body === null) {
        await response.body?.cancel();
        return cutBy(response, deps.clock.now());
      }
      heard();
      deps.onOpen(response.headers.get('date'));
      const parse = createSseParser();
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
        heard();
        deliver(text, parse);
      }
    } catch {
      // Refused, cut, silent or restarted: all mean the same, try again.
    } finally {
      clearTimeout(alarm);
    }
    return { warning: 'collector_unreachable', afterMs: undefined };
  };

  const run = async (): Promise<void> => {
    if (stopped) return;
    connection = new AbortController();
    const cut = await readOnce(connection);
    if (stopped) return;
    connection.abort();
    deps.onCut(cut.warning);
    const waitMs = cut.afterMs ?? backoffMs(attempts, deps.backoffMs, deps.random());
    attempts++;
    timer = setTimeout(run, waitMs);
    timer.unref();
  };

  return {
    start: () => void run(),
    stop() {
      stopped = true;
      clearTimeout(timer);
      connection.abort();
    },
    restart() {
      lastEventId = '';
      connection.abort();
    },
  };
}

function headersOf(key: string, lastEventId: string): Record<string, string> {
  return {
    authorization: `Bearer ${key}`,
    accept: 'text/event-stream',
    ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }),
  };
}

function cutBy(response: Response, nowMs: number): Cut {
  const warning = warningOf(response.status);
  if (warning !== undefined) return { warning, afterMs: backoffMsMax };
  const afterMs = retryAfterMs(response.headers.get('retry-after'), nowMs);
  return { warning: 'collector_unreachable', afterMs };
}
