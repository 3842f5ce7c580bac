import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  BrowserDouble,
  grantOf,
  newAuthenticator,
  register,
  tokenOf,
} from '../../../test/fixtures/browser-double.ts';
import {
  ask,
  inForce,
  invite,
  join,
  owner as ownerIn,
  type Person,
  stepUp,
  tryAccept,
} from '../../../test/fixtures/people.ts';
import { openTestDatabase, type TestDatabase } from '../../../test/fixtures/test-database.ts';
import { isAllowed } from '../../identity/authorize.ts';
import { verifyAudit } from '../../storage/audit.ts';
import { createOperators } from '../../storage/operators.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

const owner = () => ownerIn(database);

const builtIn = inForce;

const sixMinutes = 6 * 60_000;

describe('operators', () => {
  /** Guard: `refuseUnasked` in server/http/app.ts. */
  test('AZ-01: who may not do it is told so, whatever else is wrong with the request', async () => {
    const ada = await owner();
    const vic = await join(ada, { role: 'viewer', clearance: 1 });
    const faulty: [method: string, path: string][] = [
      ['POST', '/api/invites'],
      ['PATCH', `/api/operators/${ada.id}`],
      ['POST', '/api/policies'],
      ['POST', '/api/policies/dry-run'],
      ['POST', '/api/recovery/links'],
      ['POST', '/api/sessions/revoke'],
    ];
    for (const [method, path] of faulty) {
      for (const body of [{ odd: true }, { odd: 'x'.repeat(2_000_000) }])
        assert.equal((await ask(vic, method, path, body)).status, 403, `${method} ${path}`);
      assert.equal((await ask(ada, method, path, { odd: true })).status, 400, `${method} ${path}`);
    }
    // What he may do is still explained to him.
    assert.equal((await ask(vic, 'POST', '/api/auth/step-up/begin', { odd: true })).status, 400);
  });

  /** Guard: `standing.changed` in server/policies/operator-administration.ts. */
  test('AT-07: a demoted operator loses the right with the next request of the same token', async () => {
    const ada = await owner();
    const grace = await join(ada, { role: 'owner', clearance: 3 });
    assert.equal((await ask(grace, 'GET', '/api/operators')).status, 200);
    const demoted = await ask(ada, 'PATCH', `/api/operators/${grace.id}`, { role: 'viewer', clearance: 1 });
    assert.equal(demoted.status, 200);
    assert.equal(demoted.json.role, 'viewer');
    assert.equal((await ask(grace, 'GET', '/api/operators')).status, 403);
    const { json: me } = await ask(grace, 'GET', '/api/me');
    assert.equal(me.role, 'viewer');
    assert.equal(Object(me.may)['operator.read'], 'deny');
    assert.equal(Object(me.may)['alert.read'], 'allow');
  });

  /**
   * Guard: `followRevocation` in server/policies/operator-administration.ts; the revocation and the
   * invitations in `endAccess` of server/storage/operators.ts.
   */
  test('RV-06: who is disabled has no session, no refresh, no socket, no sign-in and no open invitation left', async () => {
    const ada = await owner();
    const grace = await join(ada, { role: 'owner', clearance: 3 });
    const sent = await invite(grace);
    const { browser, at } = grace;
    const proof = await browser.proofFor('/socket.io/', 'GET', grace.token);
    const socket = await at.identity.authenticateSocket({ token: grace.token, dpop: proof }, '127.0.0.1');
    const told: string[] = [];
    at.identity.onSessionEnded(({ kind, subject }) => told.push(`${kind} ${subject}`));

    assert.equal((await ask(ada, 'POST', `/api/operators/${grace.id}/disable`)).status, 200);
    assert.deepEqual(told, [`subject ${grace.id}`]);
    assert.throws(() => at.identity.checkSocketEvent(socket), { code: 'token_revoked' });
    assert.equal((await ask(grace, 'GET', '/api/me')).status, 401);
    assert.equal((await browser.refresh()).status, 401);
    assert.equal((await browser.trySignIn(grace.authenticator)).status, 401);
    assert.equal((await tryAccept(at, sent.link)).response.status, 404);

    assert.equal((await ask(ada, 'POST', `/api/operators/${grace.id}/enable`)).status, 200);
    assert.equal((await ask(grace, 'GET', '/api/me')).status, 401, 'old sessions stay dead');
    at.clock.advance(1_000);
    assert.ok(await browser.signIn(grace.authenticator));
  });

  /** Guard: `keepsOwner` in server/storage/operators.ts. */
  test('AZ-10: of two owners who disable, demote or lower each other at once, one remains in charge', async () => {
    for (const change of [{ role: 'viewer' }, { clearance: 0 }, undefined]) {
      const ada = await owner();
      const grace = await join(ada, { role: 'owner', clearance: 3 });
      const attack = (by: Person, on: Person) =>
        change === undefined
          ? ask(by, 'POST', `/api/operators/${on.id}/disable`)
          : ask(by, 'PATCH', `/api/operators/${on.id}`, change);
      const answers = await Promise.all([attack(ada, grace), attack(grace, ada)]);
      const statuses = answers.map(({ status }) => status).toSorted();
      assert.equal(statuses[0], 200, `${statuses}`);
      assert.ok([401, 403, 409].includes(statuses[1] ?? 0), `${statuses}`);
      const inCharge = await Promise.all(
        [ada, grace].map(async (who) => (await ask(who, 'GET', '/api/operators')).status === 200),
      );
      assert.equal(inCharge.filter(Boolean).length >= 1, true);
    }
  });

  /** Guard: `keepsOwner` in server/storage/operators.ts. */
  test('AZ-10: the last owner cannot leave, step down or be lowered out of reach', async () => {
    const ada = await owner();
    await join(ada, { role: 'analyst', clearance: 2 });
    const changes: [string, string, unknown?][] = [
      ['POST', `/api/operators/${ada.id}/disable`],
      ['PATCH', `/api/operators/${ada.id}`, { role: 'analyst' }],
      ['PATCH', `/api/operators/${ada.id}`, { clearance: 2 }],
    ];
    for (const [method, path, body] of changes) {
      const { status, json } = await ask(ada, method, path, body);
      assert.deepEqual([status, json.code], [409, 'last_owner'], `${path} ${JSON.stringify(body)}`);
    }
    const { json } = await ask(ada, 'GET', '/api/operators');
    const first = Object(json).items.find(({ id }: { id: string }) => id === ada.id);
    assert.deepEqual([first.role, first.clearance, first.disabledAt], ['owner', 3, undefined]);
  });

  /** Guard: `no-escalation` and `no-reach-above` in server/policies/built-in/base.cedar. */
  /** 336 decisions stood between the click and the cut of a viewer's sockets: as long as all the rest together. */
  test('RV-06: whether an owner remains is not asked where none is changed', async () => {
    const ada = await owner();
    const vic = await join(ada, { role: 'viewer', clearance: 1 });
    let asked = 0;
    const change = (id: string) =>
      createOperators({ database, clock: ada.at.clock }).change({
        ...{ id, set: { disabled: true }, action: 'operator.disable' },
        actor: { operatorId: ada.id, name: 'Ada', address: '127.0.0.1' },
        keepsOwner: () => {
          asked += 1;
          return false;
        },
      });
    assert.equal(typeof (await change(vic.id)), 'object');
    assert.deepEqual([await change(ada.id), asked], ['last_owner', 1]);
  });

  test('AZ-10: nobody gives more than he holds, whatever the policies permit him', async () => {
    const ada = await owner();
    const grace = await join(ada, { role: 'analyst', clearance: 3 });
    const { version, policies } = await builtIn(ada);
    const text = `permit (principal is Operator, action in Action::"administer", resource) when { principal.role == "analyst" };`;
    const published = await ask(ada, 'POST', '/api/policies', {
      ...{
        policies: [...policies, { name: 'generous', text }],
        comment: 'analysts administer',
        basedOn: version,
      },
    });
    assert.equal(published.status, 201, JSON.stringify(published.json));
    assert.equal((await ask(grace, 'POST', '/api/invites', { role: 'viewer', clearance: 1 })).status, 201);
    assert.equal((await ask(grace, 'POST', '/api/invites', { role: 'owner', clearance: 1 })).status, 403);
    assert.equal((await ask(grace, 'PATCH', `/api/operators/${grace.id}`, { role: 'owner' })).status, 403);
    assert.equal((await ask(grace, 'POST', `/api/operators/${ada.id}/disable`)).status, 403, 'not one above');
    const back = (operatorId: string) => ask(grace, 'POST', '/api/recovery/links', { operatorId });
    assert.equal((await back(ada.id)).status, 403, 'no way into the account of one above');
    assert.equal((await back(grace.id)).status, 200);
  });

  test('AZ-03: a role can only be one of three, and unknown fields are refused', async () => {
    const ada = await owner();
    for (const body of [{ role: 'root' }, { role: 'viewer', id: 'opr_x' }, { disabledAt: null }, {}]) {
      assert.equal((await ask(ada, 'PATCH', `/api/operators/${ada.id}`, body)).status, 400);
    }
  });

  test('AU-01: each change is in the audit once, with who, what and the version of the policies', async () => {
    const ada = await owner();
    const grace = await join(ada);
    await ask(ada, 'PATCH', `/api/operators/${grace.id}`, { team: 'night' });
    await ask(ada, 'POST', `/api/operators/${grace.id}/disable`);
    await ask(grace, 'GET', '/api/operators');
    const rows = (await ada.at.audit()).map(
      ({ action, actor }) => `${action} by ${actor === ada.id ? 'ada' : 'grace'}`,
    );
    for (const entry of [
      'invite.create by ada',
      'invite.accepted by grace',
      'operator.update by ada',
      'operator.disable by ada',
    ]) {
      assert.equal(rows.filter((row) => row === entry).length, 1, `${entry} in ${rows.join(', ')}`);
    }
    assert.equal((await verifyAudit(database.db)).brokenAtSeq, undefined);
  });
});

