/** The console's socket with the real identity behind it: what a session may do, and where it ends. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { generateProof } from 'dpop';
import { io, type Socket } from 'socket.io-client';
import type { ConsoleToServer, ServerToConsole } from '../../lib/contract/console.ts';
import {
  type Authenticator,
  BrowserDouble,
  type Grant,
  grantOf,
  newAuthenticator,
} from '../../test/fixtures/browser-double.ts';
import { type Installation, installEmpty } from '../../test/fixtures/identity-installation.ts';
import { createStandInCollector } from '../../test/fixtures/stand-in-collector.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { createLog } from '../observe/log.ts';
import { createAlerts } from '../storage/alerts.ts';
import { type ConsoleStream, createConsoleStream } from './console-stream.ts';
import { createLiveView } from './live-view.ts';

type Client = Socket<ServerToConsole, ConsoleToServer>;

const server = createServer();
const authenticator: Authenticator = newAuthenticator();
const clients: Client[] = [];
let database: TestDatabase;
let installation: Installation;
let stream: ConsoleStream;
let tick = () => {};
let port = 0;

before(async () => {
  database = await openTestDatabase();
  installation = await installEmpty(database);
  const { identity, authority, clock, publicUrl } = installation;
  const collector = createStandInCollector();
  const alerts = createAlerts({ database, clock });
  const settings = {
    mode: 'enforce' as const,
    modeByEndpoint: {},
    baseLimit: 100,
    sensitivity: 1.5,
    falseAlarmBudget: 2,
  };
  const detection = { current: () => settings };
  stream = createConsoleStream({
    ...{ identity, authority, collector, alerts, detection, publicUrl, clock },
    liveView: createLiveView({ collector, alerts, detection, degraded: () => [] }),
    clientAddress: () => '127.0.0.1',
    timers: {
      every(_intervalMs, work) {
        tick = work;
        return () => {};
      },
      after: () => () => {},
    },
    log: createLog({ level: 'silent' }),
  });
  server.on('upgrade', stream.handleUpgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  port = address.port;
  const link = await identity.createSetupLink();
  await (await BrowserDouble.open(installation)).setUp(link ?? '', authenticator);
});
afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});
after(async () => {
  await stream.close();
  server.close();
  await installation.close();
  await database.close();
});

async function signIn(): Promise<{ browser: BrowserDouble; grant: Grant }> {
  const browser = await BrowserDouble.open(installation);
  return { browser, grant: await browser.signIn(authenticator) };
}

const authOf = async (browser: BrowserDouble, { accessToken }: Grant) => ({
  token: accessToken,
  dpop: await browser.proofFor('/socket.io/', 'GET', accessToken),
});

interface Opened {
  client: Client;
  /** `connected`, or why not. */
  outcome: string;
  nonce: () => string;
}

async function open(auth: object): Promise<Opened> {
  const client: Client = io(`http://127.0.0.1:${port}/console`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { origin: installation.publicUrl.origin },
    auth,
  });
  clients.push(client);
  let nonce = '';
  const told = new Promise<string>((resolve) => {
    client.on('nonce', (fresh) => {
      nonce = fresh;
      resolve('connected');
    });
    client.on('connect_error', (error) => resolve(error.message));
  });
  return { client, outcome: await told, nonce: () => nonce };
}

const isCut = (client: Client): Promise<void> =>
  new Promise((resolve) => {
    client.once('disconnect', () => resolve());
  });

const renewal = async ({
  browser,
  grant,
  nonce,
}: {
  browser: BrowserDouble;
  grant: Grant;
  nonce: string;
}) => ({
  token: grant.accessToken,
  dpop: await generateProof(browser.keys, browser.url('/socket.io/'), 'GET', nonce, grant.accessToken),
});

