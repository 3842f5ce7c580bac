/** A person of the customer's API: makes a passkey by a link, and signs in to an app through the hosted page. */

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import * as client from 'openid-client';
import type { Browser, Page } from 'playwright';
import { createCallers } from '../server/oauth/callers.ts';
import { createClients } from '../server/oauth/clients.ts';
import { createLog } from '../server/observe/log.ts';
import { openDatabase } from '../server/storage/database.ts';
import { createOAuthStore } from '../server/storage/oauth-store.ts';
import { launchBrowser, pageWithPasskey, startTidegate, type Tidegate } from './fixture.ts';

/** An app as its developer writes it with openid-client. Says who signed in, or what came back instead. */
async function startApp(tidegate: Tidegate, server: Server, clientId: string, secret: string) {
  const config = await client.discovery(
    new URL(tidegate.url),
    clientId,
    undefined,
    client.ClientSecretBasic(secret),
    { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
  );
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const link = client.buildAuthorizationUrl(config, {
    redirect_uri: `${origin}/callback`,
    scope: 'read',
    state: expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname === '/') return response.writeHead(303, { location: link.href }).end();
    if (url.pathname !== '/callback') return response.writeHead(404).end();
    const text = await client
      .authorizationCodeGrant(config, url, { pkceCodeVerifier, expectedState }, undefined, { DPoP })
      .then((tokens) => `signed in as ${subjectOf(tokens.access_token)}`)
      .catch(() => `came back with ${url.searchParams.get('error')}`);
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>${text}</p>`);
  });
  return origin;
}

const subjectOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')).sub;

describe('a caller', { timeout: 240_000 }, () => {
  let tidegate: Tidegate;
  let browser: Browser;
  let page: Page;
  const server = createServer();
  let app = '';
  let invited = { link: '', id: '' };

  before(async () => {
    [tidegate, browser] = await Promise.all([startTidegate(), launchBrowser()]);
    page = await pageWithPasskey(await browser.newContext());
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const { port } = server.address() as AddressInfo;
    await tidegate.pause();
    const database = await openDatabase({ dataDir: tidegate.dataDir, log: createLog({ level: 'error' }) });
    const clock = { now: () => Date.now() };
    const store = createOAuthStore({ database, clock });
    const deps = { store, clock, view: { add: () => undefined }, publicOrigin: tidegate.url };
    const by = { id: 'opr_test', name: 'Test', address: 'local' };
    const made = await createClients(deps).create(
      {
        name: 'Orders & Co',
        kind: 'web',
        redirectUris: [`http://localhost:${port}/callback`],
        audiences: ['https://api.example.com'],
        scopes: ['read'],
        bearerAllowed: false,
        accessTokenSeconds: 900,
      },
      by,
    );
    const { caller, link } = await createCallers(deps).invite('Grace', by);
    invited = { link, id: caller.id };
    await database.close();
    await tidegate.resume();
    app = await startApp(tidegate, server, made.client.id, made.secret ?? '');
  });

  after(async () => {
    await browser?.close();
    server.closeAllConnections();
    server.close();
    await tidegate?.stop();
  });

  test('DV-06: makes a passkey by a link, whose secret leaves the address bar at once', async () => {
    await page.goto(invited.link);
    await page.getByRole('button', { name: 'Make a passkey' }).waitFor();
    assert.equal(new URL(page.url()).hash, '');
    await page.getByRole('button', { name: 'Make a passkey' }).click();
    await page.getByRole('heading', { name: 'Your passkey is ready' }).waitFor();
  });

  test('continues to an app with one click and the passkey, and the app learns who it is', async () => {
    await page.goto(app);
    await page.getByRole('heading', { name: 'Continue to Orders & Co' }).waitFor();
    await page.getByText(new URL(app).host).waitFor();
    await page.getByRole('button', { name: 'Continue to Orders & Co' }).click();
    await page.getByText(`signed in as ${invited.id}`).waitFor();
  });

  test('goes back without signing in, and the app hears that', async () => {
    await page.goto(app);
    await page.getByRole('button', { name: 'Go back' }).click();
    await page.getByText('came back with access_denied').waitFor();
  });

  test('DV-07: a link that was used makes nothing more, and a page that expired says where to go', async () => {
    await page.goto('about:blank');
    await page.goto(invited.link);
    await page.getByRole('button', { name: 'Make a passkey' }).click();
    await page.getByText('This link is no longer valid').waitFor();
    await page.goto(`${tidegate.url}/authorize?request=arq_AAAAAAAAAAAAAAAAAAAAAA`);
    await page.getByRole('heading', { name: 'This page has expired' }).waitFor();
  });
});
