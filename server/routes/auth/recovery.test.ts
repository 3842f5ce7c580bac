import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { AccountNotice } from '../../../lib/contract/account.ts';
import {
  type Authenticator,
  BrowserDouble,
  codeOf,
  grantOf,
  newAuthenticator,
  register,
  tokenOf,
} from '../../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';
import { routes } from '../../policies/routes.table.ts';

const minuteMs = 60_000;
const enrolBegin = '/api/recovery/enrol/begin';
const enrolFinish = '/api/recovery/enrol/finish';

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

async function codesOf({ browser, token }: Pick<Account, 'browser' | 'token'>): Promise<string[]> {
  return (await (await browser.call('/api/recovery/codes', { body: {}, token })).json()).codes;
}

const redeem = (browser: BrowserDouble, secret: object) =>
  browser.call('/api/recovery/redeem', { body: secret });

/** A browser that has redeemed this secret, and the token that it got. */
async function redeemed(at: Installation, secret: object): Promise<{ lost: BrowserDouble; token: string }> {
  const lost = await BrowserDouble.open(at, '198.51.100.7');
  return { lost, token: (await grantOf(await redeem(lost, secret))).accessToken };
}

async function enrol(
  lost: BrowserDouble,
  token: string,
  authenticator = newAuthenticator(),
): Promise<Response> {
  const begun = await lost.call(enrolBegin, { body: {}, token });
  if (begun.status !== 200) return begun;
  const ceremony = await begun.json();
  const response = register(authenticator, lost.installation.publicUrl.origin, ceremony);
  return lost.call(enrolFinish, { body: { ceremonyId: ceremony.ceremonyId, response }, token });
}

