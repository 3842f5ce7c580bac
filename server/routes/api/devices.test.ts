import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { deviceListSchema, operatorDeviceSchema } from '../../../lib/contract/account.schema.ts';
import type { AccountNotice, DeviceList } from '../../../lib/contract/account.ts';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import {
  type Authenticator,
  BrowserDouble,
  codeOf,
  newAuthenticator,
  register,
} from '../../../test/fixtures/browser-double.ts';
import { HandmadePasskey } from '../../../test/fixtures/handmade-passkey.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

interface Account {
  at: Installation;
  browser: BrowserDouble;
  authenticator: Authenticator;
  token: string;
  operatorId: string;
}

async function account(): Promise<Account> {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const authenticator = newAuthenticator();
  const grant = await browser.setUp((await at.identity.createSetupLink()) ?? '', authenticator);
  return { at, browser, authenticator, token: grant.accessToken, operatorId: grant.operator.id };
}

/** A second operator, as an invitation would make one, with a passkey and a session of its own. */
async function colleague(at: Installation): Promise<Account> {
  const browser = await BrowserDouble.open(at, '198.51.100.7');
  const authenticator = newAuthenticator();
  await database.db.execute(`insert into operators (id, name, user_handle, created_at, role)
    values ('opr_grace', 'Grace', '\\x0102030405060708', 1, 'viewer')`);
  const { link } = await at.identity.recovery.createLink('opr_grace', {
    id: 'host',
    name: 'host',
    address: 'local',
  });
  const grant = await browser.recover(link, authenticator);
  return { at, browser, authenticator, token: grant.accessToken, operatorId: grant.operator.id };
}

async function list({ browser, token }: Pick<Account, 'browser' | 'token'>): Promise<DeviceList> {
  return deviceListSchema.parse(await (await browser.call('/api/devices', { token })).json());
}

async function withTwo(): Promise<Account & { second: Authenticator; ids: [string, string] }> {
  const made = await account();
  const second = newAuthenticator();
  // Devices are listed by age.
  made.at.clock.advance(1);
  assert.equal((await made.browser.addDevice(second, made.token)).status, 200);
  const [first, other] = (await list(made)).items;
  return { ...made, second, ids: [first?.id ?? '', other?.id ?? ''] };
}

const remove = ({ browser, token }: Pick<Account, 'browser' | 'token'>, id: string) =>
  browser.call(`/api/devices/${id}`, { method: 'DELETE', token });

async function deviceCount(): Promise<number> {
  const rows = await database.db.execute(
    'select count(*)::int as n from credentials where removed_at is null',
  );
  return Number(rows.rows[0]?.n);
}

describe('the list', () => {
  test('shows what each passkey is, when it was used and from where, and which one opened this session', async () => {
    const { at, browser, token } = await account();
    const { items, addAnother, signal } = await list({ browser, token });
    assert.equal(items.length, 1);
    assert.equal(addAnother, true);
    const { id, name, ...rest } = items[0] ?? {};
    assert.match(String(id), /^dev_[\w-]{22}$/);
    assert.equal(name, 'Passkey');
    const now = at.clock.now();
    assert.deepEqual(rest, {
      createdAt: now,
      lastUsedAt: now,
      lastAddress: '127.0.0.1',
      kind: 'synced',
      backedUp: true,
      sessions: 1,
      current: true,
    });
    assert.equal(signal.rpId, 'localhost');
    assert.equal(Buffer.from(signal.userId, 'base64url').length, 32);
    assert.equal(signal.allAcceptedCredentialIds.length, 1);
    assert.equal(signal.name, 'Ada');
  });

  test('a passkey is named after its maker, by its AAGUID', async () => {
    const { browser, token } = await account();
    const aaguid = Uint8Array.from(Buffer.from('d548826e79b4db40a3d811116f7e8349', 'hex'));
    const added = await browser.addDevice(newAuthenticator({ aaguid }), token);
    const { name, authenticator } = await added.json();
    assert.deepEqual({ name, authenticator }, { name: 'Bitwarden', authenticator: 'Bitwarden' });
  });

  test('WA-12: synced and backed up are shown as the passkey last said', async () => {
    const at = await installEmpty(database);
    const browser = await BrowserDouble.open(at);
    const passkey = new HandmadePasskey(at.publicUrl.origin);
    const link = new URL((await at.identity.createSetupLink()) ?? '');
    const begun = await browser.begin('/api/setup/begin', { token: link.hash.slice(7), name: 'Ada' });
    const made = {
      ceremonyId: begun.ceremonyId,
      response: passkey.register(begun, { backupEligible: true }),
    };
    const { accessToken: token } = await (await browser.call('/api/setup/finish', { body: made })).json();
    const kind = async () => {
      const [device] = (await list({ browser, token })).items;
      return { kind: device?.kind, backedUp: device?.backedUp };
    };
    assert.deepEqual(await kind(), { kind: 'synced', backedUp: false });
    const signIn = await browser.begin('/api/sign-in/begin');
    const response = passkey.assert(signIn, { backupEligible: true, backedUp: true });
    const signed = await browser.call('/api/sign-in/finish', {
      body: { ceremonyId: signIn.ceremonyId, response },
    });
    const renewed = (await signed.json()).accessToken;
    const [device] = (await list({ browser, token: renewed })).items;
    assert.equal(device?.backedUp, true);
  });

  test('SE-06: a name is text for people: nothing that hides, turns or overflows', async () => {
    const { browser, token } = await account();
    const [device] = (await list({ browser, token })).items;
    const path = `/api/devices/${device?.id}`;
    for (const name of ['', '  ', 'a\nb', '\u202Eevil', 'a\u200Bb', 'x'.repeat(65)]) {
      const answer = await browser.call(path, { method: 'PATCH', token, body: { name } });
      assert.equal(answer.status, 400, JSON.stringify(name));
    }
    const named = await browser.call(path, { method: 'PATCH', token, body: { name: 'Ada’s key <b>' } });
    assert.equal((await named.json()).name, 'Ada’s key <b>');
  });
});

