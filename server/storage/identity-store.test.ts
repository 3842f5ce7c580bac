import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { TokenFamily } from '../../lib/identity/token-family.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import type { IdentityAuditEntry } from '../identity/records.ts';
import type { IdentityStore } from '../identity/store.ts';
import { verifyAudit } from './audit.ts';
import { createIdentityStore } from './identity-store.ts';
import { auditEntries, operators } from './schema.ts';

let database: TestDatabase;
let store: IdentityStore;
const now = 1_800_000_000_000;
let made = 0;
const id = (prefix: string) => `${prefix}_${++made}`;

function audit(action: IdentityAuditEntry['action'] = 'session.opened'): IdentityAuditEntry {
  return {
    at: now,
    actor: 'anonymous',
    action,
    target: 'x',
    outcome: 'done',
    address: '127.0.0.1',
    detail: {},
  };
}

function family(operatorId: string, credentialId: string): TokenFamily {
  return {
    id: id('fam'),
    subjectId: operatorId,
    clientId: 'console',
    audience: ['tidegate-console'],
    scope: '',
    acr: undefined,
    credentialId,
    jkt: 'jkt',
    status: 'live',
    seq: 0,
    currentHash: 'hash-0',
    currentSalt: 'salt-0',
    parentHash: undefined,
    parentUsedAt: undefined,
    authenticatedAt: now,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + 1000,
    revokedAt: undefined,
    revokedReason: undefined,
    userAgent: 'agent',
    address: '127.0.0.1',
  };
}

function setup(tokenSha256: string) {
  const operator = {
    id: id('opr'),
    name: 'Ada',
    userHandle: new TextEncoder().encode(id('handle')),
    createdAt: now,
    disabledAt: undefined,
    role: 'owner' as const,
    team: '',
    clearance: 3,
  };
  const credential = {
    id: id('credential'),
    deviceId: id('dev'),
    operatorId: operator.id,
    publicKey: new Uint8Array([1, 2, 255]),
    counter: 0,
    transports: ['internal', 'hybrid'],
    backupEligible: true,
    backedUp: false,
    aaguid: '00000000-0000-0000-0000-000000000000',
    rpId: 'localhost',
    name: 'Laptop',
    createdAt: now,
    lastUsedAt: undefined,
    cloneSuspectedAt: undefined,
    removedAt: undefined,
  };
  return {
    tokenSha256,
    nowMs: now,
    operator,
    credential,
    family: family(operator.id, credential.id),
    audit: [audit('setup.completed')],
  };
}

const link = (tokenSha256: string) => ({
  tokenSha256,
  createdAt: now,
  expiresAt: now + 1000,
  usedAt: undefined,
});

before(async () => {
  database = await openTestDatabase();
  store = createIdentityStore({ database });
});
after(() => database.close());

test('of twenty set-ups with one link in parallel exactly one makes an operator', async () => {
  assert.equal(await store.replaceSetupLink(link('old'), audit('setup.link_created')), 'stored');
  assert.equal(await store.replaceSetupLink(link('first'), audit('setup.link_created')), 'stored');
  assert.equal(await store.findSetupLink('old'), undefined);
  assert.equal(await store.createFirstOperator({ ...setup('first'), nowMs: now + 1000 }), 'void', 'expired');
  assert.equal(await store.createFirstOperator(setup('other')), 'void');

  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => store.createFirstOperator(setup('first'))),
  );
  assert.equal(outcomes.filter((outcome) => outcome === 'created').length, 1);
  assert.equal(outcomes.filter((outcome) => outcome === 'void').length, 19);
  assert.equal((await database.db.select().from(operators)).length, 1);
  assert.equal(await store.findSetupLink('first'), undefined);
  assert.equal(await store.replaceSetupLink(link('late'), audit('setup.link_created')), 'operator_exists');
});

async function onlyCredential() {
  const row = await database.db.query.credentials.findFirst();
  assert.ok(row);
  const found = await store.findCredential(row.id);
  assert.ok(found);
  return found;
}

