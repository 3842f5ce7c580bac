/**
 * Delivers events in batches, at our own pace: capturing only appends to a bounded queue, and one unref'd timer does
 * the rest. A batch goes when it is full or its first event has waited long enough; it is sent again, under the same
 * key, until it is taken or refused for good. While one batch waits to be sent again no other is begun, so that a
 * collector in trouble is asked once, not by every batch. When the queue is full the newest event is dropped.
 */

import { randomUUID } from 'node:crypto';
import { eventAgeMsMax } from '../../lib/contract/event.ts';
import { backoffMs } from './backoff.ts';
import type { DropLedger } from './drop-ledger.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import { type EncodedBatch, encodeBatch, type PostOutcome } from './post-batch.ts';

/** One on its way and one being answered keep a connection busy; more would only reorder. */
const batchesInFlightMax = 2;
/** Characters of JSON in one batch: three bytes each at worst, which is below the collector's limit even unzipped. */
const batchLengthMax = 512 * 1024;

interface Batch {
  /** How many events were captured before its first: tells a flush what is still under way. */
  startIndex: number;
  lines: string[];
  idempotencyKey: string;
  firstSentMs: number;
  attempts: number;
  encoded: EncodedBatch | undefined;
  /** Undefined while it is on its way. */
  retryMs: number | undefined;
  /** The other side named the pause, or a person has to act: good news from the stream does not shorten it. */
  mustWait: boolean;
}

interface Flush {
  /** Done when every event captured before this index has left. */
  untilIndex: number;
  end(isDelivered: boolean): void;
}

export interface ShipperDeps {
  bounds: {
    queueEventsMax: number;
    queueBytesMax: number;
    batchEventsMax: number;
    batchDelayMs: number;
    backoffMs: number;
  };
  post: (batch: EncodedBatch, closing: AbortSignal) => Promise<PostOutcome>;
  onAccepted: (outcome: Extract<PostOutcome, { kind: 'accepted' }>) => void;
  ledger: DropLedger;
  /** ms since any moment. Never the clock on the wall: when that is put back an hour, batches must not wait for it. */
  monotonic: { now(): number };
  random: () => number;
}

interface State {
  readonly deps: ShipperDeps;
  readonly queue: EventQueue;
  readonly inFlight: Set<Batch>;
  readonly flushes: Set<Flush>;
  readonly closing: AbortController;
  /** Batches that wait to be sent again. */
  waiting: number;
  accepted: number;
  timer: NodeJS.Timeout | undefined;
  timerMs: number;
}

export interface Shipper {
  add(line: string): void;
  /** True when everything captured before the call was delivered, refused or dropped within the time. */
  flush(timeoutMs: number): Promise<boolean>;
  /** The collector is back: what waits for a retry of our own accord goes now. */
  wake(): void;
  /** Ends at once; what is left is counted as dropped. */
  stop(): void;
  readonly queuedEvents: number;
  readonly queuedBytes: number;
  readonly acceptedEvents: number;
}

export function createShipper(deps: ShipperDeps): Shipper {
  const state: State = {
    deps,
    queue: createEventQueue(deps.bounds),
    inFlight: new Set(),
    flushes: new Set(),
    closing: new AbortController(),
    waiting: 0,
    accepted: 0,
    timer: undefined,
    timerMs: Number.POSITIVE_INFINITY,
  };
  const { queue, inFlight } = state;
  return {
    add(line) {
      const nowMs = deps.monotonic.now();
      if (!queue.add(line, nowMs)) deps.ledger.drop('queue_full', 1);
      else if (hasRoom(state)) arm(state, isFull(state) ? nowMs : queue.oldestMs + deps.bounds.batchDelayMs);
    },
    flush(timeoutMs) {
      if (queue.count === 0 && inFlight.size === 0) return Promise.resolve(true);
      return flushed(state, timeoutMs);
    },
    wake() {
      for (const batch of inFlight) if (batch.retryMs !== undefined && !batch.mustWait) batch.retryMs = 0;
      pump(state);
    },
    stop: () => stop(state),
    get queuedEvents() {
      return queue.count;
    },
    get queuedBytes() {
      return queue.length;
    },
    get acceptedEvents() {
      return state.accepted;
    },
  };
}

function isFull({ queue, deps }: State): boolean {
  return queue.count >= deps.bounds.batchEventsMax || queue.length >= batchLengthMax;
}

function hasRoom({ inFlight, waiting }: State): boolean {
  return inFlight.size < batchesInFlightMax && waiting === 0;
}

/** Makes sure that the pump runs at `dueMs` or before. */
function arm(state: State, dueMs: number): void {
  if (dueMs >= state.timerMs || state.closing.signal.aborted) return;
  clearTimeout(state.timer);
  state.timerMs = dueMs;
  state.timer = setTimeout(pump, Math.max(0, dueMs - state.deps.monotonic.now()), state);
  state.timer.unref();
}

