import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../contract/alert.ts';
import type { RequestEvent } from '../contract/event.ts';
import { event, hourMs, smallEngine, startAt } from './fixtures.ts';

/** Small, and the same in every run. */
function dice(): () => number {
  let state = 11;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Ten hours on three endpoints, one request a second, by forty users; changed before each is seen. */
function findingsOf(change: (event: RequestEvent, next: () => number) => void): Finding[] {
  const engine = smallEngine();
  const next = dice();
  const found = new Map<string, Finding>();
  for (let ts = startAt; ts < startAt + 10 * hourMs; ts += 1_000) {
    const each = event(ts, {
      user: `user-${Math.floor(next() * 40)}`,
      endpoint: `/v1/part-${Math.floor(next() * 3)}`,
      latencyMs: Math.round(40 * Math.exp(next() + next() - 1)),
      status: next() < 0.01 ? 503 : 200,
    });
    change(each, next);
    engine.step(each, ts);
    if (engine.changed) for (const finding of engine.takeChanges().findings) found.set(finding.id, finding);
  }
  return [...found.values()];
}

const changedAt = startAt + 8 * hourMs;

test('an endpoint that becomes slow is told once, by name, with both times, and nothing is refused', () => {
  const found = findingsOf((each) => {
    if (each.endpoint === '/v1/part-1' && each.ts >= changedAt) each.latencyMs = (each.latencyMs ?? 0) * 4;
  });
  assert.deepEqual(
    found.map(({ kind, scope, conclusion }) => ({ kind, scope, conclusion })),
    [{ kind: 'endpoint_latency', scope: { endpoint: 'GET /v1/part-1' }, conclusion: 'allow' }],
  );
  const [evidence] = found[0]?.evidence ?? [];
  assert.ok(evidence && evidence.observed > 2.5 * evidence.expected, JSON.stringify(evidence));
  assert.ok((found[0]?.openedAt ?? 0) - changedAt < 600_000);
});

test('an endpoint that begins to fail is told', () => {
  const found = findingsOf((each, next) => {
    if (each.endpoint === '/v1/part-2' && each.ts >= changedAt && next() < 0.4) each.status = 500;
  });
  assert.deepEqual(
    found.map(({ kind, scope }) => ({ kind, scope })),
    [{ kind: 'endpoint_errors', scope: { endpoint: 'GET /v1/part-2' } }],
  );
});

test('an outage of the whole service is no single endpoint’s finding', () => {
  const found = findingsOf((each, next) => {
    if (each.ts < changedAt || each.ts > changedAt + 1_200_000) return;
    each.latencyMs = (each.latencyMs ?? 0) * 5;
    if (next() < 0.7) each.status = 503;
  });
  assert.deepEqual(found, []);
});

test('ten hours in which nothing changes tell nothing', () => {
  assert.deepEqual(
    findingsOf(() => undefined),
    [],
  );
});

test('refused requests say nothing about an endpoint', () => {
  const found = findingsOf((each) => {
    if (each.ts < changedAt) return;
    Object.assign(each, { refused: true, status: 503, latencyMs: 5_000 });
  });
  assert.deepEqual(found, []);
});
