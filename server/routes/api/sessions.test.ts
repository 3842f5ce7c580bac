import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { decodeJwt } from 'jose';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import {
  revocationPreviewSchema,
  sessionDetailSchema,
  sessionSummarySchema,
} from '../../../lib/contract/sessions.schema.ts';
import type { RevocationTarget } from '../../../lib/contract/sessions.ts';
import {
  type Authenticator,
  BrowserDouble,
  codeOf,
  newAuthenticator,
} from '../../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

interface Session {
  browser: BrowserDouble;
  token: string;
  id: string;
}

interface World {
  at: Installation;
  admin: Session;
  authenticator: Authenticator;
  /** Two sessions of Ada beside the one that administers, and two of Grace. */
  cells: { ada: [Session, Session]; grace: [Session, Session] };
}

const sessionOf = (browser: BrowserDouble, token: string): Session => ({
  browser,
  token,
  id: String(decodeJwt(token).fam),
});

async function signIn(at: Installation, authenticator: Authenticator, address: string): Promise<Session> {
  const browser = await BrowserDouble.open(at, address);
  return sessionOf(browser, (await browser.signIn(authenticator)).accessToken);
}

async function world(): Promise<World> {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const authenticator = newAuthenticator();
  const { accessToken } = await browser.setUp((await at.identity.createSetupLink()) ?? '', authenticator);
  await database.db.execute(`insert into operators (id, name, user_handle, created_at, role)
    values ('opr_grace', 'Grace', '\\x0102030405060708', 1, 'viewer')`);
  const host = { id: 'host', name: 'host', address: 'local' };
  const { link } = await at.identity.recovery.createLink('opr_grace', host);
  const graceKey = newAuthenticator();
  const graceBrowser = await BrowserDouble.open(at, '198.51.100.1');
  const grace = await graceBrowser.recover(link, graceKey);
  return {
    at,
    admin: sessionOf(browser, accessToken),
    authenticator,
    cells: {
      ada: [await signIn(at, authenticator, '192.0.2.1'), await signIn(at, authenticator, '192.0.2.2')],
      grace: [sessionOf(graceBrowser, grace.accessToken), await signIn(at, graceKey, '198.51.100.2')],
    },
  };
}

async function status({ admin, cells }: World) {
  const of = async ({ browser, token }: Session) => (await browser.call('/api/me', { token })).status;
  return {
    admin: await of(admin),
    ada: [await of(cells.ada[0]), await of(cells.ada[1])],
    grace: [await of(cells.grace[0]), await of(cells.grace[1])],
  };
}

const get = async ({ browser, token }: Session, path: string) => browser.call(path, { token });
const list = async (by: Session, query = '') =>
  pageOf(sessionSummarySchema).parse(await (await get(by, `/api/sessions${query}`)).json());
const post = ({ browser, token }: Session, path: string, body: object) => browser.call(path, { body, token });
const revoke = (by: Session, target: RevocationTarget) => post(by, '/api/sessions/revoke', target);
const preview = async (by: Session, target: RevocationTarget) =>
  revocationPreviewSchema.parse(await (await post(by, '/api/sessions/preview', target)).json());

