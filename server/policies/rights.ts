/** What an operator may do now, action by action: for the console to show only what can be done. */

import type { Me } from '../../lib/contract/operators.ts';
import type { Principal } from '../identity/principal.ts';
import { actions, isAction } from './actions.table.ts';

export function meOf(principal: Principal): Me {
  const { operatorId: id, name, authority } = principal;
  const { request } = authority.judge(principal, 'operator.read_self', { id });
  const known = request.principal.kind === 'operator' ? request.principal : undefined;
  const { role = 'viewer', team = '', clearance = 0, risk = 0 } = known ?? {};
  return { id, name, role, team, clearance, risk, may: rightsOf(principal) };
}

function rightsOf(principal: Principal): Me['may'] {
  const may: Me['may'] = {};
  for (const [action, { groups }] of Object.entries(actions)) {
    if (!isAction(action) || groups.some((group) => group === 'ship')) continue;
    may[action] = principal.authority.judge(principal, action, {}).outcome;
  }
  return may;
}
