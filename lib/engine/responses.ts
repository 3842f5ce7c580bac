/**
 * Findings that are open and throttles in force: how they begin, go on, and end by themselves. A finding lasts while
 * its abuse does, with one id, however often the throttle behind it is released and set again.
 */

import type { Evidence, Finding } from '../contract/alert.ts';
import type { Mode, Throttle } from '../contract/decision.ts';
import { endpointName, type RequestEvent } from '../contract/event.ts';
import { type Covering, cover, coveringOf, uncover } from './covering.ts';
import type { Detector, Suspicion } from './detector.ts';
import { excepted } from './exceptions.ts';
import { stableId } from './hash.ts';
import type { EngineState, Observation } from './state.ts';

export interface OpenFinding {
  key: string;
  finding: Finding;
  /** Target -> id of the throttle in force for it. */
  throttles: Record<string, string>;
  /** How often a throttle began. */
  beginnings: number;
  describedAt: number;
  /** When an event last belonged to it, in engine time: a backlog tells of what is past, one finding for all of it. */
  raisedAt: number;
  /** An operator lifted the throttle: none is set again before this time. */
  liftedUntil: number;
  /** `EngineState.eventsTotal` of the request that was counted last. */
  countedEvent: number;
}

export interface Responses {
  open: Map<string, OpenFinding>;
  throttles: Map<string, { throttle: Throttle; key: string; target: string }>;
  covering: Covering;
  set: Set<string>;
  removed: Set<string>;
  findings: Map<string, Finding>;
}

/** A throttle lasts this long unless the abuse goes on (rates), or was seen again (behaviour). */
const throttleMs = { throttle: 300_000, step_up: 600_000, deny: 600_000 } as const;
/** A finding is over when nothing of it was seen for this long. */
const findingQuietMs = 1_800_000;
/** Numbers of an open finding are brought up to date at most this often. */
const describeMs = 1_000;
const liftedMs = 3_600_000;
const examplesMax = 5;
/** An event this late may be evidence, but nothing is to be stopped any more. */
const lateMsMax = 120_000;
const isLate = ({ nowMs, ts }: Observation): boolean => nowMs - ts > lateMsMax;

export const createResponses = (): Responses => ({
  open: new Map(),
  throttles: new Map(),
  covering: new Map(),
  set: new Set(),
  removed: new Set(),
  findings: new Map(),
});

/** A detector is past its alarm line: opens or continues the finding, and sees to its throttle. */
export function raise(state: EngineState, detector: Detector, seen: Observation): void {
  const { responses } = state;
  if (excepted(state, detector.kind, seen)) return;
  const key = `${detector.kind} ${detector.subject(state, seen)}`;
  let open = responses.open.get(key);
  const isNew = open === undefined;
  if (!open) {
    if (responses.open.size >= state.config.findingsMax) return;
    open = begin(state, detector, seen, key);
  }
  const { finding } = open;
  open.raisedAt = seen.nowMs;
  countRequest(state, open);
  finding.lastSeenAt = Math.max(finding.lastSeenAt, seen.ts);
  if (finding.exampleEvents.length < examplesMax && !isNew) finding.exampleEvents.push({ ...seen.event });
  const target = detector.target?.(state, seen) ?? '';
  if (!isNew && open.throttles[target] !== undefined && seen.nowMs - open.describedAt < describeMs) return;
  const suspicion = detector.explain(state, seen);
  describe(open, suspicion, seen);
  responses.findings.set(finding.id, finding);
  if (suspicion.act && !isLate(seen) && seen.nowMs >= open.liftedUntil) {
    enforce(state, open, target, suspicion, seen.nowMs);
  }
}

function begin(state: EngineState, detector: Detector, seen: Observation, key: string): OpenFinding {
  const { event, ts } = seen;
  const endpoint = endpointName(event.method, event.endpoint);
  const finding: Finding = {
    id: stableId('alr_', `${key} ${ts}`),
    kind: detector.kind,
    scope: {},
    summary: '',
    conclusion: 'allow',
    mode: modeOf(state, endpoint),
    evidence: [],
    exampleEvents: [{ ...event }],
    requestCount: 0,
    refusedCount: 0,
    openedAt: ts,
    lastSeenAt: ts,
  };
  const open: OpenFinding = {
    key,
    finding,
    throttles: {},
    beginnings: 0,
    describedAt: 0,
    raisedAt: 0,
    liftedUntil: 0,
    countedEvent: 0,
  };
  state.responses.open.set(key, open);
  return open;
}

