/**
 * What changed since the last pulse, gathered at our own pace. Later news replaces earlier news of the same thing, so
 * a slow listener never makes the list grow. What is new is told at once; that a known finding went on is told now and
 * then, so that thousands of them at a time cost no more than a few.
 */

import type { Finding } from '../../lib/contract/alert.ts';
import type { Surprise } from '../../lib/contract/console.ts';
import type { Throttle } from '../../lib/contract/decision.ts';
import type { Engine, EngineActivity } from '../../lib/engine/engine.ts';
import type { CollectorPulse } from './collector.ts';
import type { Seconds } from './seconds.ts';

/** Ranking surprises looks through many pairs; once a second is enough for people, as for numbers of known findings. */
const slowNumbersEveryMs = 1_000;
const surprisesMax = 20;
/** Longest that the id of a finding is remembered to count it once on the live chart. */
const findingRememberedMs = 15 * 60 * 1000;
/** Findings told in one pulse: at about 4 kB each, a few ms for whoever hears of them and for the database. */
const findingsMax = 100;
/** Looking at what changed may take this share of the thread's time: with thousands of findings open, it is much. */
const gatherShareMax = 0.1;

export interface Pulses {
  /** Takes the engine's news; true where an enforcement point is waiting to hear of it. */
  gather(nowMs: number): boolean;
  take(nowMs: number): CollectorPulse;
  /**
   * With all that is new, for a state that is kept: after a crash it is not told again. That a known finding went on may
   * wait: it is told whole whenever it goes on or ends.
   */
  takeAll(nowMs: number): CollectorPulse;
}

export function createPulses(deps: { engine: Engine; seconds: Seconds }): Pulses {
  const { engine, seconds } = deps;
  const set = new Map<string, Throttle>();
  const removed = new Set<string>();
  const findings = createFindingNews();
  let surprises: Surprise[] = [];
  let activity: EngineActivity = { eventsTotal: 0, usersActive: 0, usersInTrouble: 0 };
  let slowAtMs = Number.NEGATIVE_INFINITY;
  let gatherAtMs = 0;

  const gatherNow = (nowMs: number) => {
    const startedAtMs = performance.now();
    const news = engine.takeChanges();
    for (const id of news.throttlesRemoved) {
      set.delete(id);
      removed.add(id);
    }
    for (const throttle of news.throttlesSet) {
      set.set(throttle.id, throttle);
      removed.delete(throttle.id);
    }
    for (const finding of news.findings) {
      if (findings.add(finding, nowMs)) seconds.countAlert(finding.openedAt);
    }
    const endedAtMs = performance.now();
    gatherAtMs = endedAtMs + (endedAtMs - startedAtMs) / gatherShareMax;
  };
  const pulseWith = (nowMs: number, told: Finding[]): CollectorPulse => {
    const band = engine.trafficBand(nowMs);
    const points = seconds.takeChanged(nowMs).map((point) => Object.assign(point, band));
    const changes = { throttlesSet: [...set.values()], throttlesRemoved: [...removed], findings: told };
    set.clear();
    removed.clear();
    return { atMs: nowMs, changes, points, surprises, ...activity };
  };

  return {
    gather(nowMs) {
      if (engine.changed && performance.now() >= gatherAtMs) gatherNow(nowMs);
      return set.size > 0 || removed.size > 0;
    },
    take(nowMs) {
      // The first event is told at once: until then the console explains how to send it.
      const slowNumbersDue = activity.eventsTotal === 0 || nowMs - slowAtMs >= slowNumbersEveryMs;
      if (slowNumbersDue) {
        slowAtMs = nowMs;
        surprises = engine.surprises(surprisesMax, nowMs);
        activity = engine.activity(nowMs);
        findings.forgetBefore(nowMs - findingRememberedMs);
      }
      const fresh = findings.takeFresh(findingsMax);
      return pulseWith(nowMs, slowNumbersDue ? [...fresh, ...findings.takeKnown(findingsMax)] : fresh);
    },
    takeAll(nowMs) {
      gatherNow(nowMs);
      return pulseWith(nowMs, findings.takeFresh(Number.POSITIVE_INFINITY));
    },
  };
}

/** Findings that wait to be told, the longest waiting first. */
function createFindingNews() {
  /** Never told, or ended since. */
  const fresh = new Map<string, Finding>();
  const known = new Map<string, Finding>();
  const seen = new Map<string, number>();
  return {
    /** @returns whether it is heard of for the first time */
    add(finding: Finding, nowMs: number): boolean {
      const { id } = finding;
      const isNew = !seen.has(id);
      if (isNew) seen.set(id, nowMs);
      if (isNew || fresh.has(id) || finding.endedAt !== undefined) {
        known.delete(id);
        fresh.set(id, finding);
      } else known.set(id, finding);
      return isNew;
    },
    takeFresh: (countMax: number) => takeOldest(fresh, countMax),
    takeKnown: (countMax: number) => takeOldest(known, countMax),
    forgetBefore(atMs: number): void {
      for (const [id, seenAtMs] of seen) if (seenAtMs < atMs) seen.delete(id);
    },
  };
}

function takeOldest(waiting: Map<string, Finding>, countMax: number): Finding[] {
  const taken: Finding[] = [];
  for (const [id, finding] of waiting) {
    if (taken.length >= countMax) break;
    taken.push(finding);
    waiting.delete(id);
  }
  return taken;
}