describe('adding', () => {
  /** Guard: `fresh-passkey` in server/policies/built-in/base.cedar. */
  test('DV-01: needs a passkey used within five minutes; is audited, and the other sessions are told', async () => {
    const { at, browser, authenticator, token, operatorId } = await account();
    const told: AccountNotice[] = [];
    at.identity.onNotice((owner, notice) => {
      if (owner === operatorId) told.push(notice);
    });
    at.clock.advance(6 * 60_000);
    browser.nonce = undefined;
    const refused = await browser.call('/api/devices/begin', { body: {}, token });
    assert.equal(await codeOf(refused), 'step_up_required');
    const fresh = await browser.stepUp(authenticator, token, 'device.add');
    const added = await browser.addDevice(newAuthenticator(), fresh, 'Spare key');
    assert.equal(added.status, 200);
    const { id } = await added.json();
    assert.deepEqual(
      told.map(({ what, subject, address }) => ({ what, subject, address })),
      [{ what: 'device_added', subject: 'Spare key', address: '127.0.0.1' }],
    );
    const notices = await (await browser.call('/api/notices', { token: fresh })).json();
    assert.deepEqual(
      notices.items.map(({ what }: AccountNotice) => what),
      ['device_added', 'session_opened'],
    );
    const rows = (await at.audit()).filter(({ action }) => action === 'device.added');
    assert.deepEqual(
      rows.map(({ actor, target, address }) => ({ actor, target, address })),
      [{ actor: operatorId, target: id, address: '127.0.0.1' }],
    );
  });

  /** Guard: `authorize` in the finish route: begin was fresh, finish no longer is. */
  test('DV-01: the answer must come while the passkey is still fresh', async () => {
    const { at, browser, token } = await account();
    at.clock.advance(4 * 60_000);
    browser.nonce = undefined;
    const begun = await browser.begin('/api/devices/begin', {}, token);
    const response = register(newAuthenticator(), at.publicUrl.origin, begun);
    at.clock.advance(61_000);
    const body = { ceremonyId: begun.ceremonyId, response };
    const late = await browser.call('/api/devices/finish', { body, token });
    assert.equal(await codeOf(late), 'step_up_required');
    assert.equal(await deviceCount(), 1);
  });

  /** Guard: the primary key of `credentials`; `isDuplicate` in server/storage/device-store.ts. */
  test('WA-13: a credential that is registered to anyone is refused, and stays whose it is', async () => {
    const { at, browser, token, operatorId } = await account();
    const passkey = new HandmadePasskey(at.publicUrl.origin);
    const add = async () => {
      const begun = await browser.begin('/api/devices/begin', {}, token);
      const body = { ceremonyId: begun.ceremonyId, response: passkey.register(begun) };
      return browser.call('/api/devices/finish', { body, token });
    };
    assert.equal((await add()).status, 200);
    assert.equal(await codeOf(await add()), 'ceremony_failed');
    const grace = await colleague(at);
    const begun = await grace.browser.begin('/api/devices/begin', {}, grace.token);
    const body = { ceremonyId: begun.ceremonyId, response: passkey.register(begun) };
    const stolen = await grace.browser.call('/api/devices/finish', { body, token: grace.token });
    assert.equal(await codeOf(stolen), 'ceremony_failed');
    const id = passkey.id.toString('base64url');
    const owners = await database.db.execute(`select operator_id from credentials where id = '${id}'`);
    assert.deepEqual(owners.rows, [{ operator_id: operatorId }]);
  });

  test('excludes the passkeys that the account has already', async () => {
    const { browser, token } = await account();
    const begun = await browser.begin('/api/devices/begin', {}, token);
    const { excludeCredentials } = z
      .object({ excludeCredentials: z.array(z.unknown()) })
      .parse(begun.options);
    assert.equal(excludeCredentials.length, 1);
  });

  /** Guard: `devicesMax` in server/identity/devices.ts. */
  test('ends at twenty', async () => {
    const { browser, token } = await account();
    for (let count = 1; count < 20; count++) {
      assert.equal((await browser.addDevice(newAuthenticator(), token)).status, 200);
    }
    assert.equal((await browser.addDevice(newAuthenticator(), token)).status, 409);
    assert.equal(await deviceCount(), 20);
  });
});