export function modeOf(state: EngineState, endpoint: string | undefined): Mode {
  const { mode, modeByEndpoint } = state.config.settings;
  return (endpoint === undefined ? undefined : modeByEndpoint[endpoint]) ?? mode;
}

/** The finding keeps the strongest numbers it had: what the alert shows must not fade while the abuse is refused. */
function describe(open: OpenFinding, suspicion: Suspicion, seen: Observation): void {
  const { finding } = open;
  open.describedAt = seen.nowMs;
  finding.scope = suspicion.scope;
  if (suspicion.act && !isLate(seen)) finding.conclusion = suspicion.conclusion;
  if (peak(suspicion.evidence) >= peak(finding.evidence)) {
    finding.summary = suspicion.summary;
    finding.evidence = suspicion.evidence;
  }
}

const peak = (evidence: readonly Evidence[]): number =>
  evidence.reduce((most, line) => Math.max(most, line.observed / Math.max(1, line.upper)), 0);

function enforce(
  state: EngineState,
  open: OpenFinding,
  target: string,
  suspicion: Suspicion,
  nowMs: number,
): void {
  const { responses } = state;
  const lastsMs = suspicion.lastsMs ?? throttleMs[suspicion.conclusion];
  const inForce = responses.throttles.get(open.throttles[target] ?? '');
  if (inForce) {
    if (inForce.throttle.expiresAt - nowMs > lastsMs / 2) return;
    inForce.throttle = { ...inForce.throttle, expiresAt: nowMs + lastsMs };
    responses.set.add(inForce.throttle.id);
    return;
  }
  if (responses.throttles.size >= state.config.findingsMax) return;
  const id = stableId('thr_', `${open.finding.id} ${target} ${nowMs}`);
  const scope = suspicion.throttleScope ?? suspicion.scope;
  const throttle: Throttle = {
    id,
    scope,
    conclusion: suspicion.conclusion,
    kind: open.finding.kind,
    alertId: open.finding.id,
    mode: modeOf(state, scope.endpoint),
    createdAt: nowMs,
    expiresAt: nowMs + lastsMs,
  };
  if (suspicion.conclusion === 'throttle') throttle.limitPerMinute = suspicion.limitPerMinute;
  open.finding.mode = throttle.mode;
  open.throttles[target] = id;
  open.beginnings++;
  responses.throttles.set(id, { throttle, key: open.key, target });
  cover(responses.covering, throttle.scope, open.key);
  responses.removed.delete(id);
  responses.set.add(id);
}

export function release(state: EngineState, throttleId: string): void {
  const { responses } = state;
  const entry = responses.throttles.get(throttleId);
  if (!entry) return;
  responses.throttles.delete(throttleId);
  uncover(responses.covering, entry.throttle.scope, entry.key);
  responses.set.delete(throttleId);
  responses.removed.add(throttleId);
  const open = responses.open.get(entry.key);
  if (open) delete open.throttles[entry.target];
}

/** An operator's order: as `release`, and the same finding sets none for an hour. */
export function lift(state: EngineState, throttleId: string, nowMs: number): void {
  const entry = state.responses.throttles.get(throttleId);
  const open = entry && state.responses.open.get(entry.key);
  if (open) open.liftedUntil = nowMs + liftedMs;
  release(state, throttleId);
}

/** A refused request belongs to every open finding whose throttle covers it. */
export function countRefused(state: EngineState, event: RequestEvent): void {
  const { responses } = state;
  for (const key of coveringOf(responses.covering, event)) {
    const open = responses.open.get(key);
    if (!open) continue;
    open.finding.refusedCount++;
    countRequest(state, open);
  }
}

/** Once, though a request may give a finding away before its answer, by it, and by being refused. */
function countRequest({ eventsTotal }: EngineState, open: OpenFinding): void {
  if (open.countedEvent === eventsTotal) return;
  open.countedEvent = eventsTotal;
  open.finding.requestCount++;
}

/** Ends what has run out. The caller decides which rates are calm again. */
export function settle(state: EngineState, nowMs: number, calm: (throttle: Throttle) => boolean): void {
  const { responses } = state;
  for (const [id, { throttle }] of responses.throttles) {
    if (throttle.expiresAt <= nowMs || calm(throttle)) release(state, id);
  }
  for (const [key, open] of responses.open) {
    const quietMs = nowMs - open.raisedAt;
    if (quietMs < findingQuietMs || Object.keys(open.throttles).length > 0) continue;
    open.finding.endedAt = open.finding.lastSeenAt;
    responses.findings.set(open.finding.id, open.finding);
    responses.open.delete(key);
  }
}
