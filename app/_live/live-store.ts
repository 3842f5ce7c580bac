/**
 * What the page knows of now, for useSyncExternalStore. Frames change a model at once, readers hear of it at most
 * four times a second, and of a new alert without that wait, only on an animation frame: a hidden tab publishes nothing
 * and queues nothing. Paused means that publishing stops while the model goes on.
 */

import type { AlertSummary, ConsoleFrame, LiveSnapshot } from '../../lib/contract/console.ts';
import { applyFrame, emptyModel } from './live-model.ts';

export type Connection = { state: 'connecting' } | { state: 'live' } | { state: 'lost'; since: number };

export interface LiveState {
  live: LiveSnapshot | undefined;
  changedAlerts: readonly AlertSummary[];
  connection: Connection;
  /** When the reader stopped the screen. */
  pausedAt: number | undefined;
}

/** Faster than anyone reads, and slow enough that a flood of frames costs a browser little. */
const publishEveryMs = 250;

export const initialState: LiveState = {
  live: undefined,
  changedAlerts: [],
  connection: { state: 'connecting' },
  pausedAt: undefined,
};

let model = emptyModel;
let state: LiveState = initialState;
let scheduled = false;
let newsScheduled = false;
let publishedAt = 0;
const listeners = new Set<() => void>();

export function subscribeLive(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function currentLive(): LiveState {
  return state;
}

/** Takes one frame; true where a snapshot must be asked for. */
export function takeFrame(frame: ConsoleFrame): boolean {
  const known = model.changedAlerts;
  const result = applyFrame(model, frame);
  model = result.model;
  if (bringsNews(frame, known)) scheduleNews();
  schedule();
  return result.gap;
}

/** The first answer, by HTTP, so that the page can be read before the socket stands. A frame is newer and wins. */
export function takeSnapshot(live: LiveSnapshot): void {
  if (model.live !== undefined) return;
  model = { ...model, live };
  schedule();
}

export function setConnection(connection: Connection): void {
  // Only the first loss counts: the operator wants to know since when the screen is old.
  if (connection.state === 'lost' && state.connection.state === 'lost') return;
  publish({ ...state, connection });
}

export function togglePause(): void {
  if (state.pausedAt === undefined) publish({ ...state, pausedAt: Date.now() });
  else publish({ ...state, pausedAt: undefined, live: model.live, changedAlerts: model.changedAlerts });
}

/** A new session must not see what an earlier one saw. */
export function resetLive(): void {
  model = emptyModel;
  publish(initialState);
}

function schedule(): void {
  if (scheduled || state.pausedAt !== undefined) return;
  scheduled = true;
  const waitMs = Math.max(publishEveryMs - (performance.now() - publishedAt), 0);
  setTimeout(() => requestAnimationFrame(flush), waitMs);
}

/** An alert that this page has not heard of: somebody waits for it, and it comes once. */
function bringsNews(frame: ConsoleFrame, known: readonly AlertSummary[]): boolean {
  if (frame.room !== 'alerts') return false;
  return frame.data.changed.some(({ id }) => !known.some((alert) => alert.id === id));
}

/** The moving numbers keep their pace: their readers are not drawn for it. */
function scheduleNews(): void {
  if (newsScheduled || state.pausedAt !== undefined) return;
  newsScheduled = true;
  requestAnimationFrame(() => {
    newsScheduled = false;
    if (state.pausedAt === undefined) publish({ ...state, changedAlerts: model.changedAlerts });
  });
}

function flush(): void {
  scheduled = false;
  publishedAt = performance.now();
  if (state.pausedAt !== undefined) return;
  publish({ ...state, live: model.live, changedAlerts: model.changedAlerts });
}

function publish(next: LiveState): void {
  state = next;
  for (const listener of listeners) listener();
}
