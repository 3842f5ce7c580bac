/**
 * `GET /v1/stream` from the inside: who is connected, and what they are told. Every connection gets a snapshot and then
 * the same deltas, numbered; a client that was cut off for a moment gets what it missed from a bounded memory.
 *
 * A reader that does not read is cut off: what waits for it is bounded, and it can come back and resume.
 */

import { randomBytes } from 'node:crypto';
import type { Throttle } from '../../lib/contract/decision.ts';
import type { Revocation } from '../../lib/contract/revocation.ts';
import {
  type StreamDelta,
  type StreamEvent,
  type StreamSnapshot,
  streamPingMs,
} from '../../lib/contract/stream.ts';
import type { Collector } from '../collector/collector.ts';
import { AppError } from '../http/app-error.ts';
import type { RevocationView } from '../identity/revocation-view.ts';
import type { Metrics } from '../observe/metrics.ts';

export interface StreamLimits {
  /** Each holds a socket and some kilobytes. */
  connectionsMax: number;
  connectionsPerKeyMax: number;
  /** What may wait for a slow reader; must hold a snapshot of all throttles. */
  waitingBytesMax: number;
  /** Deltas remembered for those who come back. */
  deltasMax: number;
  /** An instance that is gone this long no longer gets a share of the limits. */
  instanceGraceMs: number;
}
export const streamLimits: StreamLimits = {
  connectionsMax: 2_000,
  connectionsPerKeyMax: 1_000,
  waitingBytesMax: 4 * 1024 * 1024,
  deltasMax: 1_000,
  instanceGraceMs: 5_000,
};

export interface StreamRequest {
  keyId: string;
  /** Names one enforcement point, so that its reconnect is not counted as another. */
  instanceId: string | undefined;
  lastEventId: string | undefined;
  /** It verifies tokens and applies no throttle: no share of the limits is its. */
  watchesTokens: boolean;
}

export interface EnforcementStream {
  /** @throws AppError `rate_limited`, `unavailable` */
  connect(request: StreamRequest): ReadableStream<Uint8Array>;
  /** Enforcement points connected now, at least 1 for sharing. */
  instances(): number;
  cutKey(keyId: string): void;
  close(): void;
}

interface Connection {
  keyId: string;
  instanceId: string;
  watchesTokens: boolean;
  controller: ReadableStreamDefaultController<Uint8Array>;
}

/** How often joiners and leavers are told to the others: shares need not follow every blink. */
const instancesEveryMs = 250;
const queueBytes = 64 * 1024;

export interface EnforcementStreamDeps {
  collector: Pick<Collector, 'throttles' | 'onPulse' | 'health'>;
  revocations: Pick<RevocationView, 'entries' | 'onSessionEnded'>;
  clock: { now(): number };
  metrics: Metrics;
  limits: StreamLimits;
}

export function createEnforcementStream(deps: EnforcementStreamDeps): EnforcementStream {
  return new ThrottleStream(deps);
}

class ThrottleStream implements EnforcementStream {
  readonly #deps: EnforcementStreamDeps;
  /** Numbers start anew with every process; the epoch tells them apart. */
  readonly #epoch = randomBytes(6).toString('hex');
  readonly #connections = new Set<Connection>();
  /** Instance -> since when nobody is connected for it; undefined while someone is. */
  readonly #instances = new Map<string, number | undefined>();
  #deltas: { seq: number; bytes: Uint8Array }[] = [];
  #seq = 0;
  #instancesTold = 1;
  #nextAnonymous = 1;
  readonly #timers: NodeJS.Timeout[];
  readonly #stopListening: (() => void)[];

