/**
 * What changed since the last pulse, gathered at our own pace. Later news replaces earlier news of the same thing, so
 * a slow listener never makes the list grow.
 */

import type { Surprise } from '../../lib/contract/console.ts';
import type { Engine, EngineActivity, EngineChanges } from '../../lib/engine/engine.ts';
import type { CollectorPulse } from './collector.ts';
import type { Seconds } from './seconds.ts';

/** Ranking surprises looks through many pairs; once a second is enough for people. */
const slowNumbersEveryMs = 1_000;
const surprisesMax = 20;
/** Longest that the id of a finding is remembered to count it once on the live chart. */
const findingRememberedMs = 15 * 60 * 1000;

export interface Pulses {
  /** Takes the engine's news; true where an enforcement point is waiting to hear of it. */
  gather(nowMs: number): boolean;
  take(nowMs: number): CollectorPulse;
}

export function createPulses(deps: { engine: Engine; seconds: Seconds }): Pulses {
  const { engine, seconds } = deps;
  let changes: EngineChanges = { throttlesSet: [], throttlesRemoved: [], findings: [] };
  let surprises: Surprise[] = [];
  let activity: EngineActivity = { eventsTotal: 0, usersActive: 0, usersInTrouble: 0 };
  let slowAtMs = Number.NEGATIVE_INFINITY;
  const findingsSeen = new Map<string, number>();

  const countFindings = (news: EngineChanges, nowMs: number) => {
    for (const finding of news.findings) {
      if (findingsSeen.has(finding.id)) continue;
      findingsSeen.set(finding.id, nowMs);
      seconds.countAlert(finding.openedAt);
    }
  };
  const refreshSlowNumbers = (nowMs: number) => {
    slowAtMs = nowMs;
    surprises = engine.surprises(surprisesMax, nowMs);
    activity = engine.activity(nowMs);
    for (const [id, seenAt] of findingsSeen) {
      if (seenAt < nowMs - findingRememberedMs) findingsSeen.delete(id);
    }
  };
  const gather = (nowMs: number): boolean => {
    if (engine.changed) {
      const news = engine.takeChanges();
      countFindings(news, nowMs);
      changes = merge(changes, news);
    }
    return changes.throttlesSet.length > 0 || changes.throttlesRemoved.length > 0;
  };

  return {
    gather,
    take(nowMs) {
      gather(nowMs);
      // The first event is told at once: until then the console explains how to send it.
      if (activity.eventsTotal === 0 || nowMs - slowAtMs >= slowNumbersEveryMs) refreshSlowNumbers(nowMs);
      const band = engine.trafficBand(nowMs);
      const points = seconds.takeChanged(nowMs).map((point) => Object.assign(point, band));
      const pulse: CollectorPulse = { atMs: nowMs, changes, points, surprises, ...activity };
      changes = { throttlesSet: [], throttlesRemoved: [], findings: [] };
      return pulse;
    },
  };
}

function merge(old: EngineChanges, news: EngineChanges): EngineChanges {
  const set = new Map(old.throttlesSet.map((throttle) => [throttle.id, throttle]));
  for (const id of news.throttlesRemoved) set.delete(id);
  for (const throttle of news.throttlesSet) set.set(throttle.id, throttle);
  const findings = new Map(old.findings.map((finding) => [finding.id, finding]));
  for (const finding of news.findings) findings.set(finding.id, finding);
  const removed = new Set([...old.throttlesRemoved, ...news.throttlesRemoved]);
  for (const id of set.keys()) removed.delete(id);
  return {
    throttlesSet: [...set.values()],
    throttlesRemoved: [...removed],
    findings: [...findings.values()],
  };
}
