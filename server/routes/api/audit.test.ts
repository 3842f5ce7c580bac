import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { pageOf } from '../../../lib/contract/api-answers.schema.ts';
import { auditRecordSchema, auditVerificationSchema } from '../../../lib/contract/audit.schema.ts';
import type { AuditRecord } from '../../../lib/contract/audit.ts';
import {
  type Authenticator,
  assertion,
  BrowserDouble,
  newAuthenticator,
} from '../../../test/fixtures/browser-double.ts';
import { HandmadePasskey } from '../../../test/fixtures/handmade-passkey.ts';
import { type Installation, installEmpty } from '../../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';
import { appendAudit } from '../../storage/audit.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

interface World {
  at: Installation;
  browser: BrowserDouble;
  authenticator: Authenticator;
  token: string;
  operatorId: string;
}

async function signedIn(): Promise<World> {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const authenticator = newAuthenticator();
  const grant = await browser.setUp((await at.identity.createSetupLink()) ?? '', authenticator);
  return { at, browser, authenticator, token: grant.accessToken, operatorId: grant.operator.id };
}

const page = pageOf(auditRecordSchema);
const read = async ({ browser, token }: Pick<World, 'browser' | 'token'>, query = '') =>
  page.parse(await (await browser.call(`/api/audit${query}`, { token })).json());

async function entriesAfter(seq: number): Promise<AuditRecord[]> {
  const rows =
    await database.db.execute(`select seq::int, at, actor, action, target, outcome, address, detail,
    policy_version as "policyVersion", previous_hash as "previousHash", hash from audit_entries where seq > ${seq} order by seq`);
  return rows.rows.map((row) =>
    auditRecordSchema.parse({ ...row, at: Number(row.at), detail: JSON.parse(String(row.detail)) }),
  );
}

async function headSeq(): Promise<number> {
  const rows = await database.db.execute('select seq::int from audit_head');
  return Number(rows.rows[0]?.seq);
}

