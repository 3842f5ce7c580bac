import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  type Authenticator,
  assertion,
  BrowserDouble,
  grantOf,
  newAuthenticator,
} from '../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../test/fixtures/identity-installation.ts';
import { madeFinding } from '../../test/fixtures/stand-in-collector.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

interface SignedIn {
  at: Installation;
  browser: BrowserDouble;
  authenticator: Authenticator;
  token: string;
  id: string;
}

async function signedIn(): Promise<SignedIn> {
  const at = await installEmpty(database);
  const browser = await BrowserDouble.open(at);
  const authenticator = newAuthenticator();
  const link = (await at.identity.createSetupLink()) ?? '';
  const { accessToken: token, operator } = await browser.setUp(link, authenticator);
  return { at, browser, authenticator, token, id: operator.id };
}

const me = ({ browser, token }: SignedIn, headers: Record<string, string> = {}) =>
  browser.call('/api/me', { token, headers });

/** The alert that `act` brings about, when what is done about it is done. */
async function alertOf(at: Installation, act: () => Promise<unknown>) {
  const opened = new Promise<string>((resolve) => {
    const stop = at.alerts.onChanged(([first]) => {
      stop();
      resolve(first?.id ?? '');
    });
  });
  await act();
  const id = await opened;
  await at.answering.settled();
  const found = await at.alerts.get(id);
  assert.ok(found !== undefined);
  return found;
}

async function twoBrowsers(who: SignedIn): Promise<void> {
  for (const agent of ['Firefox', 'curl', 'Firefox']) await me(who, { 'user-agent': agent });
}

async function answered(who: SignedIn, next: Record<string, string>): Promise<void> {
  const { json } = {
    json: await (await who.browser.call('/api/alert-answers', { token: who.token })).json(),
  };
  const body = { ...Object(json), ...next };
  const { status } = await who.browser.call('/api/alert-answers', { method: 'PUT', token: who.token, body });
  assert.equal(status, 200);
}

describe('a session in two browsers', () => {
  /** Guard: `answerByItself` in server/watch/alert-answering.ts. */
  test('raises token_replay about the operator and loses access, refresh and socket by itself', async () => {
    const who = await signedIn();
    const { at, browser, token } = who;
    const dpop = await browser.proofFor('/socket.io/', 'GET', token);
    const socket = await at.identity.authenticateSocket({ token, dpop }, '127.0.0.1');
    const { alert, timeline } = await alertOf(at, () => twoBrowsers(who));
    assert.deepEqual(
      [alert.kind, alert.scope.user, alert.scope.tokenId],
      ['token_replay', who.id, socket.familyId],
    );
    assert.equal(alert.exampleEvents[0]?.service, 'tidegate-console');
    assert.equal((await me(who)).status, 401);
    assert.equal((await browser.refresh()).status, 401);
    assert.throws(() => at.identity.checkSocketEvent(socket), { code: 'token_revoked' });
    assert.match(timeline.map(({ what }) => what).join('; '), /answered with revoke family: 1 session/);
    const rows = (await at.audit()).filter(({ actor }) => actor === 'tidegate').map(({ action }) => action);
    assert.deepEqual(rows, ['tokens.revoked', 'alert.answer']);
  });

  /** Guard: `setRisks` in server/watch/alert-answering.ts. */
  test('its operator is denied what is dangerous until the alert is resolved, and not what is not', async () => {
    const who = await signedIn();
    await answered(who, { token_replay: 'none' });
    const { alert } = await alertOf(who.at, () => twoBrowsers(who));
    const invite = () =>
      who.browser.call('/api/invites', { token: who.token, body: { role: 'viewer', clearance: 1 } });
    assert.equal((await invite()).status, 403);
    const shown = Object(await (await me(who)).json());
    assert.deepEqual(
      [shown.risk, shown.may['invite.create'], shown.may['alert.read']],
      [90, 'deny', 'allow'],
    );
    await who.at.alerts.change({
      ...{ ids: [alert.id], action: 'resolve' },
      actor: { operatorId: who.id, name: 'Ada', address: '127.0.0.1' },
    });
    assert.equal((await invite()).status, 201);
  });

  /** Guard: `challenged` in server/policies/built-in/base.cedar. */
  test('answered with step-up it may do nothing until the passkey is used again', async () => {
    const who = await signedIn();
    await answered(who, { token_replay: 'step_up' });
    who.at.clock.advance(1_000);
    await alertOf(who.at, () => twoBrowsers(who));
    const list = (token: string) => who.browser.call('/api/invites', { token });
    const refused = await list(who.token);
    const { code, operation } = Object(await refused.json());
    assert.deepEqual([refused.status, code], [401, 'step_up_required']);
    who.at.clock.advance(1_000);
    const begun = await who.browser.call('/api/auth/step-up/begin', {
      token: who.token,
      body: { operation },
    });
    assert.equal(begun.status, 200);
    const ceremony = Object(await begun.json());
    const response = assertion(who.authenticator, who.at.publicUrl.origin, ceremony);
    const body = { ceremonyId: String(ceremony.ceremonyId), response };
    const done = await who.browser.call('/api/auth/step-up/finish', { token: who.token, body });
    const { accessToken } = await grantOf(done);
    assert.equal((await list(accessToken)).status, 200);
  });

  /** Guard: `throttle.admit` in server/identity/require-operator.ts. */
  test('answered with throttle it may make ten requests a minute, for a while', async () => {
    const who = await signedIn();
    await answered(who, { token_replay: 'throttle' });
    await alertOf(who.at, () => twoBrowsers(who));
    const statuses: number[] = [];
    for (let each = 0; each < 12; each++) statuses.push((await me(who)).status);
    assert.deepEqual(statuses, [...new Array<number>(10).fill(200), 429, 429]);
    who.at.clock.advance(60_000);
    assert.equal((await me(who)).status, 200);
    who.at.clock.advance(15 * 60_000 - 1);
  });
});

