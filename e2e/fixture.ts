/**
 * What every end-to-end test stands on: the real server with its production build, in a folder and on a port of its
 * own, and a real browser with a virtual passkey. Nothing here sleeps; everything waits for a condition.
 */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright';
import { createLog } from '../server/observe/log.ts';
import { type Database, openDatabase } from '../server/storage/database.ts';
import { auditEntries, tokenFamilies } from '../server/storage/schema.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A key that is valid from the first start, so that a test can send events before anyone has signed in. */
export const ingestKey = 'e2e-ingest-key-0123456789abcdef0123456789';

/** The server makes its database on the first start; slow machines take their time. */
const readyMsMax = 90_000;

export interface Tidegate {
  url: string;
  /** Its folder, to be read or written while it is paused. */
  dataDir: string;
  /** The one-time link that the first start prints. */
  setupLink: string;
  /** All that the process has written to its terminal since it was last started. */
  said: () => string;
  send: (events: readonly object[]) => Promise<void>;
  /** Ends the process and leaves its folder. */
  pause: () => Promise<void>;
  /** Starts it again on the same port and folder. */
  resume: () => Promise<void>;
  /** Starts it again with every sign-in an hour old: what is dangerous asks for the passkey. Reload pages after it. */
  ageSignIns: () => Promise<void>;
  /** Starts it again with one entry of its audit log changed behind its back. */
  forgeAudit: (seq: number) => Promise<void>;
  stop: () => Promise<void>;
}

