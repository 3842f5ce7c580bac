/** Says in words what a change of rights will do to an operator. Pure. */

import type { OperatorAccount, OperatorChange } from '../../../../lib/contract/operators.ts';
import { clearanceNames, roleMeanings, roleNames } from '../../../_session/role-words.ts';
import type { Rights } from './rights-fields.tsx';

export interface RightsChange {
  what: string;
  before: string;
  after: string;
  meaning: string;
}

type Before = Pick<OperatorAccount, 'role' | 'team' | 'clearance'>;

export function describeRights(before: Before, after: Rights): RightsChange[] {
  const changes: RightsChange[] = [];
  if (before.role !== after.role) {
    changes.push({
      what: 'Role',
      before: roleNames[before.role],
      after: roleNames[after.role],
      meaning: roleMeanings[after.role],
    });
  }
  if (before.clearance !== after.clearance) {
    changes.push({
      what: 'Clearance',
      before: nameOf(before.clearance),
      after: nameOf(after.clearance),
      meaning:
        after.clearance > before.clearance
          ? 'More becomes visible, and can be changed where the role allows it.'
          : 'What is more sensitive disappears at once, on open pages too.',
    });
  }
  if (before.team !== after.team) {
    changes.push({
      what: 'Team',
      before: before.team || 'none',
      after: after.team || 'none',
      meaning: 'Policies that speak of a team follow at once.',
    });
  }
  return changes;
}

/** Only what differs, so that what another owner changed meanwhile stays. */
export function changeOf(before: Before, after: Rights): OperatorChange {
  return {
    ...(before.role === after.role ? {} : { role: after.role }),
    ...(before.team === after.team ? {} : { team: after.team }),
    ...(before.clearance === after.clearance ? {} : { clearance: after.clearance }),
  };
}

function nameOf(clearance: number): string {
  return clearanceNames[clearance] ?? String(clearance);
}
