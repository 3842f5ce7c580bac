/**
 * The built-in policies against a table that people have read: every action, by role and by what else counts. Where a
 * change of a policy is meant, `UPDATE_RIGHTS=1 node --test server/policies/rights.test.ts` writes the table anew, and
 * its difference is what there is to review.
 */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { createTestAuthority, knowOperator, principalFor } from '../../test/fixtures/authority.ts';
import { createTestClock } from '../../test/fixtures/identity-installation.ts';
import type { Principal } from '../identity/principal.ts';
import { actions, isAction } from './actions.table.ts';
import type { Resource } from './authority.ts';

const clock = createTestClock(Date.UTC(2031, 0, 1, 12));
const { authority, standing } = createTestAuthority({ clock });
const stale = clock.now() - 6 * 60_000;

interface Column {
  name: string;
  principal: Principal;
  resource: Resource;
}

function operator(id: string, change: Partial<Principal> = {}): Principal {
  return principalFor(authority, clock, { operatorId: id, familyId: `fam_${id}`, ...change });
}

for (const role of ['owner', 'analyst', 'viewer'] as const) knowOperator(standing, `opr_${role}`, role);
knowOperator(standing, 'opr_risky', 'owner');
knowOperator(standing, 'opr_challenged', 'owner');
knowOperator(standing, 'opr_disabled', 'owner');
standing.setRisks(new Map([['opr_risky', 90]]));
standing.challenge('fam_opr_challenged', clock.now() + 1);
const disabled = standing.of('opr_disabled');
if (disabled !== undefined) standing.changed({ ...disabled, disabledAt: 1 });

/** An object of somebody else, with the rights of an owner. */
const others: Resource = { id: 'x_1', owner: 'opr_somebody', role: 'owner' };

const columns: Column[] = [
  { name: 'owner', principal: operator('opr_owner'), resource: {} },
  { name: 'other', principal: operator('opr_owner'), resource: others },
  { name: 'stale', principal: operator('opr_owner', { authAt: stale }), resource: {} },
  { name: 'risky', principal: operator('opr_risky'), resource: {} },
  { name: 'challenged', principal: operator('opr_challenged'), resource: {} },
  { name: 'disabled', principal: operator('opr_disabled'), resource: {} },
  { name: 'enrol', principal: operator('opr_owner', { enrolOnly: true }), resource: {} },
  { name: 'analyst', principal: operator('opr_analyst'), resource: {} },
  { name: 'other', principal: operator('opr_analyst'), resource: others },
  { name: 'viewer', principal: operator('opr_viewer'), resource: {} },
  { name: 'other', principal: operator('opr_viewer'), resource: others },
  { name: 'stranger', principal: operator('opr_nobody'), resource: {} },
];

const width = 12;
const cells = (first: string, rest: string[]) =>
  [first.padEnd(26), ...rest.map((cell) => cell.padEnd(width))].join('').trimEnd();

function table(): string {
  const lines = Object.keys(actions).map((action) => {
    if (!isAction(action)) return '';
    const outcomes = columns.map(({ principal, resource }) => {
      const { outcome, problem } = authority.judge(principal, action, resource);
      return problem === undefined ? outcome : 'deny (odd)';
    });
    const service = { kind: 'service', id: 'key_1', name: 'key_1', serviceKind: 'ingest_key' } as const;
    return cells(action, [...outcomes, authority.decideService(service, action, '127.0.0.1').outcome]);
  });
  return `${[cells('', [...columns.map(({ name }) => name), 'ingest key']), ...lines].join('\n')}\n`;
}

test('AZ-01, AZ-02: every action, by every role, on own and others’ objects, is answered as the table says', () => {
  const file = new URL('./rights.expected.txt', import.meta.url);
  if (process.env.UPDATE_RIGHTS === '1') writeFileSync(file, table());
  assert.deepEqual(table().split('\n'), readFileSync(file, 'utf8').split('\n'));
});
