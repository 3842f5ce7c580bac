import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  BrowserDouble,
  codeOf,
  newAuthenticator,
  register,
  tokenOf,
} from '../../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

async function emptyWithLink(): Promise<{ at: Installation; link: string; browser: BrowserDouble }> {
  const at = await installEmpty(database);
  const link = (await at.identity.createSetupLink()) ?? '';
  return { at, link, browser: await BrowserDouble.open(at) };
}

async function operatorCount(): Promise<number> {
  const rows = await database.db.execute('select count(*)::int as n from operators');
  return Number(rows.rows[0]?.n);
}

function beginSetup(browser: BrowserDouble, token: string, name = 'Ada'): Promise<Response> {
  return browser.call('/api/setup/begin', { body: { token, name } });
}

test('DV-05: a setup link makes the first operator once, with passkey and session, and is audited', async () => {
  const { at, link, browser } = await emptyWithLink();
  assert.match(link, /^http:\/\/localhost:3000\/setup#token=[\w-]{43}$/);
  const grant = await browser.setUp(link, newAuthenticator(), 'Ada Lovelace');
  assert.equal(grant.operator.name, 'Ada Lovelace');
  const me = await browser.call('/api/me', { token: grant.accessToken });
  const { id: myId, name, role } = Object(await me.json());
  assert.deepEqual({ id: myId, name, role }, { ...grant.operator, role: 'owner' });
  assert.equal((await beginSetup(browser, tokenOf(link))).status, 404);
  const late = { ceremonyId: `cer_${'A'.repeat(22)}`, response: {} };
  assert.equal((await browser.call('/api/setup/finish', { body: late })).status, 404);
  assert.equal(await at.identity.createSetupLink(), undefined);
  const actions = (await at.audit()).map(({ action, actor }) => `${action} by ${actor}`);
  const { id } = grant.operator;
  assert.deepEqual(actions, [
    'setup.link_created by host',
    `setup.completed by ${id}`,
    `session.opened by ${id}`,
    // The first refusal at once, the second counted.
    'ceremony.failed by anonymous',
    'ceremony.failed by anonymous',
  ]);
});

test('DV-05: of twenty redemptions in parallel one makes an operator, the others find nothing', async () => {
  const { at, link } = await emptyWithLink();
  const redemptions = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const browser = await BrowserDouble.open(at);
      const begun = await browser.begin('/api/setup/begin', { token: tokenOf(link), name: 'Ada' });
      const response = register(newAuthenticator(), at.publicUrl.origin, begun);
      return () => browser.call('/api/setup/finish', { body: { ceremonyId: begun.ceremonyId, response } });
    }),
  );
  const answers = await Promise.all(redemptions.map((finish) => finish()));
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, ...new Array<number>(19).fill(404)]);
  assert.equal(await operatorCount(), 1);
});

test('DV-05: no token, a wrong one, an older link and an expired one open nothing', async () => {
  const { at, link: older, browser } = await emptyWithLink();
  const link = (await at.identity.createSetupLink()) ?? '';
  for (const body of [{}, { name: 'Ada' }, { token: '', name: 'Ada' }, { token: 'x', name: 'Ada' }]) {
    assert.equal((await browser.call('/api/setup/begin', { body })).status, 404, JSON.stringify(body));
  }
  assert.equal((await beginSetup(browser, 'A'.repeat(43))).status, 404);
  assert.equal((await beginSetup(browser, tokenOf(older))).status, 404);
  const begun = await browser.begin('/api/setup/begin', { token: tokenOf(link), name: 'Ada' });
  const response = register(newAuthenticator(), at.publicUrl.origin, begun);
  at.clock.advance(60 * 60_000);
  browser.nonce = undefined;
  assert.equal((await beginSetup(browser, tokenOf(link))).status, 404);
  const late = await browser.call('/api/setup/finish', { body: { ceremonyId: begun.ceremonyId, response } });
  assert.equal(await codeOf(late), 'ceremony_failed');
  assert.equal(await operatorCount(), 0);
});

test('DV-05: a link that runs out between begin and finish makes nobody', async () => {
  const { at, link, browser } = await emptyWithLink();
  at.clock.advance(58 * 60_000);
  const begun = await browser.begin('/api/setup/begin', { token: tokenOf(link), name: 'Ada' });
  const response = register(newAuthenticator(), at.publicUrl.origin, begun);
  at.clock.advance(2 * 60_000);
  browser.nonce = undefined;
  const late = await browser.call('/api/setup/finish', { body: { ceremonyId: begun.ceremonyId, response } });
  assert.equal(late.status, 404);
  assert.equal(await operatorCount(), 0);
});

test('DV-06: the link comes from PUBLIC_URL with its token in the fragment, and only a hash is stored', async () => {
  const at = await installEmpty(database, { publicUrl: 'https://tidegate.example' });
  const link = (await at.identity.createSetupLink()) ?? '';
  assert.match(link, /^https:\/\/tidegate\.example\/setup#token=/);
  const rows = await database.db.execute('select * from setup_links');
  assert.equal(rows.rows.length, 1);
  assert.equal(JSON.stringify(rows.rows).includes(tokenOf(link)), false);
});

test('WA-07, WA-04: set-up refuses a passkey without user verification or made on another origin, and stays open', async () => {
  const { at, link, browser } = await emptyWithLink();
  for (const [origin, emulator] of [
    ['http://localhost:3001', newAuthenticator()],
    [
      at.publicUrl.origin,
      newAuthenticator({ userMakeCredentialInteraction: () => ({ options: { uv: false, up: true } }) }),
    ],
    [
      at.publicUrl.origin,
      newAuthenticator({ userMakeCredentialInteraction: () => ({ options: { uv: true, up: false } }) }),
    ],
  ] as const) {
    const begun = await browser.begin('/api/setup/begin', { token: tokenOf(link), name: 'Ada' });
    const response = register(emulator, origin, begun);
    const answer = await browser.call('/api/setup/finish', {
      body: { ceremonyId: begun.ceremonyId, response },
    });
    assert.equal(await codeOf(answer), 'ceremony_failed');
  }
  assert.equal(await operatorCount(), 0);
  await browser.setUp(link, newAuthenticator());
  assert.equal(await operatorCount(), 1);
});

test('SE-06: an operator cannot be named with control or direction characters, nothing, or a novel', async () => {
  const { link, browser } = await emptyWithLink();
  for (const name of ['', '  ', 'a\nb', 'a\u0000b', '\u202Eevil', 'a\u200Bb', 'x'.repeat(65)]) {
    assert.equal((await beginSetup(browser, tokenOf(link), name)).status, 400, JSON.stringify(name));
  }
  assert.equal((await beginSetup(browser, tokenOf(link), 'Žofie O’Neill 李')).status, 200);
});
