/**
 * `token_replay`: a token is used at an address where its user is not known, while it is in use elsewhere, and what
 * comes from there is not what the user does. The token is stopped at that address only; its owner goes on.
 */

import type { Evidence } from '../../contract/alert.ts';
import type { Detector } from '../detector.ts';
import { round } from '../rate-words.ts';
import type { EngineState, Observation } from '../state.ts';
import { strangerNats, visitsNats } from '../stranger-evidence.ts';
import { findStranger, hashOf, isActive, type Strangers, strangerCount, strangerSays } from '../strangers.ts';
import { firstAtOf } from '../users.ts';
import { said } from '../words.ts';

/** e^-10 */
const alarmNats = 10;
/** Fewer requests than this are not judged. */
const requestsMin = 4;

/** A user who came less than this ago has no habits yet. */
const settledMs = 8 * 3_600_000;

function judge(state: EngineState, { event, user, ts }: Observation): number {
  const row = user < 0 ? -1 : findStranger(state, user);
  if (row < 0 || !isActive(state.strangers, row, ts)) return 0;
  if (ts - firstAtOf(state.users, user) < settledMs) return 0;
  if (event.tokenId === undefined || event.ip === undefined) return 0;
  if (strangerSays(state.strangers, row, strangerCount.requests) < requestsMin) return 0;
  if (state.strangers.address[row] !== hashOf(state, event.ip)) return 0;
  return strangerNats(state.strangers, row) * state.evidenceWeight - alarmNats;
}

type Says = (strangers: Strangers, row: number) => number;
const says =
  (which: number): Says =>
  (strangers, row) =>
    strangerSays(strangers, row, which);

const lines: readonly [measure: string, says: Says, text: string][] = [
  [
    'alternating_requests',
    says(strangerCount.alternation),
    'requests from two addresses take turns within seconds',
  ],
  ['unusual_calls', says(strangerCount.calls), 'other calls than the user usually makes'],
  [
    'other_device',
    says(strangerCount.device),
    'another device or country than the one the token was given to',
  ],
  ['frequent_visits', visitsNats, 'requests come again and again, where the user comes now and then'],
];

export const tokenReplay: Detector = {
  kind: 'token_replay',
  arrive: judge,
  complete: judge,
  subject: (_state, { event }) => `${event.user} ${event.ip}`,
  target: (_state, { event }) => event.tokenId ?? '',
  explain(state, { event, user }) {
    const { tokenId, ip } = event;
    const row = findStranger(state, user);
    const all = strangerNats(state.strangers, row);
    const requests = Math.round(strangerSays(state.strangers, row, strangerCount.requests));
    const windowMs = Math.round((state.strangers.lastAt[row] ?? 0) - (state.strangers.firstAt[row] ?? 0));
    const evidence: Evidence[] = [];
    for (const [measure, evidenceOf, text] of lines) {
      const nats = evidenceOf(state.strangers, row);
      if (nats < 1) continue;
      const weight = Math.round(Math.min(1, nats / all) * 100) / 100;
      const observed = round(nats);
      evidence.push({
        measure,
        text,
        observed,
        expected: 0,
        lower: 0,
        upper: 3,
        windowMs,
        sampleCount: requests,
        weight,
      });
    }
    evidence.sort((a, b) => b.weight - a.weight);
    return {
      scope: { user: event.user, tokenId, ip },
      throttleScope: { tokenId, ip },
      summary: `A token of ${event.user} is in use at address ${ip}, where they are not known: ${said(requests)} requests; ${evidence[0]?.text ?? ''}.`,
      conclusion: 'step_up',
      act: true,
      evidence,
    };
  },
};
