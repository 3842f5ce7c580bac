/** Authorization codes against each other: what one interleaving decides is tried in that very order. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ClientDraft } from '../../lib/contract/oauth.ts';
import type { TokenFamily } from '../../lib/identity/token-family.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import type { OAuthStore } from '../oauth/store.ts';
import { createOAuthStore } from './oauth-store.ts';

const nowMs = 1_800_000_000_000;
const by = { id: 'opr_1', name: 'Ada', address: 'local' };
const from = { address: 'local', userAgent: 'Test/1.0' };
let database: TestDatabase;
let store: OAuthStore;
let made = 0;

before(async () => {
  database = await openTestDatabase();
  store = createOAuthStore({ database, clock: { now: () => nowMs } });
  const draft: ClientDraft = {
    name: 'Orders',
    kind: 'public',
    redirectUris: ['https://app.example/cb'],
    audiences: ['https://api.example'],
    scopes: [],
    bearerAllowed: false,
    accessTokenSeconds: 900,
  };
  await store.createClient({ id: 'cli_1', draft, secret: undefined, actor: by });
  const caller = {
    ...{ id: 'cal_1', name: 'Grace', userHandle: new Uint8Array([1]), createdAt: nowMs },
    ...{ createdBy: 'opr_1', disabledAt: undefined },
  };
  const link = {
    tokenSha256: 'l',
    callerId: 'cal_1',
    createdAt: nowMs,
    createdBy: 'opr_1',
    expiresAt: nowMs + 1,
  };
  await store.createCaller({ caller, link, actor: by });
});
after(() => database.close());

async function newCode(): Promise<string> {
  const codeSha256 = `code_${++made}`;
  await store.addCode(
    {
      codeSha256,
      clientId: 'cli_1',
      callerId: 'cal_1',
      credentialId: 'credential',
      redirectUri: 'https://app.example/cb',
      codeChallenge: 'challenge',
      dpopJkt: undefined,
      scope: '',
      audience: ['https://api.example'],
      acr: 'phr',
      authenticatedAt: nowMs,
      expiresAt: nowMs + 60_000,
    },
    from,
  );
  return codeSha256;
}

function newFamily(change: Partial<TokenFamily> = {}): TokenFamily {
  return {
    id: `fam_${++made}`,
    subjectId: 'cal_1',
    clientId: 'cli_1',
    audience: ['https://api.example'],
    scope: '',
    acr: 'phr',
    credentialId: 'credential',
    jkt: 'jkt',
    status: 'live',
    seq: 0,
    currentHash: 'hash',
    currentSalt: 'salt',
    parentHash: undefined,
    parentUsedAt: undefined,
    authenticatedAt: nowMs,
    createdAt: nowMs,
    lastUsedAt: nowMs,
    expiresAt: nowMs + 1_000,
    revokedAt: undefined,
    revokedReason: undefined,
    ...from,
    ...change,
  };
}

// Guard: `reusedAt` in openFamily.
test('RT-02: a code that was shown again before its session was there opens none', async () => {
  const codeSha256 = await newCode();
  assert.equal((await store.takeCode(codeSha256, 'cli_1', nowMs)).kind, 'taken');
  const again = await store.takeCode(codeSha256, 'cli_1', nowMs);
  assert.deepEqual(again, { kind: 'reused', family: undefined });
  assert.equal(await store.openFamily({ codeSha256, family: newFamily() }), false);
});

test('RT-02: shown again after, it names the session that has to end', async () => {
  const codeSha256 = await newCode();
  await store.takeCode(codeSha256, 'cli_1', nowMs);
  const family = newFamily();
  assert.equal(await store.openFamily({ codeSha256, family }), true);
  const again = await store.takeCode(codeSha256, 'cli_1', nowMs);
  assert.deepEqual(again, { kind: 'reused', family: { id: family.id, subjectId: 'cal_1' } });
});

// Guard: mayHold.
test('RV-06: no session opens for a client or caller that ended meanwhile', async () => {
  const codeSha256 = await newCode();
  for (const change of [{ clientId: 'cli_gone' }, { subjectId: 'cal_gone' }]) {
    assert.equal(await store.openFamily({ codeSha256, family: newFamily(change) }), false);
  }
  const machine = newFamily({ clientId: 'cli_gone', subjectId: 'cli_gone' });
  assert.equal(await store.machineFamily(machine, nowMs), undefined);
});

test('a machine has one family for each key, which counts its tokens, and a new one when that ended', async () => {
  const machine = (jkt: string | undefined) =>
    newFamily({ subjectId: 'cli_1', jkt, acr: undefined, credentialId: undefined });
  const first = await store.machineFamily(machine('a'), nowMs);
  const second = await store.machineFamily(machine('a'), nowMs);
  const other = await store.machineFamily(machine('b'), nowMs);
  const unbound = await store.machineFamily(machine(undefined), nowMs);
  assert.deepEqual([second?.id, second?.seq], [first?.id, 1]);
  assert.equal(new Set([first?.id, other?.id, unbound?.id]).size, 3);
  const later = await store.machineFamily(machine('a'), nowMs + 1_000);
  assert.notEqual(later?.id, first?.id);
});