describe('codes', () => {
  /** Guards: `dangerous` on `recovery.create_codes`; `recoveryCodeChars` in lib/identity/recovery-code.ts. */
  test('DV-08: ten codes of 130 bits, seen once, kept as hashes, and made only with a fresh passkey', async () => {
    const world = await account();
    const codes = await codesOf(world);
    assert.equal(new Set(codes).size, 10);
    for (const code of codes) assert.match(code, /^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{6}$/);
    const state = await world.browser.call('/api/recovery', { token: world.token });
    assert.deepEqual(await state.json(), { codesLeft: 10, codesCreatedAt: world.at.clock.now() });
    const rows = await database.db.execute('select * from recovery_secrets');
    const dump = JSON.stringify(rows.rows);
    assert.ok(codes.every((code) => !dump.includes(code) && !dump.includes(code.replaceAll('-', ''))));
    world.at.clock.advance(6 * minuteMs);
    world.browser.nonce = undefined;
    const stale = await world.browser.call('/api/recovery/codes', { body: {}, token: world.token });
    assert.equal(await codeOf(stale), 'step_up_required');
  });

  /** Guard: `isNull(usedAt)` in openRecovery. */
  test('DV-08: a code works once, also when it is sent twenty times at once', async () => {
    const world = await account();
    const [code] = await codesOf(world);
    const browsers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => BrowserDouble.open(world.at, `192.0.2.${index}`)),
    );
    const answers = await Promise.all(browsers.map((browser) => redeem(browser, { code })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...new Array<number>(19).fill(404)]);
    const state = await world.browser.call('/api/recovery', { token: world.token });
    assert.equal((await state.json()).codesLeft, 9);
  });

  test('DV-08: case, hyphens and spaces do not matter, nor letters that look like digits', async () => {
    const world = await account();
    const codes = await codesOf(world);
    const written = [
      codes[0]?.toLowerCase(),
      codes[1]?.replaceAll('-', ' '),
      codes[2]?.replaceAll('0', 'O').replaceAll('1', 'l'),
    ];
    for (const code of written) {
      const browser = await BrowserDouble.open(world.at);
      assert.equal((await redeem(browser, { code })).status, 200, code);
    }
  });

  test('DV-08: new codes void the old ones', async () => {
    const world = await account();
    const [old] = await codesOf(world);
    const [fresh] = await codesOf(world);
    assert.equal((await redeem(world.browser, { code: old })).status, 404);
    assert.equal((await redeem(world.browser, { code: fresh })).status, 200);
  });

  /** Guard: `recovery` in server/identity/rate-limits.ts. */
  test('DV-08: a hundred guesses: ten are looked at, then 429; somebody elsewhere still gets in', async () => {
    const world = await account();
    const [code] = await codesOf(world);
    const guesser = await BrowserDouble.open(world.at, '203.0.113.9');
    const statuses: number[] = [];
    for (let guess = 0; guess < 100; guess++) {
      statuses.push((await redeem(guesser, { code: 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA' })).status);
    }
    assert.equal(statuses.filter((status) => status === 404).length, 10);
    assert.equal(statuses.filter((status) => status === 429).length, 90);
    assert.equal((await redeem(guesser, { code })).status, 429, 'also the right one');
    assert.equal((await redeem(await BrowserDouble.open(world.at), { code })).status, 200);
  });

  test('a wrong code, an unknown link and no text at all look alike', async () => {
    const { browser } = await account();
    const bodies = await Promise.all(
      [{ code: 'x' }, { code: 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA' }, { token: 'A'.repeat(43) }].map(
        async (secret) => {
          const answer = await redeem(browser, secret);
          const { requestId: _own, ...body } = await answer.json();
          return { status: answer.status, body };
        },
      ),
    );
    assert.deepEqual(new Set(bodies.map((body) => JSON.stringify(body))).size, 1);
  });
});

describe('a recovered session', () => {
  /** Guard: `enrolPaths` in server/identity/authenticate.ts; behind it `enrol-only` in the built-in policies. */
  test('DV-09: is refused with 403 on every other route, and at the socket', async () => {
    const world = await account();
    const [code] = await codesOf(world);
    const { lost, token } = await redeemed(world.at, { code });
    const before = await database.db.execute('select count(*)::int as n from token_families');
    let tried = 0;
    for (const [route, rule] of Object.entries(routes)) {
      const [method = '', path = ''] = route.split(' ');
      if ('open' in rule || !path.startsWith('/api/') || path.startsWith('/api/recovery/enrol/')) continue;
      const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
      const answer = await lost.call(path.replace(/\{\w+\}/g, 'dev_x'), { method, token, ...body });
      assert.equal(answer.status, 403, route);
      tried += 1;
    }
    assert.ok(tried > 40, `${tried} routes`);
    lost.nonce = world.at.identity.currentNonce();
    const dpop = await lost.proofFor('/socket.io/', 'GET', token);
    await assert.rejects(world.at.identity.authenticateSocket({ token, dpop }, lost.address), {
      code: 'forbidden',
    });
    assert.deepEqual(
      before.rows,
      (await database.db.execute('select count(*)::int as n from token_families')).rows,
    );
  });

  /** Guard: `enrolSessionLifetimeMs` in server/identity/recovery.ts. */
  test('DV-09: lasts ten minutes, is bound to its key, and cannot be refreshed', async () => {
    const world = await account();
    const [code] = await codesOf(world);
    const { lost, token } = await redeemed(world.at, { code });
    const thief = await BrowserDouble.open(world.at);
    assert.equal((await thief.call(enrolBegin, { body: {}, token })).status, 401);
    assert.equal((await lost.refresh()).status, 401);
    world.at.clock.advance(9 * minuteMs);
    lost.nonce = undefined;
    assert.equal((await lost.call(enrolBegin, { body: {}, token })).status, 200);
    world.at.clock.advance(minuteMs + 6_000);
    lost.nonce = undefined;
    assert.equal(await codeOf(await lost.call(enrolBegin, { body: {}, token })), 'token_expired');
  });

  /** Guard: `openSession` in server/storage/recovery-store.ts: completed once. */
  test('DV-09: enrols one passkey, also when five are offered at once, and ends with it', async () => {
    const world = await account();
    const [code] = await codesOf(world);
    const { lost, token } = await redeemed(world.at, { code });
    const offers = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const begun = await lost.begin(enrolBegin, {}, token);
        const response = register(newAuthenticator(), world.at.publicUrl.origin, begun);
        return { ceremonyId: begun.ceremonyId, response };
      }),
    );
    const answers = await Promise.all(offers.map((body) => lost.call(enrolFinish, { body, token })));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    const { rows } = await database.db.execute('select count(*)::int as n from credentials');
    assert.deepEqual(rows, [{ n: 2 }]);
    assert.equal(await codeOf(await lost.call(enrolBegin, { body: {}, token })), 'token_revoked');
    assert.equal((await lost.refresh()).status, 200, 'and is signed in with the new passkey');
  });

  test('DV-09: the owner of the account is told at each step, and each leaves one entry', async () => {
    const world = await account();
    const told: AccountNotice['what'][] = [];
    world.at.identity.onNotice((_owner, { what }) => told.push(what));
    const [code] = await codesOf(world);
    const { lost, token } = await redeemed(world.at, { code });
    const authenticator = newAuthenticator();
    const enrolled = await enrol(lost, token, authenticator);
    assert.equal(enrolled.status, 200);
    assert.deepEqual(told, ['recovery_codes_created', 'recovery_used', 'recovery_enrolled']);
    const seen = await (await world.browser.call('/api/notices', { token: world.token })).json();
    assert.deepEqual(
      seen.items.map(({ what }: AccountNotice) => what),
      ['session_opened', 'recovery_enrolled', 'recovery_used', 'recovery_codes_created', 'session_opened'],
    );
    assert.equal(seen.items[2].address, '198.51.100.7');
    assert.equal((await lost.trySignIn(authenticator)).status, 200);
    const actions = (await world.at.audit())
      .map(({ action }) => action)
      .filter((name) => name.startsWith('recovery.'));
    assert.deepEqual(actions, ['recovery.codes_created', 'recovery.opened', 'recovery.enrolled']);
  });

  test('DV-09: a session that was not recovered cannot use the enrol routes', async () => {
    const { browser, token } = await account();
    assert.equal((await browser.call(enrolBegin, { body: {}, token })).status, 403);
  });
});

