/** Cedar's schema as text: the entities as people wrote them, and an action for every line of the actions' table. */

import { readFileSync } from 'node:fs';
import { actionGroups, actions } from './actions.table.ts';

export function schemaText(): string {
  const entities = readFileSync(new URL('./entities.cedarschema', import.meta.url), 'utf8');
  const groups = actionGroups.map((group) => `action "${group}";`);
  const each = Object.entries(actions).map(([name, { groups: memberOf, resource }]) => {
    const isShip = memberOf.some((group) => group === 'ship');
    const parents = memberOf.map((group) => `"${group}"`).join(', ');
    return [
      `action "${name}" in [${parents}] appliesTo {`,
      `  principal: ${isShip ? 'Service' : 'Operator'}, resource: ${resource}, context: Circumstances`,
      '};',
    ].join('\n');
  });
  return [entities, '// Groups.', ...groups, '\n// Actions.', ...each, ''].join('\n');
}
