/** RC-03: steps cannot be skipped, repeated, or done by another: the state machine of ceremonies, driven at random. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import {
  type Authenticator,
  assertion,
  type BegunCeremony,
  BrowserDouble,
  newAuthenticator,
  register,
  tokenOf,
} from '../../test/fixtures/browser-double.ts';
import {
  createTestClock,
  type Installation,
  installEmpty,
} from '../../test/fixtures/identity-installation.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { type CeremonyPurpose, ceremonyLifetimeMs, createCeremonies } from './ceremonies.ts';

type Kind = 'setup' | 'sign_in' | 'step_up' | 'device' | 'enrol';
const kinds: Kind[] = ['setup', 'sign_in', 'step_up', 'device', 'enrol'];

const purposes: Record<Kind, CeremonyPurpose> = {
  setup: { type: 'setup', tokenSha256: '', name: '', userHandle: new Uint8Array() },
  sign_in: { type: 'sign_in' },
  step_up: { type: 'step_up', operatorId: 'opr_1', operation: 'device.add' },
  device: { type: 'device', operatorId: 'opr_1' },
  enrol: { type: 'enrol', operatorId: 'opr_1' },
};

/** Guards: each line of `take` in server/identity/ceremonies.ts. */
test('RC-03: a ceremony opens once, for its purpose, its browser, its key and its five minutes', () => {
  const begin = fc.record({
    act: fc.constant('begin' as const),
    kind: fc.constantFrom(...kinds),
    browser: fc.nat(1),
    key: fc.nat(1),
  });
  // Mostly what would succeed, with one thing changed.
  const take = fc.record({
    act: fc.constant('take' as const),
    which: fc.nat(9),
    other: fc.constantFrom('nothing', 'nothing', 'kind', 'browser', 'key'),
    kind: fc.constantFrom(...kinds),
  });
  const wait = fc.record({
    act: fc.constant('wait' as const),
    ms: fc.constantFrom(1, 60_000, ceremonyLifetimeMs),
  });
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 3, arbitrary: begin }, { weight: 4, arbitrary: take }, wait), {
        maxLength: 60,
      }),
      (steps) => {
        const clock = createTestClock(Date.UTC(2031, 0, 1));
        const ceremonies = createCeremonies({ clock });
        const binding = (step: { browser: number; key: number }) => ({
          browserToken: `b${step.browser}`,
          jkt: `k${step.key}`,
        });
        const known: {
          id: string;
          kind: Kind;
          browser: number;
          key: number;
          endsAt: number;
          spent: boolean;
        }[] = [];
        for (const step of steps) {
          if (step.act === 'wait') clock.advance(step.ms);
          else if (step.act === 'begin') {
            const id = ceremonies.begin(
              { challenge: 'c', purpose: purposes[step.kind] },
              binding(step),
              '192.0.2.1',
            );
            known.push({ id, ...step, endsAt: clock.now() + ceremonyLifetimeMs, spent: false });
          } else {
            const one = known[known.length - 1 - (step.which % Math.max(1, known.length))];
            if (one === undefined) continue;
            const asked = {
              kind: step.other === 'kind' ? step.kind : one.kind,
              browser: step.other === 'browser' ? 1 - one.browser : one.browser,
              key: step.other === 'key' ? 1 - one.key : one.key,
            };
            const isSame = asked.kind === one.kind && asked.browser === one.browser && asked.key === one.key;
            const taken = ceremonies.take(one.id, asked.kind, binding(asked));
            assert.equal(taken !== undefined, isSame && !one.spent && clock.now() < one.endsAt);
            one.spent = true;
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});

let database: TestDatabase;
before(async () => {
  database = await openTestDatabase();
});
after(() => database.close());

interface OpenCeremony {
  kind: Kind;
  begun: BegunCeremony;
  spent: boolean;
  /** Number of the session that it belongs to; 0 for strangers. */
  session: number;
}

/** What should be true; everything else is refused. */
interface Model {
  isSetUp: boolean;
  credentials: number;
  sessions: number;
  /** Numbers of the session and of the enrol-only session that are used now. */
  session: number;
  enrolment: number;
  open: OpenCeremony[];
}

interface Real {
  at: Installation;
  browser: BrowserDouble;
  link: string;
  /** Of the last sign-in, and of the last recovery. */
  token: string | undefined;
  enrolToken: string | undefined;
  codes: string[];
  enrolled: boolean;
  authenticator: Authenticator;
}

const isRegistration = (kind: Kind) => kind === 'setup' || kind === 'device' || kind === 'enrol';
const paths: Record<Kind, string> = {
  setup: '/api/setup',
  sign_in: '/api/sign-in',
  step_up: '/api/auth/step-up',
  device: '/api/devices',
  enrol: '/api/recovery/enrol',
};
const stepUpBody = { operation: 'device.add' };

async function countOf(table: string): Promise<number> {
  const { rows } = await database.db.execute(`select count(*)::int as n from ${table}`);
  return Number(rows[0]?.n);
}

async function holds(model: Model): Promise<void> {
  assert.equal(await countOf('operators'), model.isSetUp ? 1 : 0);
  assert.equal(await countOf('credentials'), model.credentials);
  assert.equal(await countOf('token_families'), model.sessions);
}

function tokenFor(kind: Kind, real: Real): string | undefined {
  if (kind === 'enrol') return real.enrolToken;
  return kind === 'step_up' || kind === 'device' ? real.token : undefined;
}

function sessionFor(kind: Kind, model: Model): number {
  if (kind === 'enrol') return model.enrolment;
  return kind === 'step_up' || kind === 'device' ? model.session : 0;
}

class Begin implements fc.AsyncCommand<Model, Real> {
  readonly kind: Kind;
  constructor(kind: Kind) {
    this.kind = kind;
  }
  check = () => true;
  toString = () => `begin ${this.kind}`;
  async run(model: Model, real: Real): Promise<void> {
    const { kind } = this;
    const token = tokenFor(kind, real);
    const needsToken = kind === 'step_up' || kind === 'device' || kind === 'enrol';
    const may =
      kind === 'setup'
        ? !model.isSetUp
        : !needsToken || (token !== undefined && !(kind === 'enrol' && real.enrolled));
    const setUp = { token: tokenOf(real.link), name: 'Ada' };
    const body = kind === 'setup' ? setUp : kind === 'step_up' ? stepUpBody : {};
    const answer = await real.browser.call(`${paths[kind]}/begin`, {
      body,
      ...(token === undefined ? {} : { token }),
    });
    assert.equal(answer.status === 200, may, `${this} ${answer.status}`);
    if (may)
      model.open.push({ kind, begun: await answer.json(), spent: false, session: sessionFor(kind, model) });
    await holds(model);
  }
}

class Finish implements fc.AsyncCommand<Model, Real> {
  readonly kind: Kind;
  readonly which: number;
  constructor(kind: Kind, which: number) {
    this.kind = kind;
    this.which = which;
  }
  check = (model: Readonly<Model>) => model.open.length > 0;
  toString = () => `finish ${this.kind} with ${this.which}`;
  async run(model: Model, real: Real): Promise<void> {
    const { kind } = this;
    const one = model.open[this.which % model.open.length];
    assert.ok(one);
    const token = tokenFor(kind, real);
    const needsToken = kind === 'step_up' || kind === 'device' || kind === 'enrol';
    // Without these nobody looks at the ceremony, so that it stays open.
    const isLookedAt =
      kind === 'setup'
        ? !model.isSetUp
        : !needsToken || (token !== undefined && !(kind === 'enrol' && real.enrolled));
    const fits = isLookedAt && one.kind === kind && !one.spent && one.session === sessionFor(kind, model);
    const authenticator = isRegistration(one.kind) ? newAuthenticator() : real.authenticator;
    const origin = real.at.publicUrl.origin;
    const canAssert = isRegistration(one.kind) || model.isSetUp;
    const response = isRegistration(one.kind)
      ? register(authenticator, origin, one.begun)
      : canAssert
        ? assertion(authenticator, origin, one.begun)
        : {};
    const body = { ceremonyId: one.begun.ceremonyId, response };
    const cookie = `__Host-Http-cer=${real.browser.cookies.get('__Host-Http-cer') ?? ceremonyCookie}`;
    ceremonyCookie = cookie.split('=')[1] ?? '';
    const answer = await real.browser.call(`${paths[kind]}/finish`, {
      body,
      headers: { cookie },
      ...(token === undefined ? {} : { token }),
    });
    assert.equal(answer.status === 200, fits && canAssert, `${this} of ${one.kind} ${answer.status}`);
    if (isLookedAt) one.spent = true;
    if (answer.status === 200) await this.#happened(model, real, authenticator, await answer.json());
    real.browser.cookies.set('__Host-Http-cer', ceremonyCookie);
    await holds(model);
  }

  async #happened(model: Model, real: Real, authenticator: Authenticator, grant: { accessToken?: string }) {
    const { kind } = this;
    if (kind === 'setup') model.isSetUp = true;
    if (isRegistration(kind)) model.credentials += 1;
    if (kind !== 'step_up' && kind !== 'device') {
      model.sessions += 1;
      model.session += 1;
    }
    if (kind !== 'device') real.token = grant.accessToken;
    if (isRegistration(kind)) real.authenticator = authenticator;
    if (kind === 'enrol') real.enrolled = true;
    if (kind !== 'setup') return;
    const codes = await real.browser.call('/api/recovery/codes', { body: {}, token: real.token ?? '' });
    real.codes = (await codes.json()).codes;
  }
}

