/** Says in words what a change of the settings will do to those who call. Pure. */

import type { DetectionSettings } from '../../../../lib/contract/exception.ts';
import { formatCount, formatRate } from '../../../_ui/format.ts';

/** What false alarms are counted by. */
export const perUserDays = `${formatCount(1_000)} user-days`;

export type GlobalSettings = Omit<DetectionSettings, 'modeByEndpoint'>;

export interface DescribedChange {
  what: string;
  before: string;
  after: string;
  meaning: string;
}

export function describeChanges(before: GlobalSettings, after: GlobalSettings): DescribedChange[] {
  const changes: DescribedChange[] = [];
  if (before.mode !== after.mode) {
    changes.push({
      what: 'Mode',
      before: before.mode,
      after: after.mode,
      meaning:
        after.mode === 'shadow'
          ? 'Nothing is refused any more: all throttles in force stop acting, on every endpoint without its own mode.'
          : 'Throttles act: callers over their limit are refused, on every endpoint without its own mode.',
    });
  }
  if (before.baseLimit !== after.baseLimit) {
    changes.push({
      what: 'Base limit',
      before: `${formatCount(before.baseLimit)} an hour`,
      after: `${formatCount(after.baseLimit)} an hour`,
      meaning:
        after.baseLimit > before.baseLimit
          ? 'More is always let through: small abuse is noticed later.'
          : 'Less is always let through: new and rare callers meet a limit sooner.',
    });
  }
  if (before.sensitivity !== after.sensitivity) {
    changes.push({
      what: 'Tolerance',
      before: `${formatRate(before.sensitivity)} × normal`,
      after: `${formatRate(after.sensitivity)} × normal`,
      meaning:
        after.sensitivity > before.sensitivity
          ? 'Fewer alerts and fewer refusals; abuse must be louder to be stopped.'
          : 'More alerts and earlier refusals; an honest busy day is more likely to be limited.',
    });
  }
  if (before.falseAlarmBudget !== after.falseAlarmBudget) {
    const times = after.falseAlarmBudget / before.falseAlarmBudget;
    changes.push({
      what: 'False alarms accepted',
      before: `${formatRate(before.falseAlarmBudget)} per ${perUserDays}`,
      after: `${formatRate(after.falseAlarmBudget)} per ${perUserDays}`,
      meaning:
        times > 1
          ? `Fainter abuse is noticed, and about ${formatRate(times)} times as many honest users are alarmed about, and refused.`
          : `Honest users are alarmed about, and refused, about ${formatRate(1 / times)} times less often; faint abuse stays unnoticed.`,
    });
  }
  return changes;
}
