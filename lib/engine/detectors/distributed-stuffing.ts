/**
 * `credential_stuffing`, seen from the endpoint: many addresses fail to sign in, each too rarely to be noticed by
 * itself. While that lasts, whoever tries from an address that neither the account nor anybody else has signed in at is refused
 * at that address; people who sign in from where they always do, or where others do, are not touched.
 */

import type { Detector } from '../detector.ts';
import { saysNo } from '../endpoints.ts';
import { hasTried, isGuessedAt, isStranger } from '../failures.ts';
import { guessingAtEndpoint, guessingDecayMs, normalFailShare, takeFirstTry } from '../sign-ins.ts';
import type { EngineState, Observation } from '../state.ts';
import { said } from '../words.ts';

/** e^-7, said twice: by how many fail, and by their share. */
const alarmNats = 7;
/** The attack is taken to go on for this long after it was last seen. */
const lastsMs = 900_000;

const mayTry = (state: EngineState, seen: Observation): boolean =>
  !hasTried(state, seen) && takeFirstTry(state.endpoints, seen.endpoint, seen.ts);

export const distributedStuffing: Detector = {
  kind: 'credential_stuffing',
  asked: 'about bad answers',
  arrive(state, seen) {
    if (!isGuessedAt(state, seen) || seen.event.tokenId !== undefined || !isStranger(state, seen)) return 0;
    return mayTry(state, seen) ? 0 : 1;
  },
  complete(state, seen) {
    const { event, endpoint, ts } = seen;
    if (event.tokenId !== undefined || event.ip === undefined) return 0;
    if (!saysNo(event.status) && !event.refused) return 0;
    const share = normalFailShare(state, endpoint);
    const nats = guessingAtEndpoint(state.endpoints, endpoint, share).nats * state.evidenceWeight - alarmNats;
    if (nats > 0) state.endpoints.guessedUntil[endpoint] = ts + lastsMs;
    return nats;
  },
  subject: (_state, { event }) => `everybody ${event.method} ${event.endpoint}`,
  target: (_state, { event }) => event.ip ?? '',
  explain(state, seen) {
    const { event, endpoint } = seen;
    const share = normalFailShare(state, endpoint);
    const found = guessingAtEndpoint(state.endpoints, endpoint, share);
    const name = `${event.method} ${event.endpoint}`;
    const failures = Math.round(found.failures);
    const expected = Math.round(found.usual * 10) / 10;
    const text = `about ${said(failures)} addresses failed to sign in within 10 minutes, of ${said(Math.round(found.tries))} tries; normally ${said(expected)}`;
    const throttleScope = event.ip === undefined ? { endpoint: name } : { ip: event.ip, endpoint: name };
    return {
      scope: { endpoint: name },
      throttleScope,
      summary: `Many addresses are guessing sign-ins at ${name}: ${text}.`,
      conclusion: 'deny',
      act: isStranger(state, seen),
      evidence: [
        {
          measure: 'failing_addresses',
          text,
          observed: failures,
          expected,
          lower: 0,
          upper: Math.ceil(expected + 3 * Math.sqrt(expected + 1)),
          windowMs: guessingDecayMs,
          sampleCount: Math.round(state.endpoints.answers[endpoint * 4] ?? 0),
          weight: 1,
        },
      ],
    };
  },
};