describe('invitations', () => {
  /** Guard: `usedAt` in `isOpen` of server/storage/invites.ts. */
  test('DV-07: an invitation is good once, also for twenty who come at the same time', async () => {
    const ada = await owner();
    const { link } = await invite(ada);
    const answers = await Promise.all(Array.from({ length: 20 }, () => tryAccept(ada.at, link)));
    const statuses = answers.map(({ response }) => response.status).toSorted();
    assert.deepEqual(statuses, [200, ...new Array<number>(19).fill(404)]);
    const { json } = await ask(ada, 'GET', '/api/invites');
    assert.deepEqual(
      Object(json).items.map(({ state }: { state: string }) => state),
      ['used'],
    );
  });

  /** Guard: `revokedAt` and `expiresAt` in `isOpen` of server/storage/invites.ts. */
  test('DV-07: a revoked, expired or unknown link opens nothing, also when it was begun before', async () => {
    const ada = await owner();
    const revoked = await invite(ada);
    const browser = await BrowserDouble.open(ada.at);
    const body = { token: tokenOf(revoked.link), name: 'Grace' };
    const begun = await browser.begin('/api/invite/begin', body);
    const response = register(newAuthenticator(), ada.at.publicUrl.origin, begun);
    assert.equal((await ask(ada, 'DELETE', `/api/invites/${revoked.id}`)).status, 204);
    const finish = { ceremonyId: begun.ceremonyId, response };
    assert.equal((await browser.call('/api/invite/finish', { body: finish })).status, 404);
    assert.equal((await ask(ada, 'DELETE', `/api/invites/${revoked.id}`)).status, 404, 'once');

    const late = await invite(ada);
    ada.at.clock.advance(48 * 60 * 60_000);
    assert.equal((await tryAccept(ada.at, late.link)).response.status, 404);
    const made = late.link.replace(/.{43}$/, 'A'.repeat(43));
    assert.equal((await tryAccept(ada.at, made)).response.status, 404);
  });

  test('DV-07: the role is the invitation’s, whatever the guest asks for', async () => {
    const ada = await owner();
    const { link } = await invite(ada, { role: 'viewer', clearance: 1 });
    const browser = await BrowserDouble.open(ada.at);
    const asked = { token: tokenOf(link), name: 'Grace', role: 'owner' };
    assert.equal((await browser.call('/api/invite/begin', { body: asked })).status, 400);
    const { response } = await tryAccept(ada.at, link);
    const { operator } = await grantOf(response);
    const { json } = await ask(ada, 'GET', '/api/operators');
    const made = Object(json).items.find(({ id }: { id: string }) => id === operator.id);
    assert.deepEqual([made.role, made.clearance], ['viewer', 1]);
  });

  /** Guard: `supersede` in server/identity/invites.ts. */
  test('DV-07: accepting in the browser of another operator ends that session and gives it nothing', async () => {
    const ada = await owner();
    const grace = await join(ada);
    const { link } = await invite(ada, { role: 'analyst', clearance: 2 });
    const { response } = await tryAccept(ada.at, link, grace.browser);
    assert.equal(response.status, 200);
    assert.equal((await ask(grace, 'GET', '/api/me')).status, 401);
    const { json } = await ask(ada, 'GET', '/api/operators');
    const before = Object(json).items.find(({ id }: { id: string }) => id === grace.id);
    assert.equal(before.role, 'viewer');
  });

  test('DV-06: the token is in the fragment, only its hash is stored, and no list shows it', async () => {
    const ada = await owner();
    const { link } = await invite(ada);
    assert.match(link, /^http:\/\/localhost:3000\/invite#token=[\w-]{43}$/);
    const dump = await database.db.execute('select row_to_json(i)::text as row from invites i');
    assert.ok(!JSON.stringify(dump.rows).includes(tokenOf(link)));
    assert.ok(!JSON.stringify((await ask(ada, 'GET', '/api/invites')).json).includes(tokenOf(link)));
    assert.ok(!JSON.stringify(await ada.at.audit()).includes(tokenOf(link)));
  });

  /** Guard: `openInvitesMax` in server/storage/invites.ts. */
  test('RC-02: open invitations have a limit', async () => {
    const ada = await owner();
    for (let made = 0; made < 100; made++) await invite(ada);
    assert.equal((await ask(ada, 'POST', '/api/invites', { role: 'viewer', clearance: 1 })).status, 409);
  });
});

describe('step-up', () => {
  /** Guard: `fresh-passkey` in server/policies/built-in/base.cedar. */
  test('AZ-09: a passkey used six minutes ago opens no dangerous action, and the answer says how to go on', async () => {
    const ada = await owner();
    const grace = await join(ada);
    const { version, policies } = await builtIn(ada);
    ada.at.clock.advance(sixMinutes);
    const dangerous: [string, string, unknown?][] = [
      ['PATCH', `/api/operators/${grace.id}`, { role: 'analyst' }],
      ['POST', `/api/operators/${grace.id}/disable`],
      ['POST', `/api/operators/${grace.id}/enable`],
      ['POST', '/api/invites', { role: 'viewer', clearance: 1 }],
      ['POST', '/api/policies', { policies, comment: 'same', basedOn: version }],
      ['POST', '/api/policies/restore', { version: 0, comment: 'back', basedOn: version + 1 }],
    ];
    for (const [method, path, body] of dangerous) {
      const { status, json, challenge } = await ask(ada, method, path, body);
      assert.deepEqual([status, json.code], [401, 'step_up_required'], path);
      assert.match(challenge, /^DPoP .*error="insufficient_user_authentication".*max_age=300/);
      const confirmed = await stepUp(ada, String(json.operation));
      assert.ok((await ask(confirmed, method, path, body)).status < 300, path);
    }
  });

  /** Guard: `change` in server/routes/api/operators.ts, which becomes part of the operation. */
  test('AZ-09: what was confirmed for one change opens no other, of the same thing neither', async () => {
    const ada = await owner();
    const grace = await join(ada);
    const linus = await join(ada);
    ada.at.clock.advance(sixMinutes);
    const path = `/api/operators/${grace.id}`;
    const { json } = await ask(ada, 'PATCH', path, { role: 'analyst' });
    const confirmed = await stepUp(ada, String(json.operation));
    const others: [string, string, unknown?][] = [
      ['PATCH', path, { role: 'owner' }],
      ['PATCH', path, { role: 'analyst', clearance: 3 }],
      ['PATCH', path, { role: 'analyst', team: 'x' }],
      ['PATCH', `/api/operators/${linus.id}`, { role: 'analyst' }],
      ['POST', `${path}/disable`],
      ['POST', '/api/invites', { role: 'analyst', clearance: 1 }],
    ];
    for (const [method, other, body] of others) {
      assert.equal((await ask(confirmed, method, other, body)).json.code, 'step_up_required', other);
    }
    assert.equal((await ask(confirmed, 'PATCH', path, { role: 'analyst' })).status, 200);
    ada.at.clock.advance(sixMinutes);
    assert.equal((await ask(confirmed, 'PATCH', path, { role: 'analyst' })).json.code, 'step_up_required');
  });
});

describe('policies', () => {
  /**
   * Guard: `ownerRemains` in server/policies/administration.ts, `validate` in server/policies/documents.ts.
   */
  test('AZ-05: what does not parse, does not fit the schema or locks everybody out is refused, and the old set stays', async () => {
    const ada = await owner();
    const { version, policies } = await builtIn(ada);
    const drafts: [string, RegExp][] = [
      ['permit (principal, action, resource) when {', /unexpected end/],
      ['permit (principal, action, resource) when { principal.admin };', /attribute `admin`/],
      ['permit (principal, action == Action::"alert.reed", resource);', /unrecognized action/],
      ['forbid (principal, action, resource);', /No owner/],
      ['forbid (principal, action, resource) when { context.hour == 3 };', /No owner/],
      ['forbid (principal, action, resource) when { context["\\u{68}our"] == 3 };', /No owner/],
      [
        'forbid (principal, action, resource) when { context.hour == 3 && context.weekday == 4 };',
        /No owner/,
      ],
      [
        'forbid (principal, action == Action::"operator.update", resource) unless { context.network == "public" };',
        /No owner/,
      ],
    ];
    for (const [text, message] of drafts) {
      const draft = { policies: [...policies, { name: 'draft', text }], comment: 'try', basedOn: version };
      const { status, json } = await ask(ada, 'POST', '/api/policies', draft);
      assert.deepEqual([status, json.code], [422, 'policy_refused'], text);
      assert.match(JSON.stringify(json.verdict), message);
    }
    const emptied = { policies: [{ name: 'base', text: '' }], comment: 'try', basedOn: version };
    assert.equal((await ask(ada, 'POST', '/api/policies', emptied)).status, 422);
    assert.equal((await builtIn(ada)).version, version);
    assert.equal((await ask(ada, 'GET', '/api/operators')).status, 200);
  });

  test('mistakes are named with document, line, column and text', async () => {
    const ada = await owner();
    const text = '// Ünïcode before it.\npermit (principal, action, resource)\nwhen { principal.admin };';
    const { json } = await ask(ada, 'POST', '/api/policies/validate', { policies: [{ name: 'odd', text }] });
    const [first] = Object(json).mistakes;
    assert.deepEqual(
      [first.document, first.line, first.column, first.text],
      ['odd', 3, 8, 'principal.admin'],
    );
  });

  /** Guard: `cedar.load` in `replace` of server/policies/authority.ts. */
  test('AZ-06: a published denial holds for the next request of a token and for an open socket at once', async () => {
    const ada = await owner();
    const grace = await join(ada, { role: 'analyst', clearance: 2 });
    const { at } = ada;
    const proof = await grace.browser.proofFor('/socket.io/', 'GET', grace.token);
    const socket = await at.identity.authenticateSocket({ token: grace.token, dpop: proof }, '127.0.0.1');
    assert.equal(isAllowed(socket, 'room.watch', { id: 'live' }), true);
    assert.equal((await ask(grace, 'GET', '/api/policies')).status, 200);
    let told = 0;
    at.authority.onChanged(() => {
      told += 1;
    });
    const { version, policies } = await builtIn(ada);
    const text =
      'forbid (principal is Operator, action in Action::"read", resource) when { principal.role == "analyst" };';
    const draft = {
      policies: [...policies, { name: 'night', text }],
      comment: 'no analysts',
      basedOn: version,
    };
    assert.equal((await ask(ada, 'POST', '/api/policies', draft)).status, 201);
    assert.equal(told, 1);
    assert.equal((await ask(grace, 'GET', '/api/policies')).status, 403);
    assert.equal(isAllowed(socket, 'room.watch', { id: 'live' }), false);

    const back = { version: 0, comment: 'as before', basedOn: version + 1 };
    assert.equal((await ask(ada, 'POST', '/api/policies/restore', back)).status, 201);
    assert.equal((await ask(grace, 'GET', '/api/policies')).status, 200);
    const { json } = await ask(ada, 'GET', '/api/policies');
    assert.deepEqual(
      Object(json).versions.map((each: { version: number; restores?: number }) => [
        each.version,
        each.restores,
      ]),
      [
        [version + 2, 0],
        [version + 1, undefined],
        [0, undefined],
      ],
    );
  });

  /** Guard: `store.current` in server/policies/open-policies.ts. */
  test('AZ-06: a version in force stays in force under a new process', async () => {
    const ada = await owner();
    const { version, policies } = await builtIn(ada);
    const text = 'forbid (principal is Operator, action == Action::"invite.read", resource);';
    const draft = { policies: [...policies, { name: 'night', text }], comment: 'none', basedOn: version };
    assert.equal((await ask(ada, 'POST', '/api/policies', draft)).status, 201);
    const at = await ada.at.restart();
    const moved = { ...ada, at, browser: ada.browser.movedTo(at) };
    assert.equal((await ask(moved, 'GET', '/api/invites')).status, 403);
    assert.equal((await ask(moved, 'GET', '/api/operators')).status, 200);
  });

  test('of two who publish on the same version one is told that it moved', async () => {
    const ada = await owner();
    const { version, policies } = await builtIn(ada);
    const publish = (comment: string) =>
      ask(ada, 'POST', '/api/policies', { policies, comment, basedOn: version });
    const statuses = (await Promise.all([publish('one'), publish('two')])).map(({ status }) => status);
    assert.deepEqual(statuses.toSorted(), [201, 409]);
  });

  /** Guard: `networkOf(principal.address)` in server/policies/authority.ts. */
  test('AZ-08: the same token from another address is judged by a policy about addresses', async () => {
    const ada = await owner();
    const grace = await join(ada, { role: 'analyst', clearance: 2 });
    const { version, policies } = await builtIn(ada);
    const text =
      'forbid (principal is Operator, action == Action::"policy.read", resource) unless { context.address.isInRange(ip("127.0.0.1/32")) };';
    const draft = {
      policies: [...policies, { name: 'places', text }],
      comment: 'here only',
      basedOn: version,
    };
    assert.equal((await ask(ada, 'POST', '/api/policies', draft)).status, 201);
    assert.equal((await ask(grace, 'GET', '/api/policies')).status, 200);
    const moved = await grace.browser.call('/api/policies', {
      token: grace.token,
      headers: { 'x-forwarded-for': '127.0.0.2' },
    });
    assert.equal(moved.status, 403);
    const spoofed = await grace.browser.call('/api/policies', {
      token: grace.token,
      headers: { 'x-forwarded-for': '127.0.0.2', forwarded: 'for=127.0.0.1', 'x-real-ip': '127.0.0.1' },
    });
    assert.equal(spoofed.status, 403, 'AZ-07');
  });

  test('a dry run names what a draft would change of the last day, and changes nothing', async () => {
    const ada = await owner();
    const grace = await join(ada);
    for (let i = 0; i < 3; i++) await ask(grace, 'GET', '/api/policies');
    await ask(ada, 'GET', '/api/policies');
    const { version, policies } = await builtIn(ada);
    const text = 'forbid (principal is Operator, action == Action::"operator.read_self", resource);';
    await ask(grace, 'GET', '/api/me');
    const open = policies.map((each: { name: string; text: string }) =>
      each.name === 'base'
        ? { ...each, text: each.text.replace('resource.sensitivity > principal.clearance', 'false') }
        : each,
    );
    const draft = { policies: [...open, { name: 'draft', text }] };
    const { status, json } = await ask(ada, 'POST', '/api/policies/dry-run', draft);
    assert.equal(status, 200);
    const changes = Object(json).changes.map(
      (each: { action: string; principal: { id: string }; from: string; to: string; count: number }) => [
        each.action,
        each.principal.id === grace.id ? 'grace' : 'ada',
        each.from,
        each.to,
        each.count,
      ],
    );
    assert.deepEqual(changes, [
      ['policy.read', 'grace', 'deny', 'allow', 3],
      ['operator.read_self', 'grace', 'allow', 'deny', 1],
    ]);
    assert.ok(Object(json).requests >= 6);
    assert.equal((await builtIn(ada)).version, version);
    assert.equal((await ask(grace, 'GET', '/api/me')).status, 200);
    // A day later there is nothing left to try it on.
    ada.at.clock.advance(25 * 60 * 60_000);
    const { json: later } = await ask(await signedInAgain(ada), 'POST', '/api/policies/dry-run', draft);
    assert.deepEqual(Object(later).changes, []);
  });

  /** Guard: server/identity/denials.ts. */
  test('AU-01: a denial is in the audit with the action and the version of the policies, and names no internals to the caller', async () => {
    const ada = await owner();
    const grace = await join(ada);
    const { status, json } = await ask(grace, 'GET', '/api/policies');
    assert.equal(status, 403);
    // What was asked for is the caller's own question; which rule refused it, and why, is not told.
    assert.deepEqual(Object.keys(json).toSorted(), [
      'action',
      'code',
      'requestId',
      'status',
      'title',
      'type',
    ]);
    assert.equal(json.action, 'policy.read');
    const rows = (await ada.at.audit()).filter(({ action }) => action === 'access.denied');
    assert.deepEqual(
      rows.map(({ actor, target, outcome }) => [actor, target, outcome]),
      [[grace.id, 'policy.read', 'refused']],
    );
    assert.match(rows[0]?.detail ?? '', /"policyVersion":0/);
  });
});

async function signedInAgain(who: Person): Promise<Person> {
  const { accessToken: token } = await who.browser.signIn(who.authenticator);
  return { ...who, token };
}
