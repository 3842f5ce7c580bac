/**
 * `rate_drift`: a steady user's calls to one endpoint have grown, hour by hour and too slowly for any rate, to far more
 * than their usual part of what the user does. Held at what would be usual now, until the hours are as ever again.
 */

import type { Detector } from '../detector.ts';
import { driftAlarmNats, findDrift } from '../drift.ts';
import { drifting, hasFlag } from '../pairs.ts';
import { round } from '../rate-words.ts';
import { said } from '../words.ts';

/** Head-room of the limit over what would be usual. */
const headroom = 1.5;
/** An hour below this many times what would be usual is as ever: what was found before it is not told again. */
const asEverTimes = 1.25;
const hourMs = 3_600_000;

export const rateDrift: Detector = {
  kind: 'rate_drift',
  arrive(state, { pair }) {
    if (!hasFlag(state.pairs, pair, drifting)) return 0;
    const row = findDrift(state, pair);
    if (row < 0) return 0;
    const { nats, seen, usual } = state.drifts;
    if ((seen[row] ?? 0) < asEverTimes * (usual[row] ?? 0)) return 0;
    return (nats[row] ?? 0) * state.evidenceWeight - driftAlarmNats;
  },
  subject: (_state, { event }) => `${event.user} ${event.method} ${event.endpoint}`,
  explain(state, { event, pair }) {
    const { drifts } = state;
    const row = findDrift(state, pair);
    const seen = Math.round(drifts.seen[row] ?? 0);
    const usual = Math.max(1, drifts.usual[row] ?? 0);
    const hours = Math.round(drifts.hours[row] ?? 0);
    const endpoint = `${event.method} ${event.endpoint}`;
    const text = `${said(seen)} requests in an hour; beside everything else they do, ${said(round(usual))} would be usual`;
    return {
      scope: { user: event.user, endpoint },
      summary: `${event.user} has been calling ${endpoint} more and more: ${text}.`,
      conclusion: 'throttle',
      limitPerMinute: Math.max(0.1, Math.round(((headroom * usual) / 60) * 100) / 100),
      act: true,
      lastsMs: 2 * hourMs,
      evidence: [
        {
          measure: 'requests_per_hour',
          text,
          observed: seen,
          expected: round(usual),
          lower: 0,
          upper: Math.ceil(headroom * usual),
          windowMs: hourMs,
          sampleCount: hours,
          weight: 1,
        },
      ],
    };
  },
};
