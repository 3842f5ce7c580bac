import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { io, type Socket } from 'socket.io-client';
import type { ConsoleFrame, ConsoleToServer, ServerToConsole } from '../../lib/contract/console.ts';
import { addPolicy, ask, join, owner, type Person } from '../../test/fixtures/people.ts';
import { createStandInCollector } from '../../test/fixtures/stand-in-collector.ts';
import { openTestDatabase, type TestDatabase } from '../../test/fixtures/test-database.ts';
import { createLog } from '../observe/log.ts';
import { type ConsoleStream, createConsoleStream } from './console-stream.ts';
import { createLiveView } from './live-view.ts';

type Client = Socket<ServerToConsole, ConsoleToServer>;

let database: TestDatabase;
const open: { close(): unknown }[] = [];
const clients: Client[] = [];
before(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect();
  for (const part of open.splice(0)) await part.close();
});
after(() => database.close());

interface World {
  ada: Person;
  grace: Person;
  connect(who: Person): Promise<{ client: Client; frames: ConsoleFrame[] }>;
  /** A tick of the stream, with something new in it. */
  tick(): void;
}

/** An owner, an analyst, and the real stream over the real identity. */
async function world(): Promise<World> {
  const ada = await owner(database);
  const grace = await join(ada, { role: 'analyst', clearance: 2 });
  const { identity, authority, alerts, publicUrl, clock } = ada.at;
  const collector = createStandInCollector();
  const settings = {
    mode: 'enforce' as const,
    modeByEndpoint: {},
    baseLimit: 100,
    sensitivity: 1.5,
    falseAlarmBudget: 2,
  };
  const detection = { current: () => settings };
  let beat = () => {};
  const stream: ConsoleStream = createConsoleStream({
    ...{ identity, authority, collector, alerts, detection, publicUrl, clock },
    liveView: createLiveView({ collector, alerts, detection, degraded: () => [] }),
    clientAddress: () => '127.0.0.1',
    timers: {
      every(_ms, work) {
        beat = work;
        return () => {};
      },
      after: () => () => {},
    },
    log: createLog({ level: 'silent' }),
  });
  const server = createServer();
  server.on('upgrade', stream.handleUpgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(stream, { close: () => server.close() });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  let requests = 0;
  return {
    ada,
    grace,
    connect: (who) => connect(who, address.port),
    tick() {
      requests += 1;
      collector.pulse({ points: [{ at: requests, requests, refused: 0, alerts: 0 }] });
      beat();
    },
  };
}

async function connect(who: Person, port: number): Promise<{ client: Client; frames: ConsoleFrame[] }> {
  const { browser, token, at } = who;
  browser.nonce = at.identity.currentNonce();
  const dpop = await browser.proofFor('/socket.io/', 'GET', token);
  const client: Client = io(`http://127.0.0.1:${port}/console`, {
    ...{ transports: ['websocket'], forceNew: true, reconnection: false },
    ...{ extraHeaders: { origin: at.publicUrl.origin }, auth: { token, dpop } },
  });
  clients.push(client);
  const frames: ConsoleFrame[] = [];
  client.on('frame', (frame) => frames.push(frame));
  await new Promise((resolve, reject) => {
    client.once('connect', () => resolve(undefined));
    client.once('connect_error', reject);
  });
  return { client, frames };
}

const watch = (client: Client, room: 'live' | 'alerts') => client.emitWithAck('watch', room);
const cut = (client: Client) => new Promise((resolve) => client.once('disconnect', resolve));

/** Everything that the server has sent so far has arrived when this is answered. */
const settle = (client: Client) => client.emitWithAck('unwatch', 'alerts');

const noAnalysts =
  'forbid (principal is Operator, action == Action::"room.watch", resource) when { principal.role == "analyst" };';

/** Guard: `recheckAll` in server/stream/console-stream.ts. */
test('WS-08, AZ-06: who loses the right to watch gets nothing more, from the moment of the change', async () => {
  const { ada, grace, connect, tick } = await world();
  // More than are looked at by the way in two ticks, so that the reader's turn would come too late.
  for (let each = 0; each < 40; each++) await connect(ada);
  const reader = await connect(grace);
  const stays = await connect(ada);
  for (const { client } of [reader, stays]) assert.equal(await watch(client, 'live'), 'ok');
  tick();
  await settle(reader.client);
  const before = reader.frames.length;
  assert.ok(before >= 2, 'a snapshot and a delta');
  assert.equal((await addPolicy(ada, noAnalysts)).status, 201);
  tick();
  await settle(reader.client);
  await settle(stays.client);
  assert.equal(reader.frames.length, before);
  assert.ok(stays.frames.length > 2);
  assert.equal(await watch(reader.client, 'live'), 'forbidden');
  assert.equal(await watch(reader.client, 'alerts'), 'forbidden');
  const { json } = await ask(ada, 'GET', '/api/policies');
  const basedOn = Number(Object(json.current).version);
  await ask(ada, 'POST', '/api/policies/restore', { version: 0, comment: 'back', basedOn });
  assert.equal(await watch(reader.client, 'live'), 'ok');
});

/** Guard: `isAllowed` in `onRoom` of server/stream/console-socket.ts. */
test('WS-04: each event asks the policies anew, also if nobody told the socket', async () => {
  const { grace, connect } = await world();
  const { client } = await connect(grace);
  assert.equal(await watch(client, 'live'), 'ok');
  const known = grace.at.standing.of(grace.id);
  assert.ok(known !== undefined);
  // Behind the back of the listeners, as a lost push would be.
  Object.assign(known, { clearance: 0 });
  assert.equal(await watch(client, 'live'), 'forbidden');
});

test('WS-08: a demotion, a risk that rises and a challenge reach an open socket', async () => {
  const { ada, grace, connect, tick } = await world();
  const { client, frames } = await connect(grace);
  const gets = async () => {
    await watch(client, 'live');
    const before = frames.length;
    return async () => {
      tick();
      await settle(client);
      return frames.length - before;
    };
  };
  const lowered = await gets();
  await ask(ada, 'PATCH', `/api/operators/${grace.id}`, { clearance: 0 });
  assert.equal(await lowered(), 0);
  await ask(ada, 'PATCH', `/api/operators/${grace.id}`, { clearance: 2 });

  await addPolicy(
    ada,
    'forbid (principal is Operator, action == Action::"room.watch", resource) when { principal.risk >= 50 };',
  );
  const risky = await gets();
  grace.at.standing.setRisks(new Map([[grace.id, 60]]));
  assert.equal(await risky(), 0);
  grace.at.standing.setRisks(new Map());

  const challenged = await gets();
  const { familyId } = await grace.at.identity.authenticate(
    new Request(grace.browser.url('/api/me'), {
      headers: {
        authorization: `DPoP ${grace.token}`,
        dpop: await grace.browser.proofFor('/api/me', 'GET', grace.token),
      },
    }),
    '127.0.0.1',
  );
  grace.at.standing.challenge(familyId, grace.at.clock.now() + 1);
  assert.equal(await challenged(), 0);
});

/** Guard: `standing.changed` and `followRevocation` in server/policies/operator-administration.ts. */
test('RV-06, WS-05: who is disabled is cut off, with every socket', async (t: TestContext) => {
  const { ada, grace, connect } = await world();
  const sockets = await Promise.all(
    [connect(grace), connect(grace)].map(async (each) => (await each).client),
  );
  const stays = await connect(ada);
  const cuts = sockets.map(cut);
  const clickedAt = performance.now();
  const answer = ask(ada, 'POST', `/api/operators/${grace.id}/disable`);
  await Promise.all(cuts);
  t.diagnostic(`from the click to the cut: ${(performance.now() - clickedAt).toFixed(0)} ms`);
  assert.equal((await answer).status, 200);
  assert.equal(stays.client.connected, true);
});

test('WS-05: a session that an alert answers by itself is cut off with its socket', async (t: TestContext) => {
  const { grace, connect } = await world();
  const { client } = await connect(grace);
  const isCut = cut(client);
  const call = (agent: string) =>
    grace.browser.call('/api/me', { token: grace.token, headers: { 'user-agent': agent } });
  for (const agent of ['Firefox', 'curl']) await call(agent);
  const replayedAt = performance.now();
  await call('Firefox');
  await isCut;
  t.diagnostic(`from the replay to the cut: ${(performance.now() - replayedAt).toFixed(0)} ms`);
});

/** Guard: `recheckSome` in server/stream/console-stream.ts. */
test('WS-08: what a socket may watch is asked again as time passes, without any change', async () => {
  const { ada, grace, connect, tick } = await world();
  const { client, frames } = await connect(grace);
  const night = `forbid (principal is Operator, action == Action::"room.watch", resource) when { principal.role == "analyst" && context.authenticationAgeSeconds > 60 };`;
  assert.equal((await addPolicy(ada, night)).status, 201);
  await watch(client, 'live');
  grace.at.clock.advance(61_000);
  tick();
  await settle(client);
  const before = frames.length;
  tick();
  await settle(client);
  assert.equal(frames.length, before);
});
