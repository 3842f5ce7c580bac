/** What answering an alert at its root means to whoever holds the sessions; alerts and settings say the same. */

import type { AlertAnswer, AlertAnswers } from '../../lib/contract/alert-answers.ts';

export type AutomaticAnswer = AlertAnswers[keyof AlertAnswers];

export const automaticAnswers = [
  'none',
  'throttle',
  'step_up',
  'revoke_family',
] as const satisfies readonly AutomaticAnswer[];

export const answerNames: Record<AutomaticAnswer, string> = {
  none: 'Nothing by itself',
  throttle: 'Throttle the session',
  step_up: 'Ask for the passkey',
  revoke_family: 'Revoke the session',
};

export const answerMeanings: Record<AutomaticAnswer, string> = {
  none: 'An operator decides, with one click on the alert.',
  throttle: 'The session may make a few requests a minute only.',
  step_up: 'The session may do nothing until its passkey is used again.',
  revoke_family: 'The session ends at once, with its tokens and open pages.',
};

export const answerDone: Record<AlertAnswer, string> = {
  throttle: 'throttled',
  step_up: 'waiting for a passkey',
  revoke_family: 'revoked',
};