describe('every act leaves one entry', () => {
  test('AU-01: sign-in, denial, change and revocation: who, what, to what, result, from where, by which policies, when', async () => {
    const world = await signedIn();
    const { at, browser, authenticator, token, operatorId } = world;
    const failing = new HandmadePasskey(at.publicUrl.origin);
    const session = async () => {
      const other = await BrowserDouble.open(at, '192.0.2.8');
      return { other, grant: await other.signIn(authenticator) };
    };
    const own = async (path: string, call: { method?: string; body?: unknown }) =>
      browser.call(path, { ...call, token });
    let deviceId = '';
    const acts: [action: string, outcome: 'done' | 'refused', act: () => Promise<unknown>][] = [
      ['session.opened', 'done', session],
      [
        'ceremony.failed',
        'refused',
        async () => {
          const begun = await browser.begin('/api/sign-in/begin');
          failing.userHandle = 'AAAA';
          const response = failing.assert(begun);
          await browser.call('/api/sign-in/finish', { body: { ceremonyId: begun.ceremonyId, response } });
        },
      ],
      ['session.stepped_up', 'done', () => browser.stepUp(authenticator, token, 'device.add')],
      [
        'device.added',
        'done',
        async () => {
          deviceId = (await (await browser.addDevice(newAuthenticator(), token)).json()).id;
        },
      ],
      [
        'device.renamed',
        'done',
        () => own(`/api/devices/${deviceId}`, { method: 'PATCH', body: { name: 'Key' } }),
      ],
      ['device.removed', 'done', () => own(`/api/devices/${deviceId}`, { method: 'DELETE' })],
      ['recovery.codes_created', 'done', () => own('/api/recovery/codes', { body: {} })],
      ['recovery.link_created', 'done', () => own('/api/recovery/links', { body: { operatorId } })],
      [
        'tokens.revoked',
        'done',
        () => own('/api/sessions/revoke', { body: { kind: 'client', id: 'cli_1' } }),
      ],
      ['audit.exported', 'done', () => own('/api/audit/export', {})],
      ['access.refused', 'refused', () => own('/api/devices/dev_nobody', { method: 'DELETE' })],
      [
        'access.denied',
        'refused',
        async () => {
          at.standing.changed({ ...(await viewer(operatorId)) });
          await own('/api/operator-devices', {});
          at.standing.changed({ ...(await viewer(operatorId)), role: 'owner', clearance: 3 });
        },
      ],
      ['session.ended', 'done', () => own('/api/session/sign-out', { body: {} })],
    ];
    const before = await headSeq();
    for (const [action, outcome, act] of acts) {
      at.clock.advance(1_000);
      const seq = await headSeq();
      await act();
      // A refusal is answered before its entry is written.
      for (let looks = 0; looks < 1_000 && (await headSeq()) === seq; looks++);
      const written = await entriesAfter(seq);
      assert.deepEqual(
        written.map((entry) => `${entry.action} ${entry.outcome}`),
        [`${action} ${outcome}`],
      );
      const [entry] = written;
      assert.equal(entry?.at, at.clock.now());
      assert.ok(entry?.actor && entry.target !== undefined && entry.address);
      assert.equal(entry.policyVersion, 0, 'the built-in policies');
      if (entry.actor !== 'anonymous') assert.equal(entry.actor, operatorId);
    }
    await at.identity.close();
    assert.equal(await headSeq(), before + acts.length, 'nothing was counted beside');
  });

  async function viewer(id: string) {
    return { id, name: 'Ada', role: 'viewer', team: '', clearance: 1, disabledAt: undefined } as const;
  }

  test('AU-02: control characters and escapes of a browser name cannot forge a line, and no secret is in the log', async () => {
    const { at, browser, authenticator, token, operatorId } = await signedIn();
    const headers = { 'user-agent': 'Evil\u001b[2J<script> \u00e9 {"actor":"opr_1"}' };
    const other = await BrowserDouble.open(at);
    const begun = await other.begin('/api/sign-in/begin');
    const response = assertion(authenticator, at.publicUrl.origin, begun);
    const body = { ceremonyId: begun.ceremonyId, response };
    assert.equal((await other.call('/api/sign-in/finish', { body, headers })).status, 200);
    const { codes } = await (await browser.call('/api/recovery/codes', { body: {}, token })).json();
    const made = await (await browser.call('/api/recovery/links', { body: { operatorId }, token })).json();
    const exported = await (await browser.call('/api/audit/export', { token })).text();
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is the point
    assert.equal(/[\u0000-\u0009\u000b-\u001f\u007f]/.test(exported), false);
    const records = exported
      .trimEnd()
      .split('\n')
      .map((line) => auditRecordSchema.parse(JSON.parse(line)));
    const agents = records.map(({ detail }) => String(detail.userAgent ?? ''));
    assert.ok(
      agents.some((agent) => agent.startsWith('Evil?[2J<script>')),
      'escapes are gone where it is read',
    );
    assert.equal(
      agents.some((agent) => /[^\x20-\x7e]/.test(agent)),
      false,
    );
    const secrets = [...codes, made.link.split('=')[1], token, ...browser.cookies.values()];
    for (const secret of secrets) assert.equal(exported.includes(secret), false);
  });
});