describe('the list', () => {
  test('shows whose each session is, its device, where it was last used from, and which one asks', async () => {
    const made = await world();
    const { items, total } = await list(made.admin);
    assert.equal(total, 5);
    const own = items.find(({ current }) => current);
    assert.equal(own?.id, made.admin.id);
    assert.equal(own?.holder.name, 'Ada');
    assert.match(own?.device?.id ?? '', /^dev_/);
    const grace = items.find(({ id }) => id === made.cells.grace[1].id);
    assert.deepEqual(grace?.holder, { kind: 'operator', id: 'opr_grace', name: 'Grace' });
    assert.deepEqual(
      [grace?.address, grace?.status, grace?.rotations, grace?.risk],
      ['198.51.100.2', 'live', 0, 0],
    );
  });

  test('is narrowed by holder, operator, address, device, status, text and risk, and its total follows', async () => {
    const made = await world();
    const found = async (query: string) => (await list(made.admin, query)).total;
    const { device } = (await list(made.admin, '?operatorId=opr_grace')).items[0] ?? {};
    assert.equal(await found('?operatorId=opr_grace'), 2);
    assert.equal(await found('?holder=operator'), 5);
    assert.equal(await found('?holder=client'), 0);
    assert.equal(await found('?clientId=console'), 5);
    assert.equal(await found('?address=192.0.2.2'), 1);
    assert.equal(await found(`?deviceId=${device?.id}`), 2);
    assert.equal(await found('?text=grace'), 2);
    assert.equal(await found('?text=%25'), 0);
    assert.equal(await found('?status=revoked'), 0);
    assert.equal(await found('?without=opr_grace'), 3);
    assert.equal(await found(`?without=${device?.id}`), 3);
    assert.equal(await found('?without=192.0.2.1%0A192.0.2.2'), 3);
    assert.equal(await found('?without=console'), 0);
    made.at.standing.setRisks(new Map([['opr_grace', 60]]));
    assert.equal(await found('?riskMin=50'), 2);
    assert.equal(await found('?riskMin=61'), 0);
    await database.db.execute(
      `update credentials set clone_suspected_at = 1 where operator_id = 'opr_grace'`,
    );
    assert.equal(await found('?riskMin=70'), 2);
    made.at.clock.advance(24 * 60 * 60_000);
    const fresh = await signIn(made.at, made.authenticator, '127.0.0.1');
    assert.equal((await list(fresh, '?status=expired')).total, 5);
    assert.equal((await list(fresh, '?status=live')).total, 1);
  });

  test('a session that moved to another address says so, and carries a small risk', async () => {
    const { admin, cells } = await world();
    const [session] = cells.ada;
    const moved = new BrowserDouble(session.browser.installation, session.browser.keys, '203.0.113.9');
    for (const [name, value] of session.browser.cookies) moved.cookies.set(name, value);
    assert.equal((await moved.refresh()).status, 200);
    const shown = (await list(admin)).items.find(({ id }) => id === session.id);
    assert.equal(shown?.address, '203.0.113.9');
    assert.equal(shown?.risk, 20);
    assert.deepEqual(shown?.riskReasons, ['It is used from another address than it was opened from.']);
  });

  test('pages by key: every session once, in order of last use', async () => {
    const { admin } = await world();
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await list(admin, `?limit=2${cursor}`);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor === undefined ? '' : `&cursor=${page.nextCursor}`;
    } while (cursor !== '');
    assert.equal(seen.length, 5);
    assert.equal(new Set(seen).size, 5);
  });

  /** Guard: `summaryOf` in server/storage/session-list.ts names what leaves. */
  test('RV-07: no token, hash, salt or key is in any answer', async () => {
    const { admin } = await world();
    const rows = await database.db.execute(
      'select current_hash, current_salt, jkt, credential_id from token_families',
    );
    const secrets = rows.rows.flatMap((row) => Object.values(row)).map(String);
    const cookies = [...admin.browser.cookies.values()];
    const answers = [
      await (await get(admin, '/api/sessions')).text(),
      await (await get(admin, `/api/sessions/${admin.id}`)).text(),
      await (await post(admin, '/api/sessions/preview', { kind: 'everything' })).text(),
    ].join('');
    assert.ok(answers.includes(admin.id));
    for (const secret of [...secrets, ...cookies]) assert.equal(answers.includes(secret), false);
  });
});

describe('the timeline', () => {
  /** Guard: the trigger `token_families_events`. */
  test('tells of issue, rotation, reuse and revocation, each once, with address and reason', async () => {
    const { at, admin, cells } = await world();
    const [session, other] = cells.ada;
    const stolen = session.browser.cookies.get('__Host-Http-rt') ?? '';
    await session.browser.refresh();
    at.clock.advance(60_000);
    session.browser.nonce = undefined;
    const thief = await BrowserDouble.open(at, '203.0.113.9');
    await thief.refresh({ headers: { cookie: `__Host-Http-rt=${stolen}` } });
    const timeline = async (id: string) =>
      sessionDetailSchema.parse(await (await get(admin, `/api/sessions/${id}`)).json()).timeline;
    assert.deepEqual(
      (await timeline(session.id)).map(({ kind, seq, address, reason }) => ({ kind, seq, address, reason })),
      [
        { kind: 'issued', seq: 0, address: '192.0.2.1', reason: undefined },
        { kind: 'rotated', seq: 1, address: '192.0.2.1', reason: undefined },
        { kind: 'reused', seq: 1, address: undefined, reason: 'reuse' },
      ],
    );
    await other.browser.call('/api/session/sign-out', { body: {}, token: other.token });
    assert.deepEqual(
      (await timeline(other.id)).map(({ kind, reason }) => [kind, reason]),
      [
        ['issued', undefined],
        ['revoked', 'signed_out'],
      ],
    );
  });

  test('keeps the newest two hundred lines', async () => {
    const { admin, cells } = await world();
    const [{ id }] = cells.ada;
    await database.db.execute(`do $$ begin for i in 1..250 loop
      update token_families set seq = seq + 1, last_used_at = i where id = '${id}'; end loop; end $$`);
    const { timeline } = sessionDetailSchema.parse(await (await get(admin, `/api/sessions/${id}`)).json());
    assert.equal(timeline.length, 200);
    assert.deepEqual([timeline[0]?.seq, timeline.at(-1)?.seq], [51, 250]);
  });
});

