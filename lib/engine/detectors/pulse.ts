/**
 * `pulse`: bursts with pauses between, each over before it looks like much, and each time from the start. When the
 * rate of one pair has had to be limited again and again, it stays limited through the pauses.
 */

import type { Detector } from '../detector.ts';
import { rateAlarm, rateKinds } from '../rate.ts';
import { burstNatsMin, rateEvidence } from '../rate-evidence.ts';
import { limitOf, mayThrottle } from '../rate-limit.ts';
import { explainRate, placeOf, rateScope, rateSubject } from '../rate-words.ts';
import type { EngineState, Observation } from '../state.ts';

/** Limited this often while one finding lasts. */
const beginningsMin = 2;
const lastsMs = 3_600_000;

function beginnings(state: EngineState, seen: Observation): number {
  const subject = rateSubject(state, seen);
  let most = 0;
  for (const kind of rateKinds) {
    most = Math.max(most, state.responses.open.get(`${kind} ${subject}`)?.beginnings ?? 0);
  }
  return most;
}

export const pulse: Detector = {
  kind: 'pulse',
  asked: 'at rate alarms',
  arrive(state, seen) {
    const past = rateAlarm(state, seen);
    if (past <= 0 || beginnings(state, seen) < beginningsMin) return 0;
    // A user in a crowd comes and goes at its limit all the same, but not in bursts.
    return rateEvidence(state, seen.pair).burstNats > burstNatsMin ? past : 0;
  },
  subject: rateSubject,
  explain(state, seen) {
    const { event, pair } = seen;
    const times = beginnings(state, seen);
    const evidence = explainRate(state, seen);
    return {
      scope: rateScope(seen),
      summary: `${event.user} floods ${placeOf(seen)} in bursts with pauses between, ${times} so far: ${evidence[0]?.text ?? ''}.`,
      conclusion: 'throttle',
      limitPerMinute: limitOf(state, pair),
      act: mayThrottle(state, pair),
      lastsMs,
      evidence,
    };
  },
};
