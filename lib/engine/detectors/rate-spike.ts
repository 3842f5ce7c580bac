/** `rate_spike`: a user who is known does far more on one endpoint than ever, on any time scale up to an hour. */

import type { Detector } from '../detector.ts';
import { rateAlarm, rateKind } from '../rate.ts';
import { limitOf, mayThrottle } from '../rate-limit.ts';
import { explainRate, placeOf, rateScope, rateSubject } from '../rate-words.ts';

export const rateSpike: Detector = {
  kind: 'rate_spike',
  asked: 'at rate alarms',
  arrive(state, seen) {
    return rateKind(state, seen) === 'rate_spike' ? rateAlarm(state, seen) : 0;
  },
  subject: rateSubject,
  explain(state, seen) {
    const { event, pair } = seen;
    const evidence = explainRate(state, seen);
    return {
      scope: rateScope(seen),
      summary: `${event.user} calls ${placeOf(seen)} far more often than usual: ${evidence[0]?.text ?? ''}.`,
      conclusion: 'throttle',
      limitPerMinute: limitOf(state, pair),
      act: mayThrottle(state, pair),
      evidence,
    };
  },
};
