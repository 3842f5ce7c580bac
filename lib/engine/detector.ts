/**
 * A detector: one kind of abuse, in one file. It looks at an observation at most twice, and speaks in nats; only when
 * it is past the alarm line is it asked to say who, why, and what to do.
 */

import type { Evidence } from '../contract/alert.ts';
import type { Conclusion, DetectorKind, Scope } from '../contract/decision.ts';
import type { EngineState, Observation } from './state.ts';

export interface Suspicion {
  scope: Scope;
  /** What the throttle covers, where that is narrower than the finding. */
  throttleScope?: Scope;
  summary: string;
  conclusion: Exclude<Conclusion, 'allow'>;
  /** For a `throttle`: what the whole fleet may still let through. */
  limitPerMinute?: number;
  /** False: tell people, refuse nothing. */
  act: boolean;
  /** How long the throttle lasts after it was last needed, where the usual time is too short. */
  lastsMs?: number;
  evidence: Evidence[];
}

export interface Detector {
  kind: DetectorKind;
  /** Before the response exists: must not read status, sizes or `refused`. Past the alarm line when positive. */
  arrive?(state: EngineState, seen: Observation): number;
  /** With the whole event. */
  complete?(state: EngineState, seen: Observation): number;
  /** Asked only where the rate of the pair is past its line (`rateAlarm`), or the answer was bad or refused. */
  asked?: 'at rate alarms' | 'about bad answers';
  /** What the finding is about: the same for events of the same abuse. */
  subject(state: EngineState, seen: Observation): string;
  /** Which of the finding's throttles this event calls for; left out where a finding has but one. */
  target?(state: EngineState, seen: Observation): string;
  explain(state: EngineState, seen: Observation): Suspicion;
}
