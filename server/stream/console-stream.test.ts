import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, Socket as TcpSocket } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import type {
  AlertSummary,
  ConsoleFrame,
  ConsoleToServer,
  ServerToConsole,
} from '../../lib/contract/console.ts';
import { createTestAuthority, knowOperator, principalFor } from '../../test/fixtures/authority.ts';
import { createStandInCollector, madeFinding, madeThrottle } from '../../test/fixtures/stand-in-collector.ts';
import { AppError } from '../http/app-error.ts';
import type { Principal } from '../identity/principal.ts';
import { createLog } from '../observe/log.ts';
import { connectionsPerAddressMax } from './connection-caps.ts';
import { type ConsoleStream, type ConsoleStreamDeps, createConsoleStream } from './console-stream.ts';
import { createLiveView } from './live-view.ts';

type Client = Socket<ServerToConsole, ConsoleToServer>;

const clock = { at: 1_800_000_000_000, now: () => clock.at };
const { authority, standing } = createTestAuthority({ clock });
knowOperator(standing, 'opr_1', 'owner');
const revoked = new Set<string>();
const endListeners = new Set<() => void>();
const alertListeners = new Set<(changed: AlertSummary[]) => void>();
const collector = createStandInCollector();
const server = createServer((_request, response) => response.writeHead(404).end());
let tick = () => {};
/** What the stream put off, with how long. */
let putOff: { delayMs: number; work: () => void }[] = [];
let stream: ConsoleStream;
let origin = '';
const clients: Client[] = [];

/** Tokens are `<family>.<expiresAt>`; the proof must be `proof`, and to renew, the socket's nonce. */
function principalOf(token: string) {
  const [familyId = '', expiresAt] = token.split('.');
  if (!familyId.startsWith('fam_') || revoked.has(familyId)) throw new AppError('token_revoked');
  const ids = { familyId, tokenId: token, expiresAt: Number(expiresAt), transport: 'socket' as const };
  return principalFor(authority, clock, ids);
}

let nonces = 0;
const identity: ConsoleStreamDeps['identity'] = {
  async authenticateSocket({ token, dpop }: { token: string; dpop: string }) {
    if (dpop !== 'proof') throw new AppError('invalid_dpop_proof', { headers: { 'dpop-nonce': 'fresh' } });
    return principalOf(token);
  },
  createSocketNonce: () => `nonce-${++nonces}`,
  async renewSocket(current: Principal, auth: { token: string; dpop: string; nonce: string }) {
    if (auth.dpop !== auth.nonce) throw new AppError('invalid_dpop_proof');
    const renewed = principalOf(auth.token);
    if (renewed.familyId !== current.familyId) throw new AppError('forbidden');
    return renewed;
  },
  checkSocketEvent(principal: Principal) {
    if (principal.expiresAt <= clock.now()) throw new AppError('token_expired');
    if (revoked.has(principal.familyId)) throw new AppError('token_revoked');
  },
  onSessionEnded(listener) {
    const tell = () => listener({ kind: 'family', subject: '', at: clock.at, expiresAt: clock.at });
    endListeners.add(tell);
    return () => endListeners.delete(tell);
  },
  onNotice: () => () => {},
};

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  origin = `http://localhost:${address.port}`;
  const alerts = {
    totals: async () => ({ openAlerts: 1, newAlerts: 1 }),
    onChanged(listener: (changed: AlertSummary[]) => void) {
      alertListeners.add(listener);
      return () => alertListeners.delete(listener);
    },
  };
  const settings = {
    mode: 'enforce' as const,
    modeByEndpoint: {},
    baseLimit: 100,
    sensitivity: 1.5,
    falseAlarmBudget: 2,
  };
  const detection = { current: () => settings };
  stream = createConsoleStream({
    identity,
    authority,
    collector,
    alerts,
    detection,
    liveView: createLiveView({ collector, alerts, detection, degraded: () => [] }),
    publicUrl: new URL(origin),
    clientAddress: (address) => address ?? 'unknown',
    clock,
    timers: {
      every: (_ms, work) => {
        tick = work;
        return () => {};
      },
      after: (delayMs, work) => {
        putOff.push({ delayMs, work });
        return () => {};
      },
    },
    log: createLog({ level: 'silent' }),
  });
  server.on('upgrade', (request, socket, head) => stream.handleUpgrade(request, socket, head));
});
afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});
after(async () => {
  await stream.close();
  server.closeAllConnections();
  server.close();
});

/** The arguments of the client's next such event. */
const happens = (client: Client, event: string): Promise<unknown[]> =>
  new Promise((resolve) => {
    Reflect.apply(client.once, client, [event, (...args: unknown[]) => resolve(args)]);
  });

