/**
 * Puts the engine together. One event goes: rows -> counts -> detectors (arrive) -> answers -> detectors (complete);
 * whoever is past the alarm line gets a finding, and where it helps a throttle.
 */

import type { Throttle } from '../contract/decision.ts';
import type { RequestEvent } from '../contract/event.ts';
import { expectEvents } from './ahead.ts';
import type { EngineConfig } from './config.ts';
import { learnContext } from './contexts.ts';
import { learnCost } from './cost.ts';
import { countAtTime, countPair } from './count.ts';
import type { Detector } from './detector.ts';
import { bulkRead } from './detectors/bulk-read.ts';
import { credentialStuffing } from './detectors/credential-stuffing.ts';
import { distributedStuffing } from './detectors/distributed-stuffing.ts';
import { endpointErrors, endpointLatency } from './detectors/endpoint-health.ts';
import { endpointNovelty } from './detectors/endpoint-novelty.ts';
import { newUserFlood } from './detectors/new-user-flood.ts';
import { objectEnumeration } from './detectors/object-enumeration.ts';
import { pathScan } from './detectors/path-scan.ts';
import { pulse } from './detectors/pulse.ts';
import { rateDrift } from './detectors/rate-drift.ts';
import { rateSpike } from './detectors/rate-spike.ts';
import { resourceAbuse } from './detectors/resource-abuse.ts';
import { tokenReplay } from './detectors/token-replay.ts';
import { countHour, doubtHour } from './drift.ts';
import { emptyState } from './empty-state.ts';
import { findEndpoint, otherEndpoint } from './endpoints.ts';
import type { Engine, EngineChanges, EngineCommand } from './engine.ts';
import { covers } from './exceptions.ts';
import { learnAnswer } from './failures.ts';
import { changeSettings } from './false-alarm-budget.ts';
import { drifting, findPair, hasFlag, lastAtOf, raiseFlag, tainted } from './pairs.ts';
import { rateAlarm } from './rate.ts';
import { isExplained } from './rate-limit.ts';
import { countRefused, lift, modeOf, raise, release, settle } from './responses.ts';
import { admitEndpoint, locate } from './rows.ts';
import { countEndpoint } from './season.ts';
import { loadState, saveState } from './snapshot.ts';
import type { EngineState, Observation } from './state.ts';
import { advanceTraffic, countTraffic } from './traffic.ts';
import { countUser } from './users.ts';
import { createViews } from './views.ts';

const detectors: readonly Detector[] = [
  rateSpike,
  newUserFlood,
  resourceAbuse,
  bulkRead,
  pulse,
  rateDrift,
  endpointNovelty,
  credentialStuffing,
  distributedStuffing,
  tokenReplay,
  pathScan,
  objectEnumeration,
  endpointLatency,
  endpointErrors,
];
// Nearly all events are calm and answered well: they are spared the questions that only others raise.
const arriving = questions('arrive', ({ asked }) => asked !== 'at rate alarms');
const arrivingFast = questions('arrive', ({ asked }) => asked === 'at rate alarms');
const completing = questions('complete', ({ asked }) => asked !== 'about bad answers');
const completingBadly = questions('complete', ({ asked }) => asked === 'about bad answers');

/** What a detector is asked, in one shape for all: objects of many shapes would be looked up by name, for every event. */
interface Question {
  detector: Detector;
  ask: (state: EngineState, seen: Observation) => number;
}

function questions(half: 'arrive' | 'complete', test: (detector: Detector) => boolean): Question[] {
  return detectors.flatMap((detector) => {
    const ask = detector[half];
    return ask && test(detector) ? [{ detector, ask }] : [];
  });
}

/** A rate that paused this long is calm, whatever its decayed count. */
const calmAfterMs = 30_000;
/** A throttle stays at least this long, so that it does not come and go with every pause. */
const throttleMsMin = 10_000;

export function createEngine(config: EngineConfig): Engine {
  return engineOver(emptyState(config));
}

/** @throws Error when the bytes are no snapshot of this version; the caller then replays the log from the start. */
export function restoreEngine(config: EngineConfig, bytes: Uint8Array): Engine {
  return engineOver(loadState(config, bytes));
}

