import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCedar } from './cedar.ts';
import type { DecisionRequest } from './decision-request.ts';
import { schemaText } from './schema-text.ts';

const cedar = createCedar(schemaText());
const permit = 'permit (principal, action, resource);';

const request: DecisionRequest = {
  principal: {
    ...{ kind: 'operator', id: 'opr_1', name: 'Ada', role: 'owner', team: '', clearance: 3 },
    ...{ deviceTrust: 'synced', session: 'passkey', risk: 0, challenged: false },
  },
  action: 'alert.read',
  resource: { id: 'alr_1', environment: 'test' },
  context: {
    ...{ address: '127.0.0.1', network: 'loopback', hour: 12, weekday: 1, transport: 'http' },
    authenticationAgeSeconds: 0,
  },
};

const withPrincipal = (changes: object): DecisionRequest => ({
  ...request,
  principal: Object.assign({}, request.principal, changes),
});

/** Guard: `diagnostics.errors` in server/policies/cedar.ts: Cedar itself skips a forbid that fails. */
test('AZ-04: a policy that fails while it is looked at denies, although another one permits', () => {
  cedar.load('current', { open: permit });
  assert.equal(cedar.decide('current', request).outcome, 'allow');
  const failing = 'forbid (principal, action, resource) when { context.grants.rank > 3 };';
  cedar.load('current', { open: permit, failing });
  const verdict = cedar.decide('current', request);
  assert.equal(verdict.outcome, 'deny');
  assert.match(verdict.problem ?? '', /grants/);
});

/** Guard: `validateRequest` and `type === 'failure'` in server/policies/cedar.ts. */
test('AZ-04: what does not fit the schema, misses an attribute, or breaks the engine is denied', () => {
  cedar.load('current', { open: permit });
  const odd: [string, DecisionRequest][] = [
    ['an unknown action', { ...request, action: 'alert.explode' }],
    ['a risk that is no whole number', withPrincipal({ risk: 0.5 })],
    ['a risk that is text', withPrincipal({ risk: '0' })],
    ['no team', withPrincipal({ team: undefined })],
    ['no context', Object.assign({}, request, { context: undefined })],
    ['no address', { ...request, context: Object.assign({}, request.context, { address: null }) }],
  ];
  for (const [what, each] of odd) {
    const verdict = cedar.decide('current', each);
    assert.equal(verdict.outcome, 'deny', what);
    assert.notEqual(verdict.problem, undefined, what);
  }
});

test('AZ-04: with no policy at all everything is denied', () => {
  cedar.load('current', {});
  assert.equal(cedar.decide('current', request).outcome, 'deny');
});