/** Starts all that is due, and arms the timer for what is not. */
function pump(state: State): void {
  const { queue, inFlight, deps } = state;
  clearTimeout(state.timer);
  state.timerMs = Number.POSITIVE_INFINITY;
  if (state.closing.signal.aborted) return;
  const nowMs = deps.monotonic.now();
  for (const batch of inFlight) {
    if (batch.retryMs === undefined) continue;
    if (batch.retryMs <= nowMs) void send(state, batch);
    else arm(state, batch.retryMs);
  }
  const isDue = () =>
    state.flushes.size > 0 || isFull(state) || nowMs >= queue.oldestMs + deps.bounds.batchDelayMs;
  while (queue.count > 0 && hasRoom(state) && isDue()) begin(state, nowMs);
  if (queue.count > 0 && hasRoom(state)) arm(state, queue.oldestMs + deps.bounds.batchDelayMs);
  deps.ledger.release(false);
  endFlushes(state);
}

function begin(state: State, nowMs: number): void {
  const batch: Batch = {
    ...state.queue.take(state.deps.bounds.batchEventsMax, batchLengthMax, nowMs),
    idempotencyKey: randomUUID(),
    firstSentMs: nowMs,
    attempts: 0,
    encoded: undefined,
    retryMs: undefined,
    mustWait: false,
  };
  state.inFlight.add(batch);
  void send(state, batch);
}

async function send(state: State, batch: Batch): Promise<void> {
  if (batch.retryMs !== undefined) state.waiting--;
  batch.retryMs = undefined;
  batch.attempts++;
  const outcome = await attempt(state, batch);
  if (state.closing.signal.aborted) return;
  settle(state, batch, outcome);
  pump(state);
}

async function attempt(state: State, batch: Batch): Promise<PostOutcome> {
  try {
    batch.encoded ??= await encodeBatch(batch.lines, batch.idempotencyKey);
    return await state.deps.post(batch.encoded, state.closing.signal);
  } catch {
    // For example no memory to compress: a rejection that nobody awaits would end the customer's process.
    return { kind: 'retry', warning: 'collector_unreachable', afterMs: undefined };
  }
}

function settle(state: State, batch: Batch, outcome: PostOutcome): void {
  const { ledger, monotonic, bounds, random, onAccepted } = state.deps;
  if (outcome.kind === 'retry') {
    ledger.warn(outcome.warning);
    const nowMs = monotonic.now();
    // Past this age the collector has forgotten the key and would refuse each event as too old.
    if (nowMs - batch.firstSentMs < eventAgeMsMax) {
      const ownMs = backoffMs(batch.attempts - 1, bounds.backoffMs, random());
      batch.retryMs = nowMs + (outcome.afterMs ?? ownMs);
      batch.mustWait = outcome.afterMs !== undefined;
      state.waiting++;
      return;
    }
    ledger.drop('batch_expired', batch.lines.length);
  } else if (outcome.kind === 'refused') {
    ledger.drop('batch_refused', batch.lines.length);
  } else {
    const { rejected } = outcome.reply;
    state.accepted += batch.lines.length - rejected.length;
    ledger.rejectedByServer(rejected.map(({ code }) => code));
    onAccepted(outcome);
  }
  state.inFlight.delete(batch);
}

function flushed(state: State, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isDelivered: boolean): void => {
      state.flushes.delete(flush);
      clearTimeout(limit);
      resolve(isDelivered);
    };
    const flush: Flush = { untilIndex: state.queue.startIndex + state.queue.count, end };
    // Not unref'd: whoever awaits a flush at the end of a process wants it to finish.
    const limit = setTimeout(end, Math.max(0, timeoutMs), false);
    state.flushes.add(flush);
    pump(state);
  });
}

function endFlushes({ queue, inFlight, flushes }: State): void {
  if (flushes.size === 0) return;
  let pendingIndex = queue.startIndex;
  for (const batch of inFlight) pendingIndex = Math.min(pendingIndex, batch.startIndex);
  for (const flush of flushes) if (pendingIndex >= flush.untilIndex) flush.end(true);
}

function stop(state: State): void {
  const { queue, inFlight, closing, timer, deps } = state;
  let left = queue.count;
  for (const batch of inFlight) left += batch.lines.length;
  closing.abort();
  clearTimeout(timer);
  queue.take(queue.count, Number.POSITIVE_INFINITY, deps.monotonic.now());
  inFlight.clear();
  deps.ledger.drop('undelivered_at_close', left);
  for (const flush of state.flushes) flush.end(left === 0);
}
