import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTestAuthority, knowOperator, principalFor } from '../../test/fixtures/authority.ts';
import { createTestClock } from '../../test/fixtures/identity-installation.ts';
import { authorize, isAllowed } from '../identity/authorize.ts';
import { createAuthority, type Decided } from './authority.ts';
import { type Cedar, createCedar } from './cedar.ts';
import type { DecisionRequest } from './decision-request.ts';
import { checkPolicies } from './documents.ts';
import { builtInInForce } from './in-force.ts';
import { networkOf } from './network.ts';
import { ownerRemains } from './owner-remains.ts';
import { schemaText } from './schema-text.ts';

const clock = createTestClock(Date.UTC(2031, 0, 1, 12));
const cedar = createCedar(schemaText());

const request: DecisionRequest = {
  principal: {
    ...{ kind: 'operator', id: 'opr_1', name: 'Ada', role: 'owner', team: '', clearance: 3 },
    ...{ deviceTrust: 'device_bound', session: 'passkey', risk: 0, challenged: false },
  },
  action: 'alert.read',
  resource: { id: 'alr_1', environment: 'test' },
  context: {
    ...{ address: '127.0.0.1', network: 'loopback', hour: 12, weekday: 3, transport: 'http' },
    authenticationAgeSeconds: 0,
  },
};

function decide(policies: Record<string, string>, asked: DecisionRequest = request) {
  cedar.load('current', policies);
  return cedar.decide('current', asked);
}

const permit = 'permit (principal, action, resource);';

/** 336 decisions in one go, before each publication and each change of an owner, held every request up for 100 ms. */
test('RC-02: whether an owner remains at every hour is asked hour by hour only where a policy speaks of hours', () => {
  const from = {
    address: '127.0.0.1',
    environment: 'test',
    operatorId: 'opr_1',
    deviceTrust: 'synced',
  } as const;
  const owner = { id: 'opr_1', name: 'Ada', role: 'owner', team: '', clearance: 3 } as const;
  const decisions = (policies: Record<string, string>) => {
    cedar.load('draft', policies);
    let count = 0;
    const counting: Pick<Cedar, 'decide' | 'speaksOfTime'> = {
      speaksOfTime: cedar.speaksOfTime,
      decide: (...asked) => {
        count += 1;
        return cedar.decide(...asked);
      },
    };
    assert.equal(ownerRemains(counting, 'draft', [{ ...owner, disabledAt: undefined }], from), true);
    return count;
  };
  assert.equal(decisions({ a: permit }), 2);
  for (const when of ['context.hour < 99', 'context.weekday < 99', 'context["\\u{68}our"] < 99'])
    assert.equal(decisions({ a: `permit (principal, action, resource) when { ${when} };` }), 2 * 168, when);
});

/** Without one field; what a defect elsewhere would send. */
function without(part: 'context' | 'principal', field: string): DecisionRequest {
  const damaged = { ...request, [part]: { ...request[part] } };
  Reflect.deleteProperty(damaged[part], field);
  return damaged;
}

