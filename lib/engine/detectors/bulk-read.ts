/**
 * `bulk_read`: answers that carry far more than others, far more often than the user's habits explain: somebody copies
 * the data, page by page.
 */

import { costsOf } from '../cost.ts';
import type { Detector } from '../detector.ts';
import { at, rowStride } from '../pairs.ts';
import { rateAlarm, rateKind } from '../rate.ts';
import { limitOf, mayThrottle } from '../rate-limit.ts';
import { explainRate, placeOf, rateScope, rateSubject, round } from '../rate-words.ts';
import { said } from '../words.ts';

export const bulkRead: Detector = {
  kind: 'bulk_read',
  asked: 'at rate alarms',
  arrive(state, seen) {
    return rateKind(state, seen) === 'bulk_read' ? rateAlarm(state, seen) : 0;
  },
  subject: rateSubject,
  explain(state, seen) {
    const { event, pair } = seen;
    const { size } = costsOf(state, pair);
    const requests = state.pairs.row[pair * rowStride + at.count + 3] ?? 0;
    const megabytes = round((requests * size * state.costs.bytes) / 1e6);
    const text = `${said(requests)} answers in an hour carried ${said(megabytes)} MB, each ${said(round(size))} times the size of others`;
    return {
      scope: rateScope(seen),
      summary: `${event.user} reads ${placeOf(seen)} in bulk: ${text}.`,
      conclusion: 'throttle',
      limitPerMinute: limitOf(state, pair),
      act: mayThrottle(state, pair),
      evidence: [
        {
          measure: 'megabytes_per_hour',
          text,
          observed: megabytes,
          expected: round(state.costs.bytes / 1e6),
          lower: 0,
          upper: round((state.config.settings.baseLimit * state.costs.bytes) / 1e6),
          windowMs: 3_600_000,
          sampleCount: state.costs.samples,
          weight: 0.5,
        },
        ...explainRate(state, seen).map((line) => ({ ...line, weight: line.weight / 2 })),
      ],
    };
  },
};
