/**
 * `path_scan`: one caller asks for many different things that do not exist. A thing does not exist when an endpoint
 * has never, or hardly ever, answered well; how many such requests are normal is learned from all callers.
 */

import type { Scope } from '../../contract/decision.ts';
import { addressAt, countOf, distinctOf, sketchAt } from '../addresses.ts';
import type { Detector } from '../detector.ts';
import { isUnknown, unknownShare, watchedAddress } from '../failures.ts';

import type { EngineState, Observation } from '../state.ts';
import { shareNats } from '../tail.ts';
import { said, saidPercent } from '../words.ts';

/** Distinct paths below this are stale links … */
const pathsMin = 8;
/** … and below this may be one broken page: people are told, and nothing is refused. */
const pathsActMin = 20;
/** e^-26 */
const alarmNats = 28;
/** An address with more users than this is a network, not a caller. */
const usersMax = 3.5;

function scopeOf(state: EngineState, address: number, { event }: Observation): Scope {
  if (event.ip === undefined) return { user: event.user };
  const users = distinctOf(state.addresses, address, sketchAt.users);
  return users <= usersMax ? { ip: event.ip } : { user: event.user };
}

export const pathScan: Detector = {
  kind: 'path_scan',
  asked: 'about bad answers',
  complete(state, seen) {
    if (seen.event.status < 400 && !seen.event.refused) return 0;
    const address = watchedAddress(state, seen);
    if (address < 0 || !(seen.event.refused || isUnknown(state, seen))) return 0;
    const paths = distinctOf(state.addresses, address, sketchAt.unknownPaths);
    const unknown = countOf(state.addresses, address, addressAt.unknown);
    if (paths < pathsMin || unknown < pathsMin) return 0;
    const requests = Math.max(unknown, countOf(state.addresses, address, addressAt.requests));
    return (
      shareNats(Math.min(paths, unknown), requests, unknownShare(state)) * state.evidenceWeight - alarmNats
    );
  },
  subject: (_state, { event }) => event.ip ?? event.user,
  explain(state, seen) {
    const { event } = seen;
    const address = watchedAddress(state, seen);
    const unknown = Math.round(countOf(state.addresses, address, addressAt.unknown));
    const requests = Math.max(unknown, Math.round(countOf(state.addresses, address, addressAt.requests)));
    // The sketch does not fade as the counts do.
    const paths = Math.min(unknown, Math.round(distinctOf(state.addresses, address, sketchAt.unknownPaths)));
    const share = unknownShare(state);
    const expected = Math.round(requests * share * 10) / 10;
    const scope = scopeOf(state, address, seen);
    const text = `${said(unknown)} of ${said(requests)} requests for things that do not exist, ${said(paths)} different ones; normally ${saidPercent(Math.round(share * 100))}`;
    return {
      scope,
      summary: `${scope.ip === undefined ? event.user : `Address ${scope.ip}`} is scanning for paths: ${text}.`,
      conclusion: 'deny',
      act: paths >= pathsActMin,
      evidence: [
        {
          measure: 'distinct_paths',
          text,
          observed: paths,
          expected,
          lower: 0,
          upper: Math.ceil(expected + 3 * Math.sqrt(expected + 1)),
          windowMs: 900_000,
          sampleCount: state.eventsTotal,
          weight: 1,
        },
      ],
    };
  },
};
