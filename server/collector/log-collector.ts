/**
 * The collector at work. On this thread: batches into the durable log, and what must be known here to answer at once,
 * namely the throttles in force and the newest numbers for the live view. Everything else is asked of the engine's
 * thread.
 */

import type { IngestReply } from '../../lib/contract/decision.ts';
import { createEnforcer, type Enforcer, enforcerDefaults } from '../../lib/enforcement/enforcer.ts';
import type { EngineCommand } from '../../lib/engine/engine.ts';
import { AppError } from '../http/app-error.ts';
import { type Backlog, backlogLimits, createBacklog } from './backlog.ts';
import type { Collector, CollectorDeps, CollectorPulse, IncomingBatch } from './collector.ts';
import type { DiskSpace } from './disk-space.ts';
import { createEngineClient, type EngineClient } from './engine-client.ts';
import type { EventLog } from './event-log.ts';
import { type IdempotencyRecords, recordKeyOf, replyAgain, type StoredReply } from './idempotency.ts';
import { commitFailure } from './log-store.ts';
import { throttlesFor } from './reply-throttles.ts';
import { createSeconds } from './seconds.ts';
import type { FromWorker, Progress } from './worker-protocol.ts';

/** How often old entries and records are looked at. */
const tidyEveryMs = 10_000;
/** How long an order may wait for the engine to come to it. */
const commandWaitMsMax = 10_000;

type Told = Extract<FromWorker, { type: 'ready' | 'pulse' }>;

export interface CollectorParts {
  disk: DiskSpace;
  records: IdempotencyRecords;
  eventLog: EventLog;
  folder: string;
}

export class LogCollector implements Collector {
  readonly #deps: CollectorDeps;
  readonly #parts: CollectorParts;
  readonly #engine: EngineClient;
  readonly #enforcer: Enforcer = createEnforcer(enforcerDefaults);
  readonly #backlog: Backlog = createBacklog(backlogLimits);
  readonly #seconds = createSeconds();
  readonly #listeners = new Set<(pulse: CollectorPulse) => void | Promise<void>>();
  /** Batches that are being written, by idempotency record: a second copy waits for the first. */
  readonly #inFlight = new Map<string, Promise<StoredReply>>();
  readonly #commands = new Set<{ seq: number; done: () => void }>();
  readonly #tidyTimer: NodeJS.Timeout;
  #state: 'starting' | 'ready' | 'lost' | 'closed' = 'starting';
  #latest: CollectorPulse | undefined;
  #progress: Progress = { seq: 0, safeSeq: 0, lagMs: 0, degraded: [] };
  #receivedAtMs = 0;