describe('links', () => {
  async function withColleague(): Promise<Account> {
    const world = await account();
    await database.db.execute(`insert into operators (id, name, user_handle, created_at, role)
      values ('opr_grace', 'Grace', '\\x0102030405060708', 1, 'viewer')`);
    return world;
  }
  const createLink = ({ browser, token }: Account, operatorId = 'opr_grace') =>
    browser.call('/api/recovery/links', { body: { operatorId }, token });

  /** Guard: `dangerous` on `recovery.create_link`, whose operation names for whom. */
  test('DV-06, DV-09: an owner makes one with a fresh passkey: from PUBLIC_URL, token in the fragment, stored as a hash', async () => {
    const world = await withColleague();
    const { link, recovery } = await (await createLink(world)).json();
    assert.match(link, /^http:\/\/localhost:3000\/recover#token=[\w-]{43}$/);
    assert.equal(recovery.operator.name, 'Grace');
    const rows = await database.db.execute('select * from recovery_secrets');
    assert.equal(JSON.stringify(rows.rows).includes(tokenOf(link)), false);
    const listed = await (await world.browser.call('/api/recovery/links', world)).json();
    assert.deepEqual(listed, { items: [recovery], total: 1 });
    world.at.clock.advance(6 * minuteMs);
    world.browser.nonce = undefined;
    const refused = await (await createLink(world)).json();
    assert.deepEqual(
      [refused.code, refused.operation],
      ['step_up_required', 'recovery.create_link opr_grace'],
    );
  });

  test('DV-09: who made a link cannot enrol unseen: the operator is told when it is made and when it is used', async () => {
    const world = await withColleague();
    const told: string[] = [];
    world.at.identity.onNotice((owner, { what }) => told.push(`${owner} ${what}`));
    const { link } = await (await createLink(world)).json();
    const grace = await BrowserDouble.open(world.at, '198.51.100.7');
    const grant = await grace.recover(link, newAuthenticator());
    assert.equal(grant.operator.id, 'opr_grace');
    assert.deepEqual(told, [
      'opr_grace recovery_link_created',
      'opr_grace recovery_used',
      'opr_grace recovery_enrolled',
    ]);
    const seen = await (await grace.call('/api/notices', { token: grant.accessToken })).json();
    assert.equal(seen.items.at(-1).what, 'recovery_link_created');
  });

  test('DV-05, DV-08: a link works once, for a day, until another is made or it is voided', async () => {
    const world = await withColleague();
    const first = await (await createLink(world)).json();
    const second = await (await createLink(world)).json();
    const use = async (link: string) =>
      (await redeem(await BrowserDouble.open(world.at), { token: tokenOf(link) })).status;
    assert.equal(await use(first.link), 404, 'an older one');
    assert.equal(await use(second.link), 200);
    assert.equal(await use(second.link), 404, 'twice');
    const third = await (await createLink(world)).json();
    const path = `/api/recovery/links/${third.recovery.id}`;
    assert.equal((await world.browser.call(path, { method: 'DELETE', token: world.token })).status, 204);
    assert.equal((await world.browser.call(path, { method: 'DELETE', token: world.token })).status, 404);
    assert.equal(await use(third.link), 404, 'voided');
    const fourth = await (await createLink(world)).json();
    world.at.clock.advance(24 * 60 * minuteMs);
    assert.equal(await use(fourth.link), 404, 'after a day');
    assert.equal((await redeem(world.browser, { token: tokenOf(fourth.link) })).status, 404);
  });

  test('RV-06: a disabled operator is recovered by nothing', async () => {
    const world = await withColleague();
    const { link } = await (await createLink(world)).json();
    const other = await (await createLink(world)).json();
    await database.db.execute(`update operators set disabled_at = 1 where id = 'opr_grace'`);
    assert.equal((await createLink(world)).status, 404);
    for (const made of [link, other.link]) {
      assert.equal((await redeem(world.browser, { token: tokenOf(made) })).status, 404);
    }
  });

  /** Guard: `administer` on `recovery.*_link` in server/policies/actions.table.ts. */
  test('AZ-10: a viewer makes and sees no links', async () => {
    const world = await withColleague();
    const { link } = await (await createLink(world)).json();
    const grace = await BrowserDouble.open(world.at);
    const { accessToken: token } = await grace.recover(link, newAuthenticator());
    assert.equal((await createLink({ ...world, browser: grace, token }, world.operatorId)).status, 403);
    assert.equal((await grace.call('/api/recovery/links', { token })).status, 403);
  });
});
