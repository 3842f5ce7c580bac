/**
 * `endpoint_novelty`: a user calls what it never called, and hardly anybody does (broken function level
 * authorisation). It must be told at the first call, since there may be no second one.
 */

import type { Detector } from '../detector.ts';
import { habitsOf, isRare, noveltyNats } from '../novelty.ts';
import { ageOf, totalOf } from '../pairs.ts';
import { firstAtOf } from '../users.ts';
import { said } from '../words.ts';

/** e^-9: about one in 8,000 new pairs of user and endpoint. */
const alarmNats = 9;
/** A user who came less than this ago has no habits yet. */
const settledMs = 3 * 3_600_000;
/** How long a pair is new: slots of 10 minutes, and calls. */
const newSlots = 6;
const newCalls = 50;

export const endpointNovelty: Detector = {
  kind: 'endpoint_novelty',
  arrive(state, { pair, user, endpoint, ts, nowMs }) {
    if (!isRare(state, endpoint)) return 0;
    const { pairs, users } = state;
    if (ts - firstAtOf(users, user) < settledMs) return 0;
    if (totalOf(pairs, pair) > newCalls || ageOf(pairs, pair) > newSlots) return 0;
    return noveltyNats(state, pair, nowMs) * state.evidenceWeight - alarmNats;
  },
  subject: (_state, { event }) => event.user,
  target: (_state, { endpoint }) => `${endpoint}`,
  explain(state, { event, pair, endpoint }) {
    const { requests } = habitsOf(state, pair);
    const name = `${event.method} ${event.endpoint}`;
    const others = (state.endpoints.users[endpoint] ?? 1) - 1;
    const crowd =
      others === 0 ? 'nobody else does' : `only ${said(others)} of ${said(state.users.names.size)} others do`;
    const text = `first call in ${said(requests)} requests, and ${crowd}`;
    return {
      scope: { user: event.user, endpoint: name },
      summary: `${event.user} calls ${name}, which is new for them: ${text}.`,
      conclusion: 'step_up',
      act: true,
      evidence: [
        {
          measure: 'calls_to_new_endpoint',
          text,
          observed: totalOf(state.pairs, pair),
          expected: 0,
          lower: 0,
          upper: 0,
          windowMs: newSlots * 600_000,
          sampleCount: requests,
          weight: 1,
        },
      ],
    };
  },
};