test('WS-02: a session opens a socket with a proof, and the same proof opens no second one', async () => {
  const { browser, grant } = await signIn();
  const auth = await authOf(browser, grant);
  assert.equal((await open(auth)).outcome, 'connected');
  assert.equal((await open(auth)).outcome, 'invalid_dpop_proof');
  const otherPlace = await browser.proofFor('/api/live', 'GET', grant.accessToken);
  assert.equal((await open({ token: grant.accessToken, dpop: otherPlace })).outcome, 'invalid_dpop_proof');
  const thief = await BrowserDouble.open(installation);
  thief.nonce = browser.nonce;
  assert.equal((await open(await authOf(thief, grant))).outcome, 'invalid_dpop_proof');
});

test('WS-05, WS-06: signing out cuts the socket of this session and of no other', async () => {
  const [leaving, staying] = [await signIn(), await signIn()];
  const left = await open(await authOf(leaving.browser, leaving.grant));
  const stayed = await open(await authOf(staying.browser, staying.grant));
  const cut = isCut(left.client);
  const answer = await leaving.browser.call('/api/session/sign-out', {
    body: {},
    token: leaving.grant.accessToken,
  });
  assert.equal(answer.status, 204);
  await cut;
  assert.equal(await stayed.client.emitWithAck('watch', 'live'), 'ok');
  assert.equal((await open(await authOf(leaving.browser, leaving.grant))).outcome, 'token_revoked');
});

test('WS-06: a connection that broke does not come back without a new proof, revoked or not', async () => {
  for (const isRevoked of [false, true]) {
    const { browser, grant } = await signIn();
    const { client } = await open(await authOf(browser, grant));
    assert.equal(await client.emitWithAck('watch', 'live'), 'ok');
    if (isRevoked) {
      // Nobody is told, as if this had happened while the line was down.
      client.io.engine.close();
      await browser.call('/api/session/sign-out', { body: {}, token: grant.accessToken });
    }
    const refused = new Promise<string>((resolve) => {
      client.once('connect_error', (error) => resolve(error.message));
      client.once('connect', () => resolve(`connected, recovered: ${client.recovered}`));
    });
    client.io.engine.close();
    // The client offers what it remembers of its session, with the same proof as before.
    client.connect();
    assert.equal(await refused, isRevoked ? 'token_revoked' : 'invalid_dpop_proof');
  }
});

test('WS-07: a refreshed token renews its socket; without renewal the socket ends with its token', async () => {
  const [renewing, lazy] = [await signIn(), await signIn()];
  const kept = await open(await authOf(renewing.browser, renewing.grant));
  const lost = await open(await authOf(lazy.browser, lazy.grant));
  installation.clock.advance(10 * 60 * 1000);
  const grant = await grantOf(await renewing.browser.refresh());
  const auth = await renewal({ browser: renewing.browser, grant, nonce: kept.nonce() });
  assert.equal(await kept.client.emitWithAck('renew', auth), 'ok');
  const cut = isCut(lost.client);
  installation.clock.advance(6 * 60 * 1000);
  tick();
  await cut;
  assert.equal(await kept.client.emitWithAck('watch', 'live'), 'ok');
});

test("another session's token renews nothing and ends the socket", async () => {
  const [own, other] = [await signIn(), await signIn()];
  const socket = await open(await authOf(own.browser, own.grant));
  const cut = isCut(socket.client);
  socket.client.emit('renew', await renewal({ ...other, nonce: socket.nonce() }), () => {});
  await cut;
});

/** Guard: `tellOthers` in console-stream.ts. */
test('DV-01: a passkey that is added shows at once in the other sessions of its owner, and in no other', async () => {
  const [adding, other] = [await signIn(), await signIn()];
  const own = await open(await authOf(adding.browser, adding.grant));
  const elsewhere = await open(await authOf(other.browser, other.grant));
  const heard: string[] = [];
  own.client.on('notice', ({ what }) => heard.push(what));
  const told = new Promise<{ what: string; subject: string }>((resolve) => {
    elsewhere.client.once('notice', resolve);
  });
  const added = await adding.browser.addDevice(newAuthenticator(), adding.grant.accessToken, 'Spare key');
  assert.equal(added.status, 200);
  const { what, subject } = await told;
  assert.deepEqual({ what, subject }, { what: 'device_added', subject: 'Spare key' });
  assert.equal(await own.client.emitWithAck('watch', 'live'), 'ok');
  assert.deepEqual(heard, []);
});
