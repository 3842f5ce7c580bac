/** `rate_spike`: a user who is known does far more on one endpoint than ever, on any time scale up to an hour. */

import type { Detector } from '../detector.ts';
import { rateAlarm, rateKind } from '../rate.ts';
import { limitOf, mayThrottle } from '../rate-limit.ts';
import { explainRate } from '../rate-words.ts';

export const rateSpike: Detector = {
  kind: 'rate_spike',
  asked: 'at rate alarms',
  arrive(state, seen) {
    return rateKind(state, seen) === 'rate_spike' ? rateAlarm(state, seen) : 0;
  },
  subject: (_state, { event }) => `${event.user} ${event.method} ${event.endpoint}`,
  explain(state, seen) {
    const { event, pair } = seen;
    const endpoint = `${event.method} ${event.endpoint}`;
    const evidence = explainRate(state, seen);
    return {
      scope: { user: event.user, endpoint },
      summary: `${event.user} calls ${endpoint} far more often than usual: ${evidence[0]?.text ?? ''}.`,
      conclusion: 'throttle',
      limitPerMinute: limitOf(state, pair),
      act: mayThrottle(state, pair),
      evidence,
    };
  },
};