describe('removing', () => {
  /** Guards: the count in `removeDevice` and, on PostgreSQL, the lock on the operator before it. */
  test('DV-02: of two removals in parallel one is refused, and one passkey is left', async () => {
    for (let round = 0; round < 5; round++) {
      const world = await account();
      const grace = await colleague(world.at);
      assert.equal((await grace.browser.addDevice(newAuthenticator(), grace.token)).status, 200);
      const ids = (await list(grace)).items.map(({ id }) => id);
      const call = { method: 'DELETE', token: world.token };
      await world.browser.call('/api/session');
      const answers = await Promise.all(
        ids.map((id) => world.browser.call(`/api/operator-devices/${id}`, call)),
      );
      assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 409]);
      assert.equal(await deviceCount(), 2, "one of Ada's, one of Grace's");
    }
  });

  test('DV-02: the only passkey cannot be removed, by its owner or by an owner of Tidegate', async () => {
    const world = await account();
    const [device] = (await list(world)).items;
    const answer = await remove(world, device?.id ?? '');
    assert.equal(answer.status, 409);
    assert.equal(await codeOf(answer), 'last_device');
    const grace = await colleague(world.at);
    const [other] = (await list(grace)).items;
    const path = `/api/operator-devices/${other?.id}`;
    const byOwner = await world.browser.call(path, { method: 'DELETE', token: world.token });
    assert.equal(await codeOf(byOwner), 'last_device');
    assert.equal(await deviceCount(), 2);
  });

  /** Guards: `endFamilies` in `removeDevice`; `removedAt` in server/identity/passkey-check.ts and in `signIn`. */
  test('DV-03: a removed passkey signs nobody in, its sessions end at once, and the others go on', async () => {
    const world = await withTwo();
    const { at, browser, token, second, ids } = world;
    const lost = await BrowserDouble.open(at, '203.0.113.9');
    const lostGrant = await lost.signIn(second);
    browser.nonce = at.identity.currentNonce();
    lost.nonce = at.identity.currentNonce();
    const dpop = await lost.proofFor('/socket.io/', 'GET', lostGrant.accessToken);
    const socket = await at.identity.authenticateSocket({ token: lostGrant.accessToken, dpop }, lost.address);
    const ended: string[] = [];
    at.identity.onSessionEnded(({ kind, subject }) => ended.push(`${kind} ${subject}`));
    assert.equal((await remove(world, ids[1])).status, 204);
    assert.deepEqual(ended, [`family ${socket.familyId}`]);
    assert.throws(() => at.identity.checkSocketEvent(socket), { code: 'token_revoked' });
    assert.equal(await codeOf(await lost.call('/api/me', { token: lostGrant.accessToken })), 'token_revoked');
    assert.equal(await codeOf(await lost.refresh()), 'token_revoked');
    const refused = await lost.trySignIn(second);
    assert.equal(refused.status, 401);
    assert.equal((await browser.call('/api/me', { token })).status, 200);
    assert.equal((await browser.refresh()).status, 200);
    assert.deepEqual(
      (await list(world)).items.map(({ id }) => id),
      [ids[0]],
    );
    const again = await at.restart();
    assert.equal(
      await codeOf(await lost.movedTo(again).call('/api/me', { token: lostGrant.accessToken })),
      'token_revoked',
    );
    const rows = (await at.audit()).filter(({ action }) => action === 'device.removed');
    assert.deepEqual(
      rows.map(({ target, detail }) => ({ target, sessions: JSON.parse(detail).sessions })),
      [{ target: ids[1], sessions: 1 }],
    );
  });

  /** Guard: `removed` in server/identity/passkey-check.ts comes after the signature was checked. */
  test('the Signal API: who proves to hold a removed passkey is told so; a false signature learns nothing', async () => {
    const { at, browser, token } = await account();
    const passkey = new HandmadePasskey(at.publicUrl.origin);
    const begun = await browser.begin('/api/devices/begin', {}, token);
    const body = { ceremonyId: begun.ceremonyId, response: passkey.register(begun) };
    const added = await (await browser.call('/api/devices/finish', { body, token })).json();
    assert.equal((await remove({ browser, token }, added.id)).status, 204);
    const signIn = async (lies = {}) => {
      const open = await browser.begin('/api/sign-in/begin');
      const response = passkey.assert(open, lies);
      return (
        await browser.call('/api/sign-in/finish', { body: { ceremonyId: open.ceremonyId, response } })
      ).json();
    };
    const credentialId = passkey.id.toString('base64url');
    assert.deepEqual((await signIn()).unknownCredential, { rpId: 'localhost', credentialId });
    assert.equal((await signIn({ breakSignature: true })).unknownCredential, undefined);
    const { signal } = await list({ browser, token });
    assert.equal(signal.allAcceptedCredentialIds.includes(credentialId), false);
  });
});

