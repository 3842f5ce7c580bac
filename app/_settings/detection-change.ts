/** A change of some settings, laid over what is stored. Pure. */

import type { Mode } from '../../lib/contract/decision.ts';
import type { DetectionSettings } from '../../lib/contract/exception.ts';

export type DetectionChange = Partial<Omit<DetectionSettings, 'modeByEndpoint'>> & {
  /** Undefined takes an endpoint's own mode away. */
  modeByEndpoint?: Record<string, Mode | undefined>;
};

export function applyChange(settings: DetectionSettings, change: DetectionChange): DetectionSettings {
  const modes = Object.entries({ ...settings.modeByEndpoint, ...change.modeByEndpoint });
  const kept = modes.filter((entry): entry is [string, Mode] => entry[1] !== undefined);
  return { ...settings, ...change, modeByEndpoint: Object.fromEntries(kept) };
}