function engineOver(state: EngineState): Engine {
  const seen: Observation = {
    event: nobody,
    nowMs: 0,
    ts: 0,
    user: -1,
    endpoint: 0,
    pair: -1,
    caller: 0,
    rate: Number.NaN,
  };
  const { responses } = state;

  const askAll = (asked: readonly Question[]): void => {
    for (const { detector, ask } of asked) if (ask(state, seen) > 0) raise(state, detector, seen);
  };

  const arrive = (event: RequestEvent, nowMs: number): void => {
    observe(state, seen, event, nowMs);
    if (seen.pair < 0) return;
    if (rateAlarm(state, seen) > 0) askAll(arrivingFast);
    askAll(arriving);
  };

  const complete = (event: RequestEvent, nowMs: number): void => {
    // Another event than the last that arrived.
    if (seen.event !== event) look(state, seen, event, nowMs);
    if (event.refused) refuse(state, seen);
    else if (seen.endpoint === otherEndpoint && event.status < 400) admitEndpoint(state, seen);
    learnAnswer(state, seen);
    learnContext(state, seen);
    learnCost(state, seen);
    if (event.refused || event.status >= 400) askAll(completingBadly);
    askAll(completing);
  };

  return {
    expect: (events) => expectEvents(state, events),
    arrive,
    complete,
    step(event, nowMs) {
      arrive(event, nowMs);
      complete(event, nowMs);
    },
    tick(nowMs) {
      advanceTraffic(state.traffic, nowMs);
      settle(state, nowMs, (throttle) => isCalm(state, throttle, nowMs));
    },
    apply: (command, nowMs) => obey(state, command, nowMs),
    takeChanges: () => takeChanges(state),
    get changed() {
      return responses.set.size + responses.removed.size + responses.findings.size > 0;
    },
    throttles: () => Array.from(responses.throttles.values(), (entry) => entry.throttle),
    ...createViews(state),
    settings: () => state.config.settings,
    snapshot: () => saveState(state),
  };
}

const nobody: RequestEvent = { ts: 0, user: '', method: 'GET', endpoint: '', status: 200 };

function observe(state: EngineState, seen: Observation, event: RequestEvent, nowMs: number): void {
  look(state, seen, event, nowMs);
  state.eventsTotal++;
  // Refused requests are evidence, never what is normal: an attack that goes on must not widen the band.
  if (event.refused !== true) countTraffic(state.traffic, seen.ts);
  countEndpoint(state.endpoints, seen);
  if (seen.user >= 0) {
    countHour(state, seen);
    countUser(state.users, seen);
  }
  if (seen.pair >= 0) countPair(state, seen);
}

/** Finds the rows of an event, and counts nothing. */
function look(state: EngineState, seen: Observation, event: RequestEvent, nowMs: number): void {
  seen.event = event;
  seen.nowMs = nowMs;
  seen.ts = Math.min(event.ts, nowMs);
  seen.caller = state.hash(event.ip ?? event.user);
  seen.rate = Number.NaN;
  locate(state, seen);
}

/** A refused request is evidence: its slot is not learned. */
function refuse(state: EngineState, { event, pair, user }: Observation): void {
  if (!hasFlag(state.pairs, pair, drifting)) doubtHour(state, user);
  if (pair >= 0) raiseFlag(state.pairs, pair, tainted);
  countRefused(state, event);
}

/** A throttled pair that is back within its limit, or does what all do by now, needs no throttle any more. */
function isCalm(state: EngineState, throttle: Throttle, nowMs: number): boolean {
  const { limitPerMinute, scope, createdAt } = throttle;
  if (throttle.kind === 'rate_drift' || throttle.kind === 'pulse') return false;
  if (limitPerMinute === undefined || nowMs - createdAt < throttleMsMin) return false;
  const user = state.users.names.find(scope.user ?? '');
  const [method = '', template = ''] = (scope.endpoint ?? '').split(' ', 2);
  const endpoint = findEndpoint(state.endpoints, method, template);
  const pair = user < 0 ? -1 : findPair(state.pairs, user, Math.max(otherEndpoint, endpoint));
  if (pair < 0) return true;
  if (nowMs - lastAtOf(state.pairs, pair) > calmAfterMs) return true;
  return countAtTime(state.pairs, pair, 1, nowMs) <= limitPerMinute || isExplained(state, pair);
}

function obey(state: EngineState, command: EngineCommand, nowMs: number): void {
  const { responses } = state;
  if (command.type === 'lift') lift(state, command.throttleId, nowMs);
  else if (command.type === 'exceptions') {
    state.exceptions = command.exceptions.filter((exception) => exception.expiresAt > nowMs);
    for (const [id, { throttle }] of responses.throttles) {
      const { kind, scope } = throttle;
      if (state.exceptions.some((exception) => covers(exception, kind, scope, nowMs))) release(state, id);
    }
  } else {
    changeSettings(state, command.settings);
    for (const [id, entry] of responses.throttles) {
      const mode = modeOf(state, entry.throttle.scope.endpoint);
      if (mode === entry.throttle.mode) continue;
      entry.throttle = { ...entry.throttle, mode };
      responses.set.add(id);
    }
  }
}

function takeChanges({ responses }: EngineState): EngineChanges {
  const throttlesSet: Throttle[] = [];
  for (const id of responses.set) {
    const entry = responses.throttles.get(id);
    if (entry) throttlesSet.push(entry.throttle);
  }
  const findings = Array.from(responses.findings.values(), (finding) => structuredClone(finding));
  const changes = { throttlesSet, throttlesRemoved: [...responses.removed], findings };
  responses.set.clear();
  responses.removed.clear();
  responses.findings.clear();
  return changes;
}