class Redeem implements fc.AsyncCommand<Model, Real> {
  check = (model: Readonly<Model>) => model.isSetUp;
  toString = () => 'redeem';
  async run(model: Model, real: Real): Promise<void> {
    const code = real.codes.pop() ?? 'none';
    const answer = await real.browser.call('/api/recovery/redeem', { body: { code } });
    assert.equal(answer.status === 200, code !== 'none');
    if (answer.status === 200) {
      real.enrolToken = (await answer.json()).accessToken;
      real.enrolled = false;
      model.enrolment += 1;
    }
    await holds(model);
  }
}

/** The pre-sign-in cookie is cleared by each success; a person's next begin sets another, an attacker keeps it. */
let ceremonyCookie = '';

test('RC-03: in any order of any steps over HTTP, only a right next step changes anything', async () => {
  const command = fc.oneof(
    fc.constantFrom(...kinds).map((kind) => new Begin(kind)),
    fc.tuple(fc.constantFrom(...kinds), fc.nat(9)).map(([kind, which]) => new Finish(kind, which)),
    fc.constant(new Redeem()),
  );
  await fc.assert(
    fc.asyncProperty(fc.commands([command], { maxCommands: 25, size: '+1' }), async (commands) => {
      const at = await installEmpty(database);
      const browser = await BrowserDouble.open(at);
      ceremonyCookie = 'A'.repeat(43);
      browser.cookies.set('__Host-Http-cer', ceremonyCookie);
      const link = (await at.identity.createSetupLink()) ?? '';
      const start = () => ({
        model: { isSetUp: false, credentials: 0, sessions: 0, session: 0, enrolment: 0, open: [] },
        real: {
          at,
          browser,
          link,
          token: undefined,
          enrolToken: undefined,
          codes: [],
          enrolled: false,
          authenticator: newAuthenticator(),
        },
      });
      await fc.asyncModelRun(start, commands);
    }),
    { numRuns: 25 },
  );
});
