/**
 * `new_user_flood`: somebody who was not there an hour ago does far more on one endpoint than the endpoint's users
 * do. Only the cohort can judge a newcomer, and customers differ widely, so the prior is wide and the evidence must
 * be strong.
 */

import type { Detector } from '../detector.ts';
import { rateAlarm, rateKind } from '../rate.ts';
import { limitOf, mayThrottle } from '../rate-limit.ts';
import { explainRate, placeOf, rateScope, rateSubject } from '../rate-words.ts';

export const newUserFlood: Detector = {
  kind: 'new_user_flood',
  asked: 'at rate alarms',
  arrive(state, seen) {
    return rateKind(state, seen) === 'new_user_flood' ? rateAlarm(state, seen) : 0;
  },
  subject: rateSubject,
  explain(state, seen) {
    const { event, pair } = seen;
    const evidence = explainRate(state, seen);
    return {
      scope: rateScope(seen),
      summary: `${event.user} is new and floods ${placeOf(seen)}: ${evidence[0]?.text ?? ''} for a user here.`,
      conclusion: 'throttle',
      limitPerMinute: limitOf(state, pair),
      act: mayThrottle(state, pair),
      evidence,
    };
  },
};