test('a credential comes back as it was stored', async () => {
  const { credential, operator } = await onlyCredential();
  assert.deepEqual([...credential.publicKey], [1, 2, 255]);
  assert.deepEqual(credential.transports, ['internal', 'hybrid']);
  assert.equal(credential.operatorId, operator.id);
  assert.equal(credential.lastUsedAt, undefined);
});

test('of ten sign-ins with the same counter in parallel one wins, the rest are told that it moved', async () => {
  const { credential, operator } = await onlyCredential();
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, () =>
      store.signIn({
        credentialId: credential.id,
        expectedCounter: 0,
        newCounter: 5,
        backedUp: true,
        nowMs: now,
        family: family(operator.id, credential.id),
        audit: audit(),
      }),
    ),
  );
  assert.deepEqual(outcomes.toSorted(), [...Array(9).fill('counter_moved'), 'signed_in']);
  assert.equal((await onlyCredential()).credential.counter, 5);
});

test('fifty refreshes of one token in parallel leave one successor', async () => {
  const { credential, operator } = await onlyCredential();
  const session = family(operator.id, credential.id);
  await store.signIn({
    credentialId: credential.id,
    expectedCounter: 5,
    newCounter: 6,
    backedUp: true,
    nowMs: now,
    family: session,
    audit: audit(),
  });
  const rotated = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      store.rotateFamily({
        familyId: session.id,
        expectedSeq: 0,
        expectedHash: 'hash-0',
        address: '192.0.2.9',
        successor: { seq: 1, hash: `hash-1-${index}`, salt: `salt-1-${index}` },
        nowMs: now + 1,
      }),
    ),
  );
  assert.equal(rotated.filter(Boolean).length, 1);
  const found = await store.findFamily(session.id);
  assert.equal(found?.family.currentHash, `hash-1-${rotated.indexOf(true)}`);
  assert.equal(found?.family.parentHash, 'hash-0');
  assert.equal(found?.family.parentUsedAt, now + 1);
  assert.equal(found?.holder.name, 'Ada');
});

test('a family ends once, with one revocation and one audit entry, and rotates no more', async () => {
  const { credential, operator } = await onlyCredential();
  const session = family(operator.id, credential.id);
  await store.signIn({
    credentialId: credential.id,
    expectedCounter: 6,
    newCounter: 7,
    backedUp: true,
    nowMs: now,
    family: session,
    audit: audit(),
  });
  const before = (await database.db.select().from(auditEntries)).length;
  const end = {
    familyId: session.id,
    reason: 'reuse' as const,
    revocation: { kind: 'family' as const, subject: session.id, at: now, expiresAt: now + 900 },
    audit: audit('session.reuse_detected'),
  };
  const ended = await Promise.all([
    store.revokeFamily(end),
    store.revokeFamily(end),
    store.revokeFamily(end),
  ]);
  assert.equal(ended.filter(Boolean).length, 1);
  assert.equal((await database.db.select().from(auditEntries)).length, before + 1);
  const expected = { familyId: session.id, expectedSeq: 0, expectedHash: 'hash-0', address: '192.0.2.9' };
  assert.equal(
    await store.rotateFamily({ ...expected, successor: { seq: 1, hash: 'h', salt: 's' }, nowMs: now }),
    false,
  );
  assert.equal((await store.loadRevocations(now)).filter((row) => row.subject === session.id).length, 1);
  assert.deepEqual(await store.loadRevocations(now + 900), []);
});

test('of two revocations of one subject the later one stays', async () => {
  const of = (at: number) => ({ kind: 'subject' as const, subject: 'opr_x', at, expiresAt: at + 900 });
  await store.addRevocation(of(now + 5), 'revoked', audit('tokens.revoked'));
  await store.addRevocation(of(now + 1), 'revoked', audit('tokens.revoked'));
  const kept = (await store.loadRevocations(now)).filter((row) => row.subject === 'opr_x');
  assert.deepEqual(kept, [of(now + 5)]);
});

test('parallel writers leave one whole audit chain', async () => {
  const before = (await database.db.select().from(auditEntries)).length;
  await Promise.all(Array.from({ length: 20 }, () => store.appendAudit([audit(), audit('ceremony.failed')])));
  assert.deepEqual(await verifyAudit(database.db), { entries: before + 40 });
});