describe('of others', () => {
  /** Guard: `operatorId` in the WHERE of server/storage/device-store.ts. */
  test("DV-04, AZ-02: somebody else's device is as unknown as none, to rename and to remove, and the try is audited", async () => {
    const world = await withTwo();
    const grace = await colleague(world.at);
    const before = await database.db.execute('select id, name, removed_at from credentials order by id');
    for (const id of [world.ids[0], 'dev_nobody']) {
      const path = `/api/devices/${id}`;
      const call = { token: grace.token };
      const renamed = await grace.browser.call(path, { ...call, method: 'PATCH', body: { name: 'mine' } });
      const removed = await grace.browser.call(path, { ...call, method: 'DELETE' });
      assert.deepEqual([renamed.status, removed.status], [404, 404], id);
    }
    const after = await database.db.execute('select id, name, removed_at from credentials order by id');
    assert.deepEqual(after.rows, before.rows);
    assert.equal((await list(grace)).items.length, 1);
    const rows = (await world.at.audit()).filter(
      ({ detail }) => JSON.parse(detail).reason === 'foreign_device',
    );
    assert.ok(rows.length > 0 && rows.every(({ actor }) => actor === grace.operatorId));
  });

  /** Guard: `operator_device.*` in server/policies/actions.table.ts belong to `administer`. */
  test("DV-04: an owner sees and removes everybody's, audited with whose it was; a viewer may not", async () => {
    const world = await withTwo();
    const grace = await colleague(world.at);
    assert.equal((await grace.browser.addDevice(newAuthenticator(), grace.token, 'Old phone')).status, 200);
    const forbidden = await grace.browser.call('/api/operator-devices', { token: grace.token });
    assert.equal(forbidden.status, 403);
    const page = pageOf(operatorDeviceSchema);
    const all = page.parse(await (await world.browser.call('/api/operator-devices?limit=3', world)).json());
    assert.equal(all.total, 4);
    assert.equal(all.items.length, 3);
    const rest = page.parse(
      await (
        await world.browser.call(`/api/operator-devices?limit=3&cursor=${all.nextCursor}`, world)
      ).json(),
    );
    assert.equal(rest.items.length, 1);
    const hers = page.parse(
      await (await world.browser.call('/api/operator-devices?operatorId=opr_grace', world)).json(),
    );
    assert.deepEqual(
      hers.items.map(({ operator }) => operator.name),
      ['Grace', 'Grace'],
    );
    const old = hers.items.find(({ name }) => name === 'Old phone');
    const path = `/api/operator-devices/${old?.id}`;
    assert.equal((await world.browser.call(path, { method: 'DELETE', token: world.token })).status, 204);
    const rows = (await world.at.audit()).filter(({ action }) => action === 'device.removed');
    assert.deepEqual(
      rows.map(({ actor, detail }) => ({ actor, whose: JSON.parse(detail).operatorId })),
      [{ actor: world.operatorId, whose: 'opr_grace' }],
    );
  });
});
