import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ClientDraft } from '../../lib/contract/oauth.ts';
import { retentionLimits } from '../../lib/contract/retention.ts';
import { madeFinding } from '../../test/fixtures/stand-in-collector.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { createLog } from '../observe/log.ts';
import { createAlerts } from './alerts.ts';
import { appendAudit } from './audit.ts';
import { createExceptions } from './exceptions.ts';
import { createIngestKeys } from './ingest-keys.ts';
import { createOAuthStore } from './oauth-store.ts';
import { createRetention } from './retention.ts';
import { auditEntries, exceptions as exceptionsTable, revocations } from './schema.ts';

const start = 1_800_000_000_000;
const clock = { at: start, now: () => clock.at };
const actor = { operatorId: 'opr_1', name: 'Ada', address: '127.0.0.1' };
const log = createLog({ level: 'silent' });
let database: TestDatabase;

before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

async function startRetention() {
  const alerts = createAlerts({ database, clock });
  const exceptions = createExceptions({ database, clock });
  const ingestKeys = await createIngestKeys({ database, clock, environmentKey: undefined });
  const duties: (() => void)[] = [];
  const every = (_intervalMs: number, work: () => void) => {
    duties.push(work);
    return () => void duties.splice(duties.indexOf(work), 1);
  };
  const retention = createRetention({ database, alerts, exceptions, ingestKeys, clock, every, log });
  return { alerts, exceptions, ingestKeys, retention, duties };
}

test('what has ended leaves when its time has come, and not before', async () => {
  const { alerts, exceptions, retention } = await startRetention();
  const finding = madeFinding({ openedAt: start, lastSeenAt: start });
  await alerts.recordFindings([finding]);
  await alerts.change({ ids: [finding.id], action: 'resolve', actor });
  await exceptions.create({ scope: { user: 'u-1' }, reason: 'test', expiresAt: start + 1_000 }, actor);
  await database.db
    .insert(revocations)
    .values({ kind: 'token', subject: 't', at: start, expiresAt: start + 1_000 });
  await retention.runSlow();
  assert.equal((await alerts.list({ limit: 1 })).total, 1);
  assert.equal((await exceptions.list()).length, 1);

  clock.at = start + 1_001;
  assert.equal((await exceptions.list()).length, 0, 'an exception ends on time, whenever retention runs');
  await retention.runSlow();
  assert.equal((await database.db.select().from(exceptionsTable)).length, 0);
  assert.equal((await database.db.select().from(revocations)).length, 0);

  clock.at = start + retentionLimits.alertsMs + 1;
  await retention.runSlow();
  assert.equal((await alerts.list({ limit: 1 })).total, 0);
  await retention.close();
});

test('old audit entries leave, and new ones follow on', async () => {
  const { retention } = await startRetention();
  const entry = {
    actor: 'opr_1',
    action: 'x.y',
    target: 't',
    outcome: 'done' as const,
    address: '',
    detail: {},
  };
  await database.transaction((tx) => appendAudit(tx, [{ ...entry, at: clock.at }]));
  clock.at += retentionLimits.auditMs + 1;
  await database.transaction((tx) => appendAudit(tx, [{ ...entry, at: clock.at }]));
  await retention.runSlow();
  const left = await database.db.select().from(auditEntries);
  assert.deepEqual(
    left.map(({ at }) => at),
    [clock.at],
  );
  await retention.close();
});

test('when a key was last used is stored at the end at the latest', async () => {
  const { ingestKeys, retention, duties } = await startRetention();
  const { secret } = await ingestKeys.create({ name: 'orders' }, actor);
  ingestKeys.verify(secret);
  await retention.close();
  assert.equal(duties.length, 0, 'no timer is left');
  const again = await createIngestKeys({ database, clock, environmentKey: undefined });
  assert.equal((await again.list())[0]?.lastUsedAt, clock.at);
});

test('one duty that fails does not keep the others from running', async () => {
  const { alerts, exceptions, ingestKeys } = await startRetention();
  await database.db.insert(revocations).values({ kind: 'token', subject: 'u', at: 1, expiresAt: 2 });
  const broken = { ...alerts, dropOld: () => Promise.reject(new Error('broken')) };
  const every = () => () => {};
  const retention = createRetention({ database, alerts: broken, exceptions, ingestKeys, clock, every, log });
  await retention.runSlow();
  assert.equal((await database.db.select().from(revocations)).length, 0);
});

test('codes, links and revoked clients of the token service leave when their time has come', async () => {
  const { retention } = await startRetention();
  const store = createOAuthStore({ database, clock });
  const draft: ClientDraft = {
    name: 'Nightly',
    kind: 'machine',
    redirectUris: [],
    audiences: ['https://a.example'],
    scopes: [],
    bearerAllowed: false,
    accessTokenSeconds: 900,
  };
  const by = { id: 'opr_1', name: 'Ada', address: 'local' };
  const secret = { id: 'sec_1', prefix: 'tgc_', secretSha256: 'x' };
  const made = {
    draft: { ...draft, redirectUris: [], audiences: [...draft.audiences], scopes: [] },
    actor: by,
  };
  await store.createClient({ ...made, id: 'cli_old', secret });
  await store.createClient({ ...made, id: 'cli_live', secret: undefined });
  const revocation = { kind: 'client', subject: 'cli_old', at: clock.at, expiresAt: clock.at + 1 } as const;
  await store.revokeClient({ clientId: 'cli_old', reason: 'revoked', revocation, actor: by });
  await retention.runSlow();
  assert.deepEqual((await store.listClients()).map(({ id }) => id).sort(), ['cli_live', 'cli_old']);
  clock.at += retentionLimits.revokedKeysMs + 1;
  await retention.runSlow();
  assert.deepEqual(
    (await store.listClients()).map(({ id }) => id),
    ['cli_live'],
  );
  await retention.close();
});

test('removed passkeys and used recoveries are forgotten when their time has come, the others never', async () => {
  const { retention } = await startRetention();
  const now = clock.at;
  await database.db.execute(
    `insert into operators (id, name, user_handle, created_at) values ('opr_r', 'Ada', '\\x77', 1)`,
  );
  await database.db.execute(`insert into credentials (id, operator_id, public_key, counter, transports, backup_eligible,
    backed_up, aaguid, rp_id, name, created_at, removed_at) select 'crd_' || removed, 'opr_r', '\\x01', 0, '{}', false, false,
    '', 'localhost', 'Key', 1, nullif(removed, 0) from unnest(array[0, ${now}]::bigint[]) removed`);
  await database.db.execute(`insert into recovery_secrets (id, secret_sha256, kind, operator_id, created_by, created_at, expires_at, used_at)
    values ('rec_code', 'a', 'code', 'opr_r', 'opr_r', 1, null, null), ('rec_used', 'b', 'code', 'opr_r', 'opr_r', 1, null, ${now}),
    ('rec_link', 'c', 'link', 'opr_r', 'host', 1, ${now}, null)`);
  const left = async (table: string) =>
    (await database.db.execute(`select id from ${table} order by id`)).rows.length;
  clock.at = now + retentionLimits.familiesMs - 1;
  await retention.runSlow();
  assert.deepEqual([await left('credentials'), await left('recovery_secrets')], [2, 3]);
  clock.at = now + retentionLimits.familiesMs + 1;
  await retention.runSlow();
  assert.deepEqual([await left('credentials'), await left('recovery_secrets')], [2, 1]);
  clock.at = now + retentionLimits.removedPasskeysMs + 1;
  await retention.runSlow();
  assert.deepEqual([await left('credentials'), await left('recovery_secrets')], [1, 1]);
});
