/**
 * How an alert is answered at the root: what becomes of the token, session or caller that it names. Plain types only.
 *
 *   GET  /api/alert-answers               -> AlertAnswers            what is done by itself
 *   PUT  /api/alert-answers               AlertAnswers -> AlertAnswers   step-up
 *   POST /api/alerts/{id}/answer          AlertAnswerOrder -> AlertAnswered   `revoke_family`: step-up
 */

import type { DetectorKind } from './decision.ts';

/**
 * `throttle`: its sessions may make a few requests a minute only. `step_up`: they may do nothing until a passkey is
 * used again. `revoke_family`: they end, with their tokens and sockets.
 */
export type AlertAnswer = 'throttle' | 'step_up' | 'revoke_family';

export const alertAnswers = [
  'throttle',
  'step_up',
  'revoke_family',
] as const satisfies readonly AlertAnswer[];

/** What is done by itself when an alert of a kind opens about a session that Tidegate gave out. */
export type AlertAnswers = Record<DetectorKind, AlertAnswer | 'none'>;

export interface AlertAnswerOrder {
  answer: AlertAnswer;
}

export interface AlertAnswered {
  answer: AlertAnswer;
  /** Token families that it was done to; none where the alert names nothing that Tidegate gave out. */
  families: string[];
}
