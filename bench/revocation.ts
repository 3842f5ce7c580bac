/**
 * From an operator's click to the refusal in a customer's service: `node bench/revocation.ts`.
 * The token service runs in this process over HTTP, the customer's service with the SDK in one of its own. Each round
 * takes a machine that is let in, revokes its client by the admin API (a transaction with its audit entry), and asks
 * the service again and again until it refuses. The time has the call of the admin API and the asking in it.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { generateKeyPair, generateProof } from 'dpop';
import { createTokenVerifier } from '../sdk/src/token.ts';
import { testIngestKey } from '../test/fixtures/collector-api.ts';
import type { TestClock } from '../test/fixtures/identity-installation.ts';
import { openTestDatabase } from '../test/fixtures/test-database.ts';
import { installTokens, type TokenInstallation } from '../test/fixtures/token-installation.ts';
import { newClient, ordersApi } from '../test/fixtures/token-people.ts';

const rounds = 200;
const services = 3;
const targetMs = 100;
const publicUrl = 'http://orders.example.com';

/** Proofs of the benchmark are made and judged by the real clock. */
const clock: TestClock = { now: () => Date.now(), advance: () => undefined };

async function serve(url: string): Promise<void> {
  const verifier = createTokenVerifier({ url, key: testIngestKey, audience: ordersApi, publicUrl });
  const server = createServer(async (request, response) => {
    const verdict = await verifier.verifyToken(request);
    if (verdict.kind === 'valid') response.writeHead(200, verdict.headers).end();
    else response.writeHead(verdict.refusal.status, verdict.refusal.headers).end(verdict.refusal.body);
  });
  await verifier.ready(10_000);
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit(0));
}

function startService(url: string): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(fileURLToPath(import.meta.url), ['--serve', url]);
  return new Promise((resolve) => child.once('message', (port) => resolve({ child, port: Number(port) })));
}

async function machineToken(at: TokenInstallation) {
  const { client, secret } = await newClient(at);
  const keys = await generateKeyPair('ES256');
  const url = new URL('/oauth/token', at.issuer).href;
  const dpop = await generateProof(keys, url, 'POST', at.tokenService.currentNonce());
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.id}:${secret}`)}`, dpop },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { clientId: client.id, keys, token };
}

async function round(at: TokenInstallation, ports: number[]): Promise<number> {
  const { clientId, keys, token } = await machineToken(at);
  let nonce: string | undefined;
  const statusAt = async (port: number): Promise<number> => {
    const dpop = await generateProof(keys, `${publicUrl}/orders`, 'GET', nonce, token);
    const answer = await fetch(`http://127.0.0.1:${port}/orders`, {
      headers: { authorization: `DPoP ${token}`, dpop },
    });
    const isNonceMissing = /use_dpop_nonce/.test(answer.headers.get('www-authenticate') ?? '');
    nonce = answer.headers.get('dpop-nonce') ?? nonce;
    return isNonceMissing ? statusAt(port) : answer.status;
  };
  for (const port of ports) if ((await statusAt(port)) !== 200) throw new Error('not let in');
  const startedAt = performance.now();
  const revoked = at.admin(`/api/clients/${clientId}`, { method: 'DELETE' });
  // The slowest of all services counts.
  await Promise.all(
    ports.map(async (port) => {
      while ((await statusAt(port)) !== 401);
    }),
  );
  const tookMs = performance.now() - startedAt;
  if ((await revoked).status !== 204) throw new Error('not revoked');
  return tookMs;
}

async function measure(): Promise<void> {
  const database = await openTestDatabase();
  const at = await installTokens(database, clock);
  const started = await Promise.all(Array.from({ length: services }, () => startService(at.issuer.href)));
  const ports = started.map(({ port }) => port);
  for (let warm = 0; warm < 10; warm++) await round(at, ports);
  const times: number[] = [];
  for (let done = 0; done < rounds; done++) times.push(await round(at, ports));
  for (const { child } of started) child.disconnect();
  await at.close();
  await database.close();
  times.sort((a, b) => a - b);
  const quantile = (q: number) => (times[Math.min(rounds - 1, Math.floor(q * rounds))] ?? 0).toFixed(1);
  const figures = `p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, max ${quantile(1)} ms`;
  console.log(
    `revocation, ${rounds} rounds, refused by all ${services} services: ${figures} (target p99 ${targetMs} ms)`,
  );
  process.exitCode = Number(quantile(0.99)) <= targetMs ? 0 : 1;
}

const [mode, url] = process.argv.slice(2);
if (mode === '--serve' && url !== undefined) await serve(url);
else await measure();
