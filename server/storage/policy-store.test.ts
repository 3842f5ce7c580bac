import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { createOperators } from './operators.ts';
import { policyDuties } from './policy-retention.ts';
import { createPolicyStore } from './policy-store.ts';
import { operators } from './schema.ts';

const clock = { now: () => 1_800_000_000_000 };
const actor = { operatorId: 'opr_0', name: 'Ada', address: '127.0.0.1' };

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

async function owners(count: number): Promise<string[]> {
  await database.db.delete(operators);
  const ids = Array.from({ length: count }, (_, at) => `opr_${at}`);
  await database.db.insert(operators).values(
    ids.map((id) => ({
      id,
      name: id,
      userHandle: new TextEncoder().encode(id),
      createdAt: 1,
      role: 'owner' as const,
    })),
  );
  return ids;
}

const anyOwner = (left: unknown[]) => left.length > 0;

/** Guard: `lockPolicies` in server/storage/operators.ts (PostgreSQL), `keepsOwner` after it. */
test('AZ-10: of ten owners who are all demoted at once, one stays', async () => {
  const ids = await owners(10);
  const store = createOperators({ database, clock });
  const outcomes = await Promise.all(
    ids.map((id) =>
      store.change({ id, set: { role: 'viewer' }, action: 'operator.update', actor, keepsOwner: anyOwner }),
    ),
  );
  assert.equal(outcomes.filter((outcome) => outcome === 'last_owner').length, 1);
  const left = (await store.list()).filter(({ role }) => role === 'owner');
  assert.equal(left.length, 1);
});

/** Guard: publishing and changing operators take one lock, and each looks at what the other has done. */
test('AZ-10: policies that count on one owner and the loss of that owner cannot both come true', async () => {
  const [first = '', second = ''] = await owners(2);
  const store = createOperators({ database, clock });
  const policies = createPolicyStore({ database, clock });
  // What is published lets only the first be in charge.
  let onlyFirst = false;
  const published = policies.publish({
    ...{ documents: [], comment: 'only the first', basedOn: 0, actor },
    keepsOwner: (left) => {
      onlyFirst = left.some(({ id }) => id === first);
      return onlyFirst;
    },
  });
  const demoted = store.change({
    ...{ id: first, set: { role: 'viewer' }, action: 'operator.update', actor },
    keepsOwner: (left) => !onlyFirst && left.some(({ id }) => id === second),
  });
  const outcomes = await Promise.all([published, demoted]);
  const succeeded = outcomes.filter((outcome) => typeof outcome === 'object');
  assert.equal(succeeded.length, 1, JSON.stringify(outcomes));
});

test('versions are bounded, and the one in force is never dropped', async () => {
  await owners(1);
  const policies = createPolicyStore({ database, clock });
  const start = (await policies.current())?.version ?? 0;
  await database.db.execute(
    `insert into policy_versions select n, '[]', 'c', 1, 'opr_0', 'Ada' from generate_series(${start + 1}, ${start + 600}) n`,
  );
  await database.db.execute(`update policy_head set version = ${start + 1}`);
  await policyDuties(database, clock).policyVersions();
  const kept = await database.db.execute(
    'select count(*)::int as total, min(version) as oldest from policy_versions',
  );
  assert.deepEqual(kept.rows[0], { total: 501, oldest: start + 1 });
});
