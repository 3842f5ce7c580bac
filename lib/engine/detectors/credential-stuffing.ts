/**
 * `credential_stuffing`: one address tries many accounts, or one account many times. What a sign-in is, the endpoint
 * tells by its answers: the address's share of failures (401, 403) without a token, against the share that is normal
 * at that endpoint. Refused tries count on, so that the refusal itself does not look like peace.
 */

import { addressAt, countOf, distinctOf, sketchAt } from '../addresses.ts';
import type { Detector } from '../detector.ts';
import { saysNo } from '../endpoints.ts';
import { watchedAddress } from '../failures.ts';
import { normalFailShare } from '../sign-ins.ts';
import type { Observation } from '../state.ts';
import { shareNats } from '../tail.ts';
import { said, saidPercent } from '../words.ts';

/** Fewer failures than this are a forgotten password … */
const failuresMin = 8;
const accountsMin = 4;
/** … but as many different accounts are nobody's passwords. */
const allDifferentMin = 5;
/** Failures on fewer accounts than `accountsMin` must be this many: one person, guessing. */
const failuresOnOneMin = 11;
/** e^-10 */
const alarmNats = 10;

/** On one account, only what asks for credentials counts: pages that are not shown to anybody fail as well. */
const isTry = ({ event }: Observation): boolean =>
  event.status === 401 || (event.method !== 'GET' && event.method !== 'HEAD');
export const credentialStuffing: Detector = {
  kind: 'credential_stuffing',
  asked: 'about bad answers',
  complete(state, seen) {
    if (seen.event.status < 400 && !seen.event.refused) return 0;
    const address = watchedAddress(state, seen);
    if (address < 0 || !seen.event.refused) {
      const { status, tokenId } = seen.event;
      if (address < 0 || tokenId !== undefined || !saysNo(status)) return 0;
    }
    const { addresses } = state;
    if (addresses.endpoint[address] !== seen.endpoint) return 0;
    // An attack from many addresses is one finding, not one for each of them.
    if (seen.ts < (state.endpoints.guessedUntil[seen.endpoint] ?? 0)) return 0;
    const failures = countOf(addresses, address, addressAt.failures);
    if (failures < allDifferentMin - 0.5) return 0;
    const accounts = distinctOf(addresses, address, sketchAt.failingUsers);
    // Two of them may look the same in the sketch.
    if (failures < failuresMin && accounts < allDifferentMin - 1) return 0;
    if (accounts < accountsMin - 0.5 && (failures < failuresOnOneMin || !isTry(seen))) return 0;
    const tries = Math.max(failures, countOf(addresses, address, addressAt.tries));
    return (
      shareNats(failures, tries, normalFailShare(state, seen.endpoint)) * state.evidenceWeight - alarmNats
    );
  },
  subject: (_state, { event }) => `${event.ip ?? event.user} ${event.method} ${event.endpoint}`,
  explain(state, seen) {
    const { event } = seen;
    const address = watchedAddress(state, seen);
    const { addresses } = state;
    const failures = Math.round(countOf(addresses, address, addressAt.failures));
    const tries = Math.max(failures, Math.round(countOf(addresses, address, addressAt.tries)));
    const accounts = Math.round(distinctOf(addresses, address, sketchAt.failingUsers));
    const share = normalFailShare(state, seen.endpoint);
    const endpoint = `${event.method} ${event.endpoint}`;
    const who = event.ip === undefined ? event.user : `Address ${event.ip}`;
    const expected = Math.round(tries * share * 10) / 10;
    const text = `${said(failures)} of ${said(tries)} sign-ins failed, on ${accounts === 1 ? 'one account' : `${said(accounts)} accounts`}; normally ${saidPercent(Math.round(share * 100))} fail`;
    return {
      scope: event.ip === undefined ? { user: event.user, endpoint } : { ip: event.ip, endpoint },
      summary: `${who} is guessing sign-ins at ${endpoint}: ${text}.`,
      conclusion: 'deny',
      act: true,
      evidence: [
        {
          measure: 'failed_sign_ins',
          text,
          observed: failures,
          expected,
          lower: 0,
          upper: Math.ceil(expected + 3 * Math.sqrt(expected + 1)),
          windowMs: 1_800_000,
          sampleCount: Math.round(state.endpoints.answers[seen.endpoint * 4] ?? 0),
          weight: 1,
        },
      ],
    };
  },
};
