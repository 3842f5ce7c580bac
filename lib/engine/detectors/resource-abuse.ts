/**
 * `resource_abuse`: calls that take far longer than others, far more often than the user's habits explain. A few of
 * them an hour cost the service what a flood of ordinary ones would.
 */

import { costsOf } from '../cost.ts';
import type { Detector } from '../detector.ts';
import { at, rowStride } from '../pairs.ts';
import { rateAlarm, rateKind } from '../rate.ts';
import { limitOf, mayThrottle } from '../rate-limit.ts';
import { explainRate, placeOf, rateScope, rateSubject, round } from '../rate-words.ts';
import { said } from '../words.ts';

export const resourceAbuse: Detector = {
  kind: 'resource_abuse',
  asked: 'at rate alarms',
  arrive(state, seen) {
    return rateKind(state, seen) === 'resource_abuse' ? rateAlarm(state, seen) : 0;
  },
  subject: rateSubject,
  explain(state, seen) {
    const { event, pair } = seen;
    const { time } = costsOf(state, pair);
    const requests = state.pairs.row[pair * rowStride + at.count + 3] ?? 0;
    const seconds = round((requests * time * state.costs.latencyMs) / 1_000);
    const text = `${said(requests)} requests in an hour took ${said(seconds)} s, ${said(round(time))} times as long as others`;
    const ordinary = round((state.config.settings.baseLimit * state.costs.latencyMs) / 1_000);
    return {
      scope: rateScope(seen),
      summary: `${event.user} wears out ${placeOf(seen)}: ${text}.`,
      conclusion: 'throttle',
      limitPerMinute: limitOf(state, pair),
      act: mayThrottle(state, pair),
      evidence: [
        {
          measure: 'seconds_of_work_per_hour',
          text,
          observed: seconds,
          expected: round(state.costs.latencyMs / 1_000),
          lower: 0,
          upper: ordinary,
          windowMs: 3_600_000,
          sampleCount: state.costs.samples,
          weight: 0.5,
        },
        ...explainRate(state, seen).map((line) => ({ ...line, weight: line.weight / 2 })),
      ],
    };
  },
};