describe('AZ-04: whatever is not a clean "allow" is a denial', () => {
  test('no policy, no permission', () => {
    assert.equal(decide({}).outcome, 'deny');
    assert.equal(decide({ all: permit }).outcome, 'allow');
  });

  /** Guard: `validateRequest`, and `rest.problem` before the step-up, in server/policies/cedar.ts. */
  test('a request without an attribute that the schema wants', () => {
    for (const field of ['hour', 'address', 'authenticationAgeSeconds', 'transport']) {
      assert.equal(decide({ all: permit }, without('context', field)).outcome, 'deny', field);
    }
    for (const field of ['role', 'risk', 'clearance', 'challenged']) {
      assert.equal(decide({ all: permit }, without('principal', field)).outcome, 'deny', field);
    }
  });

  test('an address that is none, an action that nothing has, a service where an operator belongs', () => {
    const odd = { ...request, context: { ...request.context, address: 'nowhere' } };
    assert.equal(decide({ all: permit }, odd).outcome, 'deny');
    for (const action of ['alert.delete', '', 'read', '__proto__', 'constructor']) {
      assert.equal(decide({ all: permit }, { ...request, action }).outcome, 'deny', action);
    }
    const service = { kind: 'service', id: 'key_1', name: 'a', serviceKind: 'ingest_key' } as const;
    assert.equal(decide({ all: permit }, { ...request, principal: service }).outcome, 'deny');
  });

  /** Guard: `failed` in server/policies/cedar.ts. */
  test('a policy that fails: Cedar skips it, so a failing forbid would open the door', () => {
    const fails = 'context.hour + 9223372036854775807 > 0';
    const verdict = decide({
      all: permit,
      broken: `forbid (principal, action, resource) when { ${fails} };`,
    });
    assert.equal(verdict.outcome, 'deny');
    assert.match(verdict.problem ?? '', /overflow/);
    assert.equal(
      decide({ all: permit, broken: `permit (principal, action, resource) when { ${fails} };` }).outcome,
      'deny',
    );
  });

  test('policies that were never loaded, and an engine that throws', () => {
    assert.equal(createCedar(schemaText()).decide('current', request).outcome, 'deny');
    const { authority, standing } = createTestAuthority({ clock });
    knowOperator(standing, 'opr_1', 'owner');
    const down: Cedar = {
      ...cedar,
      decide: () => ({ outcome: 'deny', policies: [], problem: 'the engine is down' }),
    };
    const told: Decided[] = [];
    const inForce = builtInInForce(cedar.schema);
    const broken = createAuthority({ cedar: down, standing, inForce, environment: 'test', clock });
    broken.onDecided((decided) => told.push(decided));
    assert.equal(isAllowed(principalFor(authority, clock), 'alert.read'), true);
    assert.throws(() => authorize(principalFor(broken, clock), 'alert.read'), { code: 'forbidden' });
    assert.deepEqual(
      told.map(({ outcome, problem }) => [outcome, problem]),
      [['deny', 'the engine is down']],
    );
  });

  test('policies that do not parse are not loaded, and those before stay', () => {
    decide({ all: permit });
    assert.throws(() => cedar.load('current', { all: 'permit (' }));
    assert.equal(cedar.decide('current', request).outcome, 'allow');
  });
});

test('AZ-09: a step-up is offered only where a passkey would open the door', () => {
  const stale = {
    ...request,
    action: 'operator.update',
    context: { ...request.context, authenticationAgeSeconds: 301 },
  };
  const old = 'forbid (principal, action, resource) when { context.authenticationAgeSeconds > 300 };';
  assert.equal(decide({ all: permit, old }, stale).outcome, 'step_up');
  assert.equal(
    decide({ all: permit, old }, { ...stale, context: { ...stale.context, authenticationAgeSeconds: 300 } })
      .outcome,
    'allow',
  );
  assert.equal(decide({ old }, stale).outcome, 'deny');
  const enrol = { ...stale, principal: { ...request.principal, session: 'enrol' } } as DecisionRequest;
  assert.equal(decide({ all: permit, old }, enrol).outcome, 'deny', 'a recovery has no passkey to use');
});

test('the built-in policies fit the schema without mistakes or warnings', () => {
  const { documents } = builtInInForce(cedar.schema);
  assert.deepEqual(checkPolicies(cedar.schema, documents).verdict, { mistakes: [], warnings: [] });
});

test('two policies with one id, templates and too many policies are mistakes', () => {
  const check = (text: string) =>
    checkPolicies(cedar.schema, [{ name: 'a', text }]).verdict.mistakes.map(({ message }) => message);
  assert.match(check(`@id("x") ${permit} @id("x") ${permit}`)[0] ?? '', /same|Two policies/);
  assert.match(check('permit (principal == ?principal, action, resource);')[0] ?? '', /Templates/);
  assert.match(check(permit.repeat(201))[0] ?? '', /201 policies/);
});

test('AZ-07: an address is of the network it is written in, and of none where it is no address', () => {
  const networks = {
    ...{ '127.0.0.1': 'loopback', '::1': 'loopback', '10.1.2.3': 'private', '192.168.0.1': 'private' },
    ...{ 'fd00::1': 'private', 'fe80::1%eth0': 'private', '203.0.113.9': 'public', '2001:db8::1': 'public' },
    ...{ unknown: 'unknown', '': 'unknown', '127.0.0.1, 10.0.0.1': 'unknown' },
  };
  for (const [address, network] of Object.entries(networks)) {
    assert.equal(networkOf(address).network, network, address);
  }
  assert.equal(networkOf('nonsense').address, '0.0.0.0');
});

test('a service’s answer is kept for a second and no longer than the policies', () => {
  const { authority } = createTestAuthority({ clock });
  const service = { kind: 'service', id: 'key_1', name: 'key_1', serviceKind: 'ingest_key' } as const;
  const ask = () => authority.decideService(service, 'event.ship', '127.0.0.1').outcome;
  assert.equal(ask(), 'allow');
  const { documents } = authority.inForce();
  authority.replace({ version: 1, documents, policies: {} });
  assert.equal(ask(), 'deny');
});
