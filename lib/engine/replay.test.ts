import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEvent } from '../contract/event.ts';
import { createEnforcer, enforcerDefaults } from '../enforcement/enforcer.ts';
import { minuteMs, smallConfig, startAt, steady, theFlood } from './fixtures.ts';
import { createReplay, type ReplayRecord } from './replay.ts';

/** A flood, a scan, guessed sign-ins and calm users, all mixed. */
function log(): RequestEvent[] {
  const { quiet, flood } = theFlood();
  const scan = Array.from({ length: 300 }, (_, index) => ({
    ...(steady(startAt + 61 * minuteMs + index * 500, 1, 1, {
      user: 'ip:6.6.6.6',
      ip: '6.6.6.6',
    })[0] as RequestEvent),
    endpoint: '(unmatched)',
    path: `/p${index}`,
    status: 404,
  }));
  const guesses = Array.from({ length: 200 }, (_, index) => ({
    ...(steady(startAt + 62 * minuteMs + index * 400, 1, 1, { user: `victim-${index}` })[0] as RequestEvent),
    method: 'POST' as const,
    endpoint: '/login',
    ip: '7.7.7.7',
    status: 401,
  }));
  const calm = steady(startAt + 7, 400, 15_000, { user: 'bob', ip: '8.8.8.8', tokenId: 'tok' });
  return [...quiet, ...flood.slice(0, 3_000), ...scan, ...guesses, ...calm].sort((a, b) => a.ts - b.ts);
}

function replayed(events: readonly RequestEvent[], mode: 'enforce' | 'shadow' = 'enforce') {
  const records: ReplayRecord[] = [];
  const replay = createReplay({
    config: smallConfig,
    enforcer: createEnforcer(enforcerDefaults),
    mode,
    emit: (record) => records.push(record),
  });
  for (const [index, each] of events.entries()) replay.push({ ...each }, index + 1);
  return { records, summary: replay.summary() };
}

const decisions = (records: readonly ReplayRecord[], upTo: number) =>
  records.filter((record) => record.type === 'decision' && record.line <= upTo);

test('the log holds all three kinds of abuse, and each is found', () => {
  const { summary } = replayed(log());
  assert.deepEqual(Object.keys(summary.alertsByKind).sort(), [
    'credential_stuffing',
    'path_scan',
    'rate_spike',
  ]);
  assert.ok(summary.refused > 3_000);
});

test('truncating the log after any line changes no record up to it', () => {
  const events = log();
  const { records } = replayed(events);
  for (let cut = 1; cut < events.length; cut += 97) {
    const upTo = records.filter((record) => record.line <= cut);
    assert.deepEqual(replayed(events.slice(0, cut)).records, upTo, `cut after ${cut}`);
  }
});

test('what the answer of a line was changes no decision up to that line', () => {
  const events = log();
  const { records } = replayed(events);
  for (let line = 60; line < events.length; line += 131) {
    const changed = events.map((each, index) =>
      index === line - 1
        ? { ...each, status: each.status === 200 ? 401 : 200, latencyMs: 9_999, bytes: 1 }
        : each,
    );
    assert.deepEqual(decisions(replayed(changed).records, line), decisions(records, line), `line ${line}`);
  }
});

test('in shadow mode nothing is refused, and what would have been is told', () => {
  const { records, summary } = replayed(log(), 'shadow');
  assert.equal(summary.refused, 0);
  assert.ok(summary.wouldRefuse > 3_000);
  assert.equal(records.filter((record) => record.type === 'decision').length, 0);
});