  constructor(deps: CollectorDeps, parts: CollectorParts) {
    this.#deps = deps;
    this.#parts = parts;
    this.#engine = createEngineClient({
      setup: { folder: parts.folder, engine: deps.engine, checkpointEveryMs: deps.checkpointEveryMs },
      onTold: (message) => this.#hear(message),
      onNote: (text) => deps.log.warn(text),
      onLost: (error) => {
        this.#state = 'lost';
        deps.log.fatal(
          { err: error },
          'the engine has stopped; events are still kept, decisions are not renewed',
        );
      },
    });
    this.#tidyTimer = setInterval(() => void this.#tidy(), tidyEveryMs);
    this.#tidyTimer.unref();
  }

  /** Not async up to the log: whatever an async function holds while it waits, the garbage collector must copy. */
  ingest(batch: IncomingBatch): Promise<IngestReply> {
    const throttles = throttlesFor(this.#enforcer, batch, this.#deps.clock.now());
    return this.#take(batch).then(({ accepted, rejected }) => ({ accepted, rejected, throttles }));
  }

  #take(batch: IncomingBatch): Promise<StoredReply> {
    if (batch.idempotencyKey === undefined) return this.#append(batch, undefined);
    const key = recordKeyOf(batch.keyId, batch.idempotencyKey);
    const earlier = this.#inFlight.get(key) ?? this.#parts.records.find(key);
    if (earlier) {
      this.#deps.metrics.batchesRepeated.inc();
      return replyAgain(earlier, batch.bodyCrc);
    }
    const taken = this.#append(batch, key);
    this.#inFlight.set(key, taken);
    const forget = () => this.#inFlight.delete(key);
    taken.then(forget, forget);
    return taken;
  }

  #append(batch: IncomingBatch, key: string | undefined): Promise<StoredReply> {
    const full = this.#backlog.refusal();
    if (full) return Promise.reject(full);
    const { rejected, keyId, bodyCrc } = batch;
    const reply: StoredReply = { accepted: batch.events.length, rejected, bodyCrc };
    const entry = { receivedAtMs: this.#receivedAt(), keyId, events: batch.events };
    // A batch without a single good event changes nothing, but its answer must be the same next time.
    return this.#taken(
      this.#parts.eventLog.append(entry, key === undefined ? undefined : { key, reply }),
      reply,
    );
  }

  async #taken(appending: Promise<number>, reply: StoredReply): Promise<StoredReply> {
    const seq = await appending;
    this.#backlog.appended(seq, reply.accepted);
    this.#engine.wake();
    this.#deps.metrics.eventsAccepted.inc(reply.accepted);
    for (const { code } of reply.rejected) this.#deps.metrics.eventsRejected.inc({ code });
    return reply;
  }

  /** The host's clock may be set back; the log's time never goes back. */
  #receivedAt(): number {
    this.#receivedAtMs = Math.max(this.#receivedAtMs, this.#deps.clock.now());
    return this.#receivedAtMs;
  }

  decide(request: Parameters<Collector['decide']>[0]) {
    return this.#enforcer.decide(request, this.#deps.clock.now(), 'enforce');
  }

  throttles() {
    const nowMs = this.#deps.clock.now();
    return this.#enforcer.throttles().filter((throttle) => throttle.expiresAt > nowMs);
  }

  baseline(user: string, endpoint: string) {
    return this.#engine.ask('baseline', { user, endpoint, afterSeq: this.#parts.eventLog.committedSeq() });
  }

  users(query: Parameters<Collector['users']>[0]) {
    return this.#engine.ask('users', query);
  }

  user(user: string) {
    return this.#engine.ask('user', { user });
  }

  endpoints(query: Parameters<Collector['endpoints']>[0]) {
    return this.#engine.ask('endpoints', query);
  }

  endpoint(endpoint: string) {
    return this.#engine.ask('endpoint', { endpoint });
  }

  series(query: Parameters<Collector['series']>[0]) {
    return this.#engine.ask('series', query);
  }

  async command(command: EngineCommand, until: 'logged' | 'applied' = 'applied') {
    const seq = await this.#parts.eventLog.append({ receivedAtMs: this.#receivedAt(), command });
    this.#engine.wake();
    if (until === 'logged' || this.#progress.seq >= seq) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { seq, done: resolve };
    this.#commands.add(waiting);
    const timer = setTimeout(() => {
      reject(new AppError('unavailable', { internal: 'the engine has not come to an order in time' }));
    }, commandWaitMsMax);
    await promise.finally(() => {
      clearTimeout(timer);
      this.#commands.delete(waiting);
    });
  }

  live() {
    const nowMs = this.#deps.clock.now();
    const { surprises = [], eventsTotal = 0, usersActive = 0, usersInTrouble = 0 } = this.#latest ?? {};
    return { points: this.#seconds.all(nowMs), surprises, eventsTotal, usersActive, usersInTrouble };
  }

  onPulse(listener: (pulse: CollectorPulse) => void | Promise<void>) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  health() {
    const backlogEntries = Math.max(0, this.#parts.eventLog.committedSeq() - this.#progress.seq);
    const degraded = [...this.#progress.degraded];
    if (!this.#parts.disk.hasRoom())
      degraded.push('The disk is full: new events are refused. Decisions go on.');
    if (this.#state === 'lost')
      degraded.push('The engine has stopped: decisions are no longer renewed. Restart.');
    return { ready: this.#state === 'ready', backlogEntries, degraded };
  }

  async close() {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearInterval(this.#tidyTimer);
    this.#parts.disk.close();
    await Promise.allSettled(this.#inFlight.values());
    await this.#engine.close();
    await this.#parts.eventLog.close();
  }

  #hear(message: Told): void {
    const nowMs = this.#deps.clock.now();
    if (message.type === 'ready') {
      this.#state = 'ready';
      this.#seconds.restore(message.points);
      this.#enforcer.replace(message.throttles, 1, nowMs);
      for (const note of message.notes) this.#deps.log.warn(note);
      this.#deps.log.info({ seq: this.#parts.eventLog.committedSeq() }, 'the engine has read the event log');
      return;
    }
    const { pulse, progress, number } = message;
    this.#latest = pulse;
    this.#progress = progress;
    this.#backlog.readUpTo(progress.seq);
    this.#seconds.restore(pulse.points);
    const { throttlesSet: set, throttlesRemoved: removed } = pulse.changes;
    if (set.length + removed.length > 0) this.#enforcer.update({ set, removed, instances: 1 }, nowMs);
    for (const waiting of this.#commands) if (waiting.seq <= progress.seq) waiting.done();
    const { metrics } = this.#deps;
    metrics.backlogEvents.set(this.#backlog.events());
    metrics.engineLagSeconds.set(progress.lagMs / 1000);
    metrics.throttlesInForce.set(this.#enforcer.size);
    void this.#tell(pulse, number);
  }

  /** A checkpoint may contain a pulse's findings only when every listener has stored them. */
  async #tell(pulse: CollectorPulse, number: number): Promise<void> {
    const told = [...this.#listeners].map(async (listener) => listener(pulse));
    for (const result of await Promise.allSettled(told)) {
      if (result.status === 'rejected')
        this.#deps.log.error({ err: result.reason }, 'a listener of pulses failed');
    }
    this.#engine.pulseStored(number);
  }

  async #tidy(): Promise<void> {
    const nowMs = this.#deps.clock.now();
    await this.#parts.eventLog.trim(this.#progress.safeSeq, nowMs);
    try {
      await this.#parts.records.rotate(nowMs);
    } catch (error) {
      this.#deps.log.warn(
        { err: (await commitFailure(error)).text },
        'old batch records could not be forgotten',
      );
    }
  }
}