let families = 0;
const newToken = (lifeMs = 900_000) => `fam_${++families}.${clock.at + lifeMs}`;

function open(
  auth: object,
  {
    namespace = '/console',
    ...options
  }: Partial<ManagerOptions & SocketOptions> & { namespace?: string } = {},
): Client {
  const client: Client = io(`${origin}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { origin },
    auth,
    ...options,
  });
  clients.push(client);
  return client;
}

async function signIn(token = newToken()): Promise<{ client: Client; nonce: () => string }> {
  const client = open({ token, dpop: 'proof' });
  let nonce = '';
  client.on('nonce', (fresh) => {
    nonce = fresh;
  });
  await happens(client, 'connect');
  while (nonce === '') await happens(client, 'nonce');
  return { client, nonce: () => nonce };
}

/** Why the server would not let this client in. */
async function refusalOf(client: Client): Promise<string> {
  const outcome = await Promise.race([
    happens(client, 'connect').then(() => 'connected'),
    happens(client, 'connect_error').then(([error]) => (error instanceof Error ? error.message : 'unknown')),
  ]);
  return outcome;
}

const ask = (client: Client, event: string, ...args: unknown[]): Promise<unknown> =>
  Reflect.apply(client.emitWithAck, client, [event, ...args]);

/** Does what was put off. @returns how long it would have waited, ms */
function runPutOff(): number[] {
  const due = putOff;
  putOff = [];
  for (const { work } of due) work();
  return due.map(({ delayMs }) => delayMs);
}

function nextFrame(client: Client, after: () => void): Promise<ConsoleFrame> {
  return new Promise((resolve) => {
    client.once('frame', resolve);
    after();
  });
}

test('WS-02: a handshake without token, with a bad proof or with a revoked token is refused', async () => {
  revoked.add('fam_gone');
  assert.equal(await refusalOf(open({})), 'unauthenticated');
  assert.equal(await refusalOf(open({ token: newToken(), dpop: 'other' })), 'invalid_dpop_proof');
  assert.equal(await refusalOf(open({ token: `fam_gone.${clock.at + 1}`, dpop: 'proof' })), 'token_revoked');
  assert.equal(await refusalOf(open({ token: 'x'.repeat(5_000), dpop: 'proof' })), 'unauthenticated');
  assert.equal(
    await refusalOf(open({}, { query: { token: newToken(), dpop: 'proof' } })),
    'unauthenticated',
    'a token in the URL counts for nothing',
  );
});

test('WS-03: every namespace but /console is closed, with a good token too', async () => {
  const auth = { token: newToken(), dpop: 'proof' };
  assert.equal(await refusalOf(open(auth, { namespace: '/' })), 'not_found');
  assert.equal(await refusalOf(open(auth, { namespace: '/admin' })), 'Invalid namespace');
});

test('WS-01: another origin, none, null or a look-alike cannot open a socket', async () => {
  const auth = { token: newToken(), dpop: 'proof' };
  for (const other of [
    'https://evil.example',
    'null',
    `${origin}.evil.example`,
    origin.replace('localhost', '127.0.0.1'),
  ]) {
    assert.equal(await refusalOf(open(auth, { extraHeaders: { origin: other } })), 'websocket error', other);
  }
  assert.equal(await refusalOf(open(auth, { extraHeaders: {} })), 'websocket error');
});

/** Guard: `connection_error` in server/stream/console-stream.ts; the library's own answer has no header at all. */
test('WS-01, SE-07: a refused handshake is a problem like any other, with its headers', async () => {
  const client = connect(Number(new URL(origin).port), '127.0.0.1');
  client.write(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  let answer = '';
  for await (const chunk of client) answer += chunk;
  assert.match(answer, /^HTTP\/1\.1 403 /);
  assert.match(answer, /x-content-type-options: nosniff/);
  assert.match(answer, /"code":"origin_refused"/);
});

test('WS-11: long polling is not spoken', async () => {
  const client = open({ token: newToken(), dpop: 'proof' }, { transports: ['polling'], timeout: 500 });
  assert.notEqual(await refusalOf(client), 'connected');
});

test('watching live gives a snapshot, then deltas with the next numbers', async () => {
  const { client } = await signIn();
  const snapshot = await nextFrame(client, () => void ask(client, 'watch', 'live'));
  assert.equal(snapshot.type, 'snapshot');
  const point = { at: clock.at, requests: 5, refused: 1, alerts: 0 };
  const delta = await nextFrame(client, () => {
    collector.pulse({ points: [{ ...point, requests: 1 }] });
    collector.pulse({ points: [point], eventsTotal: 11 });
    tick();
  });
  assert.equal(delta.type, 'delta');
  assert.equal(delta.seq, snapshot.seq + 1);
  assert.deepEqual(
    delta.room === 'live' && delta.type === 'delta' && delta.data.points,
    [point],
    'one point, the newest',
  );
});

test('WS-08: nothing is sent to a room that is not watched, and nothing twice', async () => {
  const { client } = await signIn();
  const seen: ConsoleFrame[] = [];
  client.on('frame', (frame) => seen.push(frame));
  collector.pulse({ points: [{ at: 1, requests: 1, refused: 0, alerts: 0 }] });
  tick();
  await ask(client, 'watch', 'alerts');
  const { evidence, exampleEvents, ...summary } = madeFinding();
  const alert: AlertSummary = { ...summary, status: 'open', owasp: 'API4:2023' };
  const frame = await nextFrame(client, () => {
    for (const listener of alertListeners) listener([alert, { ...alert, requestCount: 999 }]);
    collector.pulse({ points: [{ at: 2, requests: 1, refused: 0, alerts: 0 }] });
    tick();
    tick();
    runPutOff();
  });
  assert.equal(frame.room === 'alerts' && frame.data.changed.length, 1);
  await ask(client, 'unwatch', 'alerts');
  assert.equal(seen.length, 1);
});

test('an alert is told at once, and the alerts after it once in a tick, together', async () => {
  const { client } = await signIn();
  await ask(client, 'watch', 'alerts');
  clock.at += 1_000;
  const { evidence, exampleEvents, ...summary } = madeFinding();
  const raise = (id: string) => {
    for (const listener of alertListeners) listener([{ ...summary, id, status: 'open', owasp: 'API4:2023' }]);
  };
  await nextFrame(client, () => {
    raise('alr_first');
    assert.deepEqual(runPutOff(), [0]);
  });
  clock.at += 30;
  const next = await nextFrame(client, () => {
    raise('alr_second');
    raise('alr_third');
    assert.deepEqual(runPutOff(), [70]);
  });
  assert.deepEqual(next.room === 'alerts' && next.data.changed.map(({ id }) => id), [
    'alr_second',
    'alr_third',
  ]);
  clock.at -= 3_600_000;
  raise('alr_fourth');
  assert.deepEqual(runPutOff(), [100], 'a clock that is put back holds nothing up');
  clock.at += 3_600_000;
});

test('throttles reach the page within the second', async () => {
  const { client } = await signIn();
  await nextFrame(client, () => void ask(client, 'watch', 'live'));
  collector.standingThrottles = [madeThrottle()];
  const frame = await nextFrame(client, () => {
    collector.pulse({
      changes: { throttlesSet: [madeThrottle()], throttlesRemoved: [], findings: [] },
    });
    clock.at += 1_000;
    tick();
  });
  assert.equal(frame.room === 'live' && frame.data.throttles?.length, 1);
});

test('WS-05: a session that ends cuts its sockets at once, and only those', async () => {
  const { client: first } = await signIn(`fam_a.${clock.at + 900_000}`);
  const { client: second } = await signIn(`fam_b.${clock.at + 900_000}`);
  const cut = happens(first, 'disconnect');
  revoked.add('fam_a');
  for (const listener of endListeners) listener();
  assert.equal((await cut)[0], 'io server disconnect');
  assert.equal(await ask(second, 'watch', 'live'), 'ok');
});

test('WS-04: an event after a revocation is refused even if nobody told us of it', async () => {
  const { client } = await signIn(`fam_c.${clock.at + 900_000}`);
  revoked.add('fam_c');
  const cut = happens(client, 'disconnect');
  void ask(client, 'watch', 'live').catch(() => {});
  await cut;
});

test('WS-07: a socket ends with its token, unless the same session renews it with its nonce', async () => {
  const short = await signIn(`fam_d.${clock.at + 1_000}`);
  const kept = await signIn(`fam_e.${clock.at + 1_000}`);
  const used = kept.nonce();
  const fresh = happens(kept.client, 'nonce');
  assert.equal(await ask(kept.client, 'renew', { token: `fam_e.${clock.at + 900_000}`, dpop: used }), 'ok');
  await fresh;
  assert.notEqual(kept.nonce(), used);
  assert.equal(
    await ask(kept.client, 'renew', { token: `fam_e.${clock.at + 900_000}`, dpop: used }),
    'invalid_dpop_proof',
    'a nonce works once',
  );
  const cut = happens(short.client, 'disconnect');
  clock.at += 1_000;
  tick();
  await cut;
  assert.equal(await ask(kept.client, 'watch', 'live'), 'ok');
});

test("WS-07: another session's token on a socket ends the socket", async () => {
  const { client, nonce } = await signIn();
  const cut = happens(client, 'disconnect');
  void ask(client, 'renew', { token: newToken(), dpop: nonce() }).catch(() => {});
  await cut;
});

test('WS-08, WS-09, WS-11: wrong rooms, types and events are refused and change nothing', async () => {
  const { client } = await signIn();
  for (const room of ['admin', '', 1, null, { toString: 'live' }, ['live'], Buffer.from('live')]) {
    assert.equal(await ask(client, 'watch', room), 'invalid_request');
  }
  assert.equal(await ask(client, 'alert.acknowledge', 'alr_1'), 'invalid_request');
  assert.equal(
    await ask(client, 'renew', { token: 'x', dpop: 'y', __proto__: null, extra: 1 }),
    'invalid_request',
  );
  assert.equal(await ask(client, 'watch', 'live'), 'ok');
});

test('WS-09, WS-10: a flood of events is refused, then cut; a huge message is cut at once', async () => {
  const { client } = await signIn();
  const answers: unknown[] = [];
  const cut = happens(client, 'disconnect');
  for (let sent = 0; sent < 1_000; sent++) {
    Reflect.apply(client.emit, client, ['unwatch', 'live', (answer: unknown) => answers.push(answer)]);
  }
  await cut;
  assert.ok(answers.includes('rate_limited'));
  assert.ok(answers.filter((answer) => answer === 'ok').length <= 25);

  for (const bytes of [70_000, 2_000_000]) {
    const { client: loud } = await signIn();
    const cutToo = happens(loud, 'disconnect');
    Reflect.apply(loud.emit, loud, ['watch', 'x'.repeat(bytes)]);
    await cutToo;
  }
});

test('WS-10: one address cannot hold more than its share of connections', async () => {
  const sockets = Array.from({ length: connectionsPerAddressMax + 5 }, () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write(
      'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n' +
        `origin: ${origin}\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`,
    );
    return socket;
  });
  const statuses = await Promise.all(
    sockets.map(async (socket) => String((await once(socket, 'data'))[0]).slice(9, 12)),
  );
  for (const socket of sockets) socket.destroy();
  assert.ok(statuses.filter((status) => status === '429').length >= 5);
  assert.ok(statuses.filter((status) => status === '101').length <= connectionsPerAddressMax);
});

test('WS-10: a connection that names no namespace is cut after five seconds', {
  timeout: 20_000,
}, async () => {
  const headers = `host: localhost\r\norigin: ${origin}\r\nupgrade: websocket\r\nconnection: upgrade\r\n`;
  const key = `sec-websocket-version: 13\r\nsec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\n`;
  const silent = connect(Number(new URL(origin).port), '127.0.0.1');
  silent.write(`GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n${headers}${key}\r\n`);
  const openedAt = performance.now();
  // A frame of closing; a peer that does not answer it is dropped by the WebSocket library half a minute later.
  for await (const chunk of silent) if (chunk[0] === 0x88) break;
  const tookMs = performance.now() - openedAt;
  assert.ok(tookMs > 4_000 && tookMs < 15_000, `${tookMs} ms`);
});

test('WS-10: a reader that stops reading costs no memory, and starts from a snapshot when it reads again', async () => {
  const { client } = await signIn();
  await nextFrame(client, () => void ask(client, 'watch', 'live'));
  const frames: ConsoleFrame[] = [];
  client.on('frame', (frame) => frames.push(frame));
  // The client's own TCP socket, found where the WebSocket library keeps it.
  const raw: unknown = Reflect.get(Reflect.get(Reflect.get(client.io.engine, 'transport'), 'ws'), '_socket');
  assert.ok(raw instanceof TcpSocket);
  raw.pause();
  const points = Array.from({ length: 900 }, (_, at) => ({ at, requests: 1, refused: 0, alerts: 0 }));
  const rssBefore = process.memoryUsage().arrayBuffers;
  for (let sent = 0; sent < 2_000; sent++) {
    collector.pulse({ points, eventsTotal: sent });
    tick();
    await new Promise(setImmediate);
  }
  const grown = process.memoryUsage().arrayBuffers - rssBefore;
  assert.ok(grown < 20_000_000, `buffers grew by ${grown} bytes; all frames would be 100 MB`);
  raw.resume();
  while (!frames.some((frame) => frame.type === 'snapshot')) {
    tick();
    await new Promise(setImmediate);
  }
  assert.ok(frames.length < 1_900, `${frames.length} of 2000 frames were sent`);
});