describe('answering by one click', () => {
  const findingAbout = (scope: Record<string, string>, id = `alr_self_${crypto.randomUUID()}`) =>
    madeFinding({
      id,
      kind: 'rate_spike',
      scope,
      ...{ openedAt: Date.UTC(2031, 0, 1), lastSeenAt: Date.UTC(2031, 0, 1, 12) },
    });

  test('ends the session that an alert of any kind names, and no other of the same operator', async () => {
    const who = await signedIn();
    const other = await BrowserDouble.open(who.at);
    const second = await other.signIn(who.authenticator);
    const families = await database.db.execute(
      "select id from token_families where status = 'live' order by created_at, id",
    );
    const [, named] = await Promise.all([
      undefined,
      database.db.execute(
        `select id from token_families where user_agent = 'Double/1.0' order by created_at desc limit 1`,
      ),
    ]);
    assert.equal(families.rows.length, 2);
    const tokenId = String(named.rows[0]?.id);
    await who.at.alerts.recordFindings([findingAbout({ user: who.id, tokenId }, 'alr_self_click')]);
    const answer = await who.browser.call('/api/alerts/alr_self_click/answer', {
      ...{ token: who.token, body: { answer: 'revoke_family' } },
    });
    assert.equal(answer.status, 200);
    assert.deepEqual(Object(await answer.json()).families, [tokenId]);
    const alive = await Promise.all([me(who), other.call('/api/me', { token: second.accessToken })]);
    assert.deepEqual(alive.map(({ status }) => status).toSorted(), [200, 401]);
  });

  test('AZ-09: revoking wants a passkey used within five minutes; slowing down does not', async () => {
    const who = await signedIn();
    await who.at.alerts.recordFindings([findingAbout({ user: who.id }, 'alr_self_stale')]);
    who.at.clock.advance(6 * 60_000);
    const answer = (what: string) =>
      who.browser.call('/api/alerts/alr_self_stale/answer', { token: who.token, body: { answer: what } });
    const refused = await answer('revoke_family');
    assert.equal(Object(await refused.json()).operation, 'alert.revoke alr_self_stale');
    assert.equal((await answer('throttle')).status, 200);
  });

  /** Guard: `selfAlertPrefix` in server/watch/alert-holders.ts. */
  test('an event of a customer that names an operator raises no risk and ends no session', async () => {
    const who = await signedIn();
    const scope = { user: who.id, tokenId: 'tok_of_a_customer' };
    await who.at.alerts.recordFindings([{ ...findingAbout(scope, 'alr_foreign'), kind: 'token_replay' }]);
    await who.at.answering.settled();
    assert.equal(who.at.standing.riskOf(who.id), 0);
    assert.equal((await me(who)).status, 200);
  });
});

test('a flood of an operator is a finding of the engine, as of anybody', async () => {
  const { at, id } = await signedIn();
  const request = {
    ...{ operatorId: id, familyId: 'fam_flood', method: 'GET' as const, endpoint: '/api/users', status: 200 },
    ...{ latencyMs: 1, address: '127.0.0.1', userAgent: 'Firefox' },
  };
  const { alert } = await alertOf(at, async () => {
    for (let second = 0; second < 120; second++) {
      for (let each = 0; each < 100; each++) at.selfWatch.observe(request);
      at.clock.advance(1_000);
      at.selfWatch.tick();
    }
  });
  assert.match(alert.id, /^alr_self_/);
  assert.deepEqual(
    [alert.kind === 'rate_spike' || alert.kind === 'new_user_flood', alert.scope.user],
    [true, id],
  );
});
