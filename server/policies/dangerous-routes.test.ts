/** What wants a passkey used within five minutes, over HTTP, for every route that the tables call so. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bodies, pathOf, queries } from '../../test/fixtures/route-calls.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { installTokens, type TokenInstallation } from '../../test/fixtures/token-installation.ts';
import { type Action, actions } from './actions.table.ts';
import { routes } from './routes.table.ts';

let database: TestDatabase;
let at: TokenInstallation;
before(async () => {
  database = await openTestDatabase();
  at = await installTokens(database);
});
after(async () => {
  await at.close();
  await database.close();
});

const isDangerous = (action: Action) => actions[action].groups.some((group) => group === 'dangerous');

/** These look for the thing first, since what may be done depends on it, and find none here; tests beside them do. */
const aboutSomething = new Set([
  'PATCH /api/operators/{id}',
  'POST /api/operators/{id}/disable',
  'POST /api/operators/{id}/enable',
  'DELETE /api/sessions/{id}',
  'POST /api/alerts/{id}/answer',
]);

/** Guard: `fresh-passkey` in server/policies/built-in/base.cedar. */
test('AZ-09: six minutes after the passkey was used no dangerous route does anything, and each says how to go on', async () => {
  const names = Object.entries(routes).flatMap(([name, rule]) =>
    'asks' in rule && rule.asks.some(isDangerous) && !aboutSomething.has(name) ? [name] : [],
  );
  assert.ok(names.length >= 20, String(names.length));
  const token = at.operatorToken();
  at.clock.advance(6 * 60_000);
  const audited = async () =>
    Number(
      (await database.db.execute("select count(*) n from audit_entries where outcome = 'done'")).rows[0]?.n,
    );
  const before = await audited();
  for (const name of names) {
    const [method = '', template = ''] = name.split(' ');
    const body = bodies[name];
    const path = `${pathOf(template)}${queries[name] ?? ''}`;
    const answer = await at.operator.call(path, { method, token, ...(body === undefined ? {} : { body }) });
    const { code, operation } = await answer.json();
    assert.deepEqual([answer.status, code], [401, 'step_up_required'], name);
    const challenge = answer.headers.get('www-authenticate') ?? '';
    assert.match(challenge, /error="insufficient_user_authentication".*max_age=300\b/, name);
    assert.match(operation, /^[a-z_]+\.[a-z_]+/, name);
  }
  assert.equal(await audited(), before, 'nothing was done');
});
