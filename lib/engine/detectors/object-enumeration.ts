/**
 * `object_enumeration`: one user tries objects that are not there or not theirs (broken object level authorisation).
 * Whoever works with their own objects hardly ever misses, and then the same few; a guesser misses again and again,
 * each time another object. The share of misses is held against what is normal at that endpoint. A guesser also does
 * nothing else meanwhile, which the user's own mix of calls tells after a few requests.
 */

import type { Detector } from '../detector.ts';
import { missShare } from '../failures.ts';
import { mixEvidence, pastOf } from '../share.ts';
import { distinct } from '../sketch.ts';
import type { EngineState, Observation } from '../state.ts';
import { findSuspect, suspectAt, suspectCount, suspectDecayMs } from '../suspects.ts';
import { shareNats } from '../tail.ts';
import { firstAtOf } from '../users.ts';
import { said, saidPercent } from '../words.ts';

/** Fewer different things than this are stale bookmarks; a newcomer may also have opened a broken page. */
const missedMin = 1.9;
const missedMinOfNewcomer = 3.5;
const newcomerMs = 8 * 3_600_000;
/** e^-11 */
const alarmNats = 11;
/** Beside misses that say at least this, the mix of calls may say as much as this. */
const missNatsMin = 4;
const mixNatsMax = 8;

interface Misses {
  answers: number;
  misses: number;
  different: number;
}

function missesOf(state: EngineState, { pair }: Observation): Misses | undefined {
  const row = findSuspect(state, pair);
  if (row < 0) return undefined;
  const misses = suspectCount(state.suspects, row, suspectAt.misses);
  const answers = Math.max(misses, suspectCount(state.suspects, row, suspectAt.answers));
  return { answers, misses, different: distinct(state.suspects.missed, row * 2) };
}

/** Every miss may begin a run: who asked often in the last day had as many chances to (Bonferroni's correction). */
const runsNats = ({ pairs }: EngineState, pair: number, share: number): number =>
  Math.log(1 + pastOf(pairs, pair) * share);

export const objectEnumeration: Detector = {
  kind: 'object_enumeration',
  asked: 'about bad answers',
  complete(state, seen) {
    if (seen.pair < 0 || (seen.event.status < 400 && !seen.event.refused)) return 0;
    const found = missesOf(state, seen);
    const ageMs = seen.ts - firstAtOf(state.users, seen.user);
    const least = ageMs < newcomerMs ? missedMinOfNewcomer : missedMin;
    if (!found || found.different < least) return 0;
    const misses = Math.min(found.misses, found.different * 2);
    const share = missShare(state, seen.endpoint);
    const nats =
      shareNats(misses, found.answers, share) * state.evidenceWeight - runsNats(state, seen.pair, share);
    if (nats < missNatsMin) return 0;
    return nats + Math.min(mixNatsMax, mixEvidence(state, seen.pair)) - alarmNats;
  },
  subject: (_state, { event }) => `${event.user} ${event.method} ${event.endpoint}`,
  explain(state, seen) {
    const { event } = seen;
    const found = missesOf(state, seen) ?? { answers: 0, misses: 0, different: 0 };
    // Misses fade with time, objects only all at once.
    const different = Math.round(Math.min(found.misses, found.different));
    const share = missShare(state, seen.endpoint);
    const expected = Math.round(found.answers * share * 10) / 10;
    const endpoint = `${event.method} ${event.endpoint}`;
    const text = `${said(Math.round(found.misses))} of ${said(Math.round(found.answers))} requests missed, for ${said(different)} different objects; normally ${saidPercent(Math.round(share * 1000) / 10)} miss`;
    return {
      scope: { user: event.user, endpoint },
      summary: `${event.user} is trying object ids at ${endpoint}: ${text}.`,
      conclusion: 'deny',
      act: true,
      evidence: [
        {
          measure: 'missed_objects',
          text,
          observed: Math.round(found.misses),
          expected,
          lower: 0,
          upper: Math.ceil(expected + 3 * Math.sqrt(expected + 1)),
          windowMs: suspectDecayMs,
          sampleCount: Math.round(state.endpoints.answers[seen.endpoint * 4] ?? 0),
          weight: 1,
        },
      ],
    };
  },
};