describe('reading', () => {
  async function withEntries(noun: string): Promise<World> {
    const world = await signedIn();
    const entry = { actor: world.operatorId, outcome: 'done' as const, address: '192.0.2.1', detail: {} };
    for (let index = 0; index < 30; index++) {
      await database.transaction((tx) =>
        appendAudit(tx, [
          {
            ...entry,
            at: world.at.clock.now() + index,
            action: `${noun}.${index % 2 ? 'odd' : 'even'}`,
            target: `thg_${index}`,
          },
        ]),
      );
    }
    return world;
  }

  test('searches by actor, action, noun, target, outcome, address, time and text, with true totals', async () => {
    const world = await withEntries('sample');
    const from = world.at.clock.now();
    const total = async (query: string) => (await read(world, query)).total;
    assert.equal(await total('?action=sample.odd'), 15);
    assert.equal(await total(`?action=sample&fromMs=${from}`), 30);
    assert.equal(await total(`?action=sample&fromMs=${from + 10}&toMs=${from + 19}`), 10);
    assert.equal(await total(`?actor=${world.operatorId}&action=sample`), 30);
    assert.equal(await total('?target=thg_7'), 1);
    assert.equal(await total('?outcome=refused&action=sample'), 0);
    assert.equal(await total('?address=192.0.2.1'), 30);
    assert.equal(await total('?text=THG_1&action=sample'), 11);
    assert.equal(await total('?text=%25&action=sample'), 0);
    assert.equal(await total('?action=sample&without=sample.odd'), 15);
    assert.equal(await total('?action=sample&without=thg_7%0Athg_8'), 28);
    assert.equal(await total(`?action=sample&without=${world.operatorId}`), 0);
    const [newest] = (await read(world, '?target=thg_29')).items;
    assert.equal(newest?.actorName, 'Ada');
  });

  test('pages newest first by place in the chain: each entry once, also while others are written', async () => {
    const world = await withEntries('paged');
    const seen: number[] = [];
    let cursor = '';
    do {
      const { items, nextCursor } = await read(world, `?action=paged&limit=7${cursor}`);
      seen.push(...items.map(({ seq }) => seq));
      cursor = nextCursor === undefined ? '' : `&cursor=${nextCursor}`;
      const entry = { actor: 'x', outcome: 'done' as const, address: '', detail: {}, at: 1, target: '' };
      await database.transaction((tx) => appendAudit(tx, [{ ...entry, action: 'other.thing' }]));
    } while (cursor !== '');
    assert.equal(new Set(seen).size, 30);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => b - a),
    );
  });

  test('RC-02, CF-04: limits, cursors and parameters that are not ours are refused', async () => {
    const { browser, token } = await signedIn();
    for (const query of [
      '?limit=201',
      '?limit=0',
      '?limit=x',
      '?cursor=zzz',
      '?nosuch=1',
      '?action=a%20b',
      '?fromMs=1',
      '?outcome=x',
      '?actor=',
    ]) {
      const answer = await browser.call(`/api/audit${query}`, { token });
      assert.equal(answer.status, 400, query);
    }
  });

  test('exports all that a filter means as NDJSON, oldest first, chained', async () => {
    const world = await withEntries('exported');
    const answer = await world.browser.call('/api/audit/export', { token: world.token });
    assert.equal(answer.headers.get('content-type'), 'application/x-ndjson');
    assert.match(answer.headers.get('content-disposition') ?? '', /^attachment/);
    const lines = (await answer.text()).trimEnd().split('\n');
    const records = lines.map((line) => auditRecordSchema.parse(JSON.parse(line)));
    assert.equal(records.length, await headSeq());
    for (const [index, record] of records.entries()) {
      const previous = records[index - 1];
      if (previous !== undefined) assert.equal(record.previousHash, previous.hash);
    }
    const some = await world.browser.call('/api/audit/export?action=exported.odd', { token: world.token });
    assert.equal((await some.text()).trimEnd().split('\n').length, 15);
  });
});

describe('tampering', () => {
  /** Guard: there is no such route; the trigger `audit_entries_append_only`. */
  test('AU-03: nothing is written or deleted by the API', async () => {
    const { browser, token } = await signedIn();
    for (const path of ['/api/audit', '/api/audit/export', '/api/audit/verification']) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const body = method === 'DELETE' ? {} : { body: {} };
        const answer = await browser.call(path, { method, token, ...body });
        assert.equal(answer.status, 405, `${method} ${path}`);
      }
    }
  });

  /** Guard: `hashOf` in server/storage/audit.ts. */
  test('AU-03: the verification says that the chain is whole, and names a row that was edited', async () => {
    const { browser, token } = await signedIn();
    const verify = async () =>
      auditVerificationSchema.parse(await (await browser.call('/api/audit/verification', { token })).json());
    const whole = await verify();
    assert.equal(whole.brokenAtSeq, undefined);
    assert.equal(whole.entries, whole.headSeq);
    const edited = whole.headSeq - 1;
    await database.db.execute('alter table audit_entries disable trigger all');
    const keep = await database.db.execute(`select address from audit_entries where seq = ${edited}`);
    await database.db.execute(`update audit_entries set address = '0.0.0.0' where seq = ${edited}`);
    const broken = await verify();
    assert.equal(broken.brokenAtSeq, edited);
    assert.match(broken.problem ?? '', new RegExp(`Entry ${edited} does not follow`));
    const { address } = z.object({ address: z.string() }).parse(keep.rows[0]);
    await database.db.execute(`update audit_entries set address = '${address}' where seq = ${edited}`);
    await database.db.execute('alter table audit_entries enable trigger all');
    assert.equal((await verify()).brokenAtSeq, undefined);
  });
});