describe('revoking', () => {
  const live = { admin: 200, ada: [200, 200], grace: [200, 200] };
  type Expected = typeof live;
  const targets: [string, (made: World) => RevocationTarget, Expected, number][] = [
    [
      'one token',
      ({ cells }) => ({ kind: 'token', tokenId: String(decodeJwt(cells.ada[0].token).jti) }),
      { ...live, ada: [401, 200] },
      0,
    ],
    ['one family', ({ cells }) => ({ kind: 'family', id: cells.ada[0].id }), { ...live, ada: [401, 200] }, 1],
    ['an operator', () => ({ kind: 'operator', id: 'opr_grace' }), { ...live, grace: [401, 401] }, 2],
    ['a filter', () => ({ kind: 'filter', filter: { text: '192.0.2.' } }), { ...live, ada: [401, 401] }, 2],
    [
      'a filter that leaves a holder out',
      () => ({ kind: 'filter', filter: { holder: 'operator', without: ['opr_grace', '127.0.0.1'] } }),
      { ...live, ada: [401, 401] },
      2,
    ],
    ['a client', () => ({ kind: 'client', id: 'cli_none' }), live, 0],
    ['a caller', () => ({ kind: 'user', id: 'cal_none' }), live, 0],
    ['everything', () => ({ kind: 'everything' }), { admin: 401, ada: [401, 401], grace: [401, 401] }, 5],
  ];
  for (const [name, targetOf, expected, families] of targets) {
    /** Guard: `tokensOf` and `liveFilterOf` in server/identity/session-administration.ts. */
    test(`RV-03: ${name}: ends exactly that, as the preview said, and survives a restart`, async () => {
      const made = await world();
      const target = targetOf(made);
      const radius = await preview(made.admin, target);
      assert.equal(radius.families, families);
      assert.equal(radius.includesCurrent, expected.admin === 401);
      assert.deepEqual(await status(made), live, 'a preview changes nothing');
      const answer = await revoke(made.admin, target);
      assert.deepEqual([answer.status, await answer.json()], [200, { families }]);
      assert.deepEqual(await status(made), expected);
      const again = await made.at.restart();
      const moved = ({ browser, ...rest }: Session) => ({ ...rest, browser: browser.movedTo(again) });
      const { ada, grace } = made.cells;
      assert.deepEqual(
        await status({
          ...made,
          at: again,
          admin: moved(made.admin),
          cells: { ada: [moved(ada[0]), moved(ada[1])], grace: [moved(grace[0]), moved(grace[1])] },
        }),
        expected,
      );
      const rows = (await again.audit()).filter(({ action }) => /^tokens?\.revoked$/.test(action));
      assert.equal(rows.length, 1, 'one entry');
    });
  }

  test('RV-03: an ended family can also not be refreshed, and its socket is cut', async () => {
    const made = await world();
    const [session] = made.cells.grace;
    session.browser.nonce = made.at.identity.currentNonce();
    const dpop = await session.browser.proofFor('/socket.io/', 'GET', session.token);
    const socket = await made.at.identity.authenticateSocket({ token: session.token, dpop }, '198.51.100.1');
    assert.equal((await revoke(made.admin, { kind: 'operator', id: 'opr_grace' })).status, 200);
    assert.throws(() => made.at.identity.checkSocketEvent(socket), { code: 'token_revoked' });
    assert.equal(await codeOf(await session.browser.refresh()), 'token_revoked');
  });

  /** Guard: `dangerous` on `session.revoke`, and `targetId` in the operation. */
  test('AZ-09: every target needs the passkey for itself; what was confirmed for one ends no other', async () => {
    const made = await world();
    made.at.clock.advance(6 * 60_000);
    const { admin, authenticator } = made;
    const targets: RevocationTarget[] = [
      { kind: 'token', tokenId: 'A'.repeat(22) },
      { kind: 'family', id: made.cells.grace[0].id },
      { kind: 'operator', id: 'opr_grace' },
      { kind: 'client', id: 'cli_1' },
      { kind: 'user', id: 'cal_1' },
      { kind: 'filter', filter: { holder: 'operator', text: 'Grace' } },
      { kind: 'filter', filter: { text: 'Grace' } },
      { kind: 'everything' },
    ];
    admin.browser.nonce = undefined;
    const operations = new Set<string>();
    for (const target of targets) {
      const { operation } = await preview(admin, target);
      const refused = await (await revoke(admin, target)).json();
      assert.deepEqual([refused.code, refused.operation], ['step_up_required', operation]);
      operations.add(operation);
    }
    assert.equal(operations.size, targets.length, 'each target names itself');
    const { operation } = await preview(admin, { kind: 'filter', filter: { text: 'Ada' } });
    const token = await admin.browser.stepUp(authenticator, admin.token, operation);
    for (const target of targets) {
      assert.equal(await codeOf(await revoke({ ...admin, token }, target)), 'step_up_required', target.kind);
    }
    const same = await revoke({ ...admin, token }, { kind: 'filter', filter: { text: 'Ada' } });
    assert.equal(same.status, 200);
  });

  test("one own session can be ended without a step-up; somebody else's cannot", async () => {
    const made = await world();
    made.at.clock.advance(6 * 60_000);
    const end = ({ browser, token }: Session, id: string) => {
      browser.nonce = undefined;
      return browser.call(`/api/sessions/${id}`, { method: 'DELETE', token });
    };
    assert.equal((await end(made.admin, made.cells.ada[1].id)).status, 200);
    assert.equal(await codeOf(await end(made.admin, made.cells.grace[0].id)), 'step_up_required');
    assert.equal((await end(made.cells.grace[0], made.cells.grace[1].id)).status, 200);
    assert.deepEqual(await status(made), { admin: 200, ada: [200, 401], grace: [200, 401] });
  });

  /** Guard: `visible` in server/routes/api/sessions.ts; `respond` on `session.revoke`. */
  test('RV-07: an unknown id is 404; a viewer ends nothing of others', async () => {
    const made = await world();
    const unknown = `fam_${'A'.repeat(22)}`;
    for (const method of ['GET', 'DELETE']) {
      const answer = await made.admin.browser.call(`/api/sessions/${unknown}`, {
        method,
        token: made.admin.token,
      });
      assert.equal(answer.status, 404, method);
    }
    assert.equal((await revoke(made.admin, { kind: 'family', id: unknown })).status, 404);
    const viewer = made.cells.grace[0];
    for (const target of [{ kind: 'everything' }, { kind: 'family', id: made.admin.id }] as const) {
      assert.equal((await revoke(viewer, target)).status, 403);
    }
    const path = `/api/sessions/${made.admin.id}`;
    assert.equal((await viewer.browser.call(path, { method: 'DELETE', token: viewer.token })).status, 403);
    assert.deepEqual(await status(made), live);
  });

  /** Guard: `filteredFamiliesMax` in server/identity/session-administration.ts. */
  test('RC-02: a filter that means more than ten thousand sessions ends none', async () => {
    const made = await world();
    await database.db.execute(`insert into token_families
      (id, subject_id, credential_id, status, seq, current_hash, current_salt, authenticated_at, created_at, last_used_at, expires_at, user_agent, address)
      select 'fam_' || i, 'cal_many', null, 'live', 0, '', '', 0, 0, ${made.at.clock.now()}, ${made.at.clock.now() + 1e9}, '', '' from generate_series(1, 10000) i`);
    assert.equal((await revoke(made.admin, { kind: 'filter', filter: {} })).status, 409);
    assert.deepEqual(await status(made), live);
    const all = await revoke(made.admin, { kind: 'filter', filter: { holder: 'user' } });
    assert.deepEqual(await all.json(), { families: 10_000 });
    assert.deepEqual(await status(made), live);
  });
});