  constructor(deps: EnforcementStreamDeps) {
    this.#deps = deps;
    this.#stopListening = [
      deps.collector.onPulse(({ changes }) => {
        if (changes.throttlesSet.length + changes.throttlesRemoved.length === 0) return;
        this.#tell({ set: changes.throttlesSet, removed: changes.throttlesRemoved });
      }),
      deps.revocations.onSessionEnded((revoked) => this.#tell({ revoked: [revoked] })),
    ];
    this.#timers = [
      setInterval(() => this.#ping(), streamPingMs).unref(),
      setInterval(() => this.#tellInstances(), instancesEveryMs).unref(),
    ];
  }

  connect(request: StreamRequest): ReadableStream<Uint8Array> {
    this.#admit(request);
    const instanceId = request.instanceId ?? `anonymous-${this.#nextAnonymous++}`;
    let connection: Connection | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          connection = { keyId: request.keyId, instanceId, watchesTokens: request.watchesTokens, controller };
          this.#replace(connection);
          for (const bytes of this.#greeting(request.lastEventId)) this.#send(connection, bytes);
        },
        cancel: () => {
          if (connection) this.#forget(connection);
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: queueBytes }),
    );
  }

  instances(): number {
    return Math.max(1, this.#instances.size);
  }

  cutKey(keyId: string): void {
    for (const connection of this.#connections) if (connection.keyId === keyId) this.#cut(connection);
  }

  close(): void {
    for (const stop of this.#stopListening) stop();
    for (const timer of this.#timers) clearInterval(timer);
    for (const connection of this.#connections) this.#cut(connection);
  }

  #admit({ keyId, watchesTokens }: StreamRequest): void {
    const { limits, collector } = this.#deps;
    // Before the log is read the list of throttles is empty, and a client would drop those it holds.
    if (!collector.health().ready && !watchesTokens)
      throw new AppError('unavailable', { headers: { 'retry-after': '1' } });
    const ofKey = [...this.#connections].filter((connection) => connection.keyId === keyId).length;
    if (this.#connections.size >= limits.connectionsMax || ofKey >= limits.connectionsPerKeyMax) {
      throw new AppError('rate_limited', { headers: { 'retry-after': '10' } });
    }
  }

  /** One connection for each instance: the newest is the living one. */
  #replace(connection: Connection): void {
    for (const other of this.#connections) {
      if (other.instanceId === connection.instanceId && other.keyId === connection.keyId) this.#cut(other);
    }
    this.#connections.add(connection);
    if (!connection.watchesTokens) this.#instances.set(connection.instanceId, undefined);
    this.#deps.metrics.streamsConnected.set(this.#connections.size);
  }

  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    const stillThere = [...this.#connections].some((other) => other.instanceId === connection.instanceId);
    if (!stillThere && !connection.watchesTokens) {
      this.#instances.set(connection.instanceId, this.#deps.clock.now());
    }
    this.#deps.metrics.streamsConnected.set(this.#connections.size);
  }

  #cut(connection: Connection): void {
    this.#forget(connection);
    try {
      connection.controller.close();
    } catch {
      // The other side has closed it already.
    }
  }

  /** The deltas that were missed, where all of them are remembered; a snapshot otherwise. */
  #greeting(lastEventId: string | undefined): Uint8Array[] {
    const [epoch, number] = (lastEventId ?? '').split('.');
    const seen = Number(number);
    const first = this.#deltas[0]?.seq ?? this.#seq + 1;
    if (epoch === this.#epoch && Number.isSafeInteger(seen) && seen <= this.#seq && seen >= first - 1) {
      const missed = this.#deltas.filter(({ seq }) => seq > seen).map(({ bytes }) => bytes);
      return [...missed, encode({ type: 'ping', data: { seq: this.#seq } }, undefined)];
    }
    const data: StreamSnapshot = {
      seq: this.#seq,
      throttles: this.#deps.collector.throttles(),
      instances: this.instances(),
      revocations: this.#deps.revocations.entries(),
    };
    return [encode({ type: 'snapshot', data }, `${this.#epoch}.${this.#seq}`)];
  }

  #tell(news: { set?: Throttle[]; removed?: string[]; revoked?: Revocation[] }): void {
    this.#seq += 1;
    this.#instancesTold = this.instances();
    const data: StreamDelta = {
      ...{ seq: this.#seq, set: [], removed: [], instances: this.#instancesTold },
      ...news,
    };
    const bytes = encode({ type: 'delta', data }, `${this.#epoch}.${this.#seq}`);
    this.#deltas.push({ seq: this.#seq, bytes });
    if (this.#deltas.length > this.#deps.limits.deltasMax)
      this.#deltas = this.#deltas.slice(-this.#deps.limits.deltasMax);
    for (const connection of this.#connections) this.#send(connection, bytes);
  }

  #tellInstances(): void {
    const goneBefore = this.#deps.clock.now() - this.#deps.limits.instanceGraceMs;
    for (const [id, goneAt] of this.#instances) {
      if (goneAt !== undefined && goneAt <= goneBefore) this.#instances.delete(id);
    }
    if (this.instances() !== this.#instancesTold) this.#tell({});
  }

  #ping(): void {
    const bytes = encode({ type: 'ping', data: { seq: this.#seq } }, undefined);
    for (const connection of this.#connections) this.#send(connection, bytes);
  }

  #send(connection: Connection, bytes: Uint8Array): void {
    const waiting = queueBytes - (connection.controller.desiredSize ?? queueBytes);
    if (waiting + bytes.byteLength > this.#deps.limits.waitingBytesMax) this.#cut(connection);
    else connection.controller.enqueue(bytes);
  }
}

const encoder = new TextEncoder();

/** WHATWG HTML, section 9.2.6. JSON holds no line breaks, so one data line is enough. */
function encode(event: StreamEvent, id: string | undefined): Uint8Array {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return encoder.encode(`${idLine}event: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`);
}
