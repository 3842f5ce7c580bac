/**
 * How much evidence counts, given how many false alarms the operator accepts. All evidence is in nats and every alarm
 * line a number of them, so one weight serves all detectors. The exponent was measured, on days of traffic without an
 * attack (docs/detection.md, "False alarm budget"): real evidence has heavier tails than a model, so halving the alarms
 * takes more than ln 2 nats.
 */

import type { DetectionSettings } from '../contract/exception.ts';
import type { EngineState } from './state.ts';

/** Alerts per 1,000 user-days that come about where evidence counts as it is. */
const plainBudget = 1.6;
const exponent = 0.33;

/** @returns 1 at that budget, more where more false alarms are accepted; 0.68 to 3.1 over the range allowed */
export function evidenceWeightOf({ falseAlarmBudget }: DetectionSettings): number {
  return (falseAlarmBudget / plainBudget) ** exponent;
}

export function changeSettings(state: EngineState, settings: DetectionSettings): void {
  state.config.settings = settings;
  state.evidenceWeight = evidenceWeightOf(settings);
}