export async function startTidegate(): Promise<Tidegate> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tidegate-e2e-'));
  let server = launchServer({ port, url, dataDir });
  let output = collect(server);
  const setupLink = await output.find(/http\S+\/setup#token=\S+/);
  await untilReady(url, output);
  async function pause(): Promise<void> {
    const closed = once(server, 'exit');
    server.kill('SIGTERM');
    await closed;
  }
  async function resume(): Promise<void> {
    server = launchServer({ port, url, dataDir });
    output = collect(server);
    await untilReady(url, output);
  }
  /** Time cannot be waited for, and a server that believes another clock would not be the real one. */
  async function behindItsBack(change: (database: Database) => PromiseLike<unknown>): Promise<void> {
    await pause();
    const database = await openDatabase({ dataDir, log: createLog({ level: 'error' }) });
    await change(database);
    await database.close();
    await resume();
  }
  return {
    url,
    dataDir,
    setupLink,
    said: () => output.text(),
    send: (events) => sendEvents(url, ingestKey, events),
    pause,
    resume,
    ageSignIns: () =>
      behindItsBack(({ db }) => db.update(tokenFamilies).set({ authenticatedAt: Date.now() - 3_600_000 })),
    forgeAudit: (seq) =>
      behindItsBack(async ({ db }) => {
        await db.execute('alter table audit_entries disable trigger user');
        await db.update(auditEntries).set({ actor: 'somebody else' }).where(eq(auditEntries.seq, seq));
        await db.execute('alter table audit_entries enable trigger user');
      }),
    async stop() {
      if (server.exitCode === null) await pause();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function launchServer(place: { port: number; url: string; dataDir: string }): ChildProcess {
  return spawn(process.execPath, ['server/main.ts'], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      PORT: String(place.port),
      PUBLIC_URL: place.url,
      TIDEGATE_DATA: place.dataDir,
      TIDEGATE_INGEST_KEY: ingestKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What the server has said so far, for finding things in it and for telling why it died. */
function collect(server: ChildProcess) {
  let text = '';
  const waiting = new Set<() => void>();
  const add = (chunk: Buffer) => {
    text += chunk.toString();
    for (const check of waiting) check();
  };
  server.stdout?.on('data', add);
  server.stderr?.on('data', add);
  return {
    text: () => text,
    find: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const check = () => {
          const found = text.match(pattern)?.[0];
          if (found !== undefined) resolve(found);
        };
        server.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${text}`)));
        waiting.add(check);
        check();
      }),
  };
}

async function untilReady(url: string, output: { text: () => string }): Promise<void> {
  const deadline = Date.now() + readyMsMax;
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    // The answer is the condition; the pause only keeps the question from eating the processor.
    await wait(100);
  }
  throw new Error(`not ready after ${readyMsMax} ms:\n${output.text()}`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0);
  await once(probe, 'listening');
  const address = probe.address();
  assert.ok(address !== null && typeof address === 'object');
  probe.close();
  return address.port;
}

export async function sendEvents(url: string, key: string, events: readonly object[]): Promise<void> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  assert.equal(response.status, 202, await response.text());
}

export function event(user: string, at: number, more: object = {}): object {
  return {
    ts: at,
    user,
    method: 'GET',
    endpoint: '/v1/orders/{id}',
    status: 200,
    ip: '203.0.113.7',
    ...more,
  };
}

/** The abuse that Tidegate exists for: an hour of quiet use, then far more than anyone makes. */
export async function quietHour(tidegate: Tidegate, user: string): Promise<void> {
  const now = Date.now();
  await tidegate.send(Array.from({ length: 60 }, (_, minute) => event(user, now - (60 - minute) * 60_000)));
}

/** 400 requests a second by one user, until what is waited for has come. */
export async function floodUntil(
  tidegate: Tidegate,
  user: string,
  seen: () => Promise<unknown>,
): Promise<void> {
  let isOver = false;
  const seeing = seen().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const now = Date.now();
    await tidegate.send(Array.from({ length: 40 }, () => event(user, now)));
    await wait(100);
  }
  await seeing;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.TIDEGATE_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update'],
    ],
  });
}

export interface SignedIn {
  tidegate: Tidegate;
  browser: Browser;
  page: Page;
  /** What the page has complained of. */
  errors: string[];
  stop: () => Promise<void>;
}

/** What most tests begin with: a server of their own, and its first operator before a console. */
export async function startSignedIn(options?: BrowserContextOptions): Promise<SignedIn> {
  const [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
  async function stop(): Promise<void> {
    await browser.close();
    await tidegate.stop();
  }
  try {
    const page = await pageWithPasskey(await browser.newContext(options));
    const errors = watchErrors(page);
    await setUpOperator(page, tidegate);
    return { tidegate, browser, page, errors, stop };
  } catch (error) {
    // Else the process of the test would wait for the server for ever.
    await stop();
    throw error;
  }
}

/** A page whose browser holds a virtual authenticator that says yes. */
export async function pageWithPasskey(context: BrowserContext): Promise<Page> {
  return (await pageWithAuthenticators(context)).page;
}

/** As `pageWithPasskey`, with a hand on its authenticators: several may be plugged in, and one of them says yes. */
export async function pageWithAuthenticators(context: BrowserContext) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const ids: string[] = [];
  async function use(wanted: string): Promise<void> {
    for (const authenticatorId of ids) {
      const enabled = authenticatorId === wanted;
      await devtools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled });
    }
  }
  async function add(transport: 'internal' | 'usb'): Promise<string> {
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    ids.push(authenticatorId);
    await use(authenticatorId);
    return authenticatorId;
  }
  async function credentials(authenticatorId: string) {
    return (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  }
  type Credential = Awaited<ReturnType<typeof credentials>>[number];
  /** As a provider does that copies a passkey to another device. */
  async function put(authenticatorId: string, credential: Credential): Promise<void> {
    await devtools.send('WebAuthn.addCredential', { authenticatorId, credential });
  }
  const first = await add('internal');
  return { page, authenticators: { first, add, use, credentials, put } };
}

/** From the printed link to the console, as the first operator. */
export async function setUpOperator(page: Page, tidegate: Tidegate): Promise<void> {
  await page.goto(tidegate.setupLink);
  await page.getByLabel('Your name').fill('Mara Lindqvist');
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await page.getByRole('heading', { name: 'Live', exact: true }).waitFor();
}

/** Complaints of the page: a console that works has none. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    // The first 401 of a signed-out page, and the demand for a nonce, are how the protocol begins.
    const isProtocol = /status of 40[14]/.test(message.text());
    if (message.type() === 'error' && !isProtocol) errors.push(message.text());
  });
  return errors;
}
