import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEvent } from '../contract/event.ts';
import { restoreEngine } from './create-engine.ts';
import type { Engine } from './engine.ts';
import { event, hourMs, minuteMs, run, smallConfig, smallEngine, startAt, theTown } from './fixtures.ts';

const townHours = 20;
const guessedAt = startAt + townHours * hourMs;
const office = '10.9.9.9';

const signIn = (ts: number, over: Partial<RequestEvent>): RequestEvent =>
  event(ts, { method: 'POST', endpoint: '/v1/login', ...over });

/** A town whose people mistype now and then, and of whom ten sign in at the office; then many addresses guess. */
function guessed(): Engine {
  const engine = run(smallEngine(), theTown(startAt, townHours));
  const before = Array.from({ length: 10 }, (_, person) =>
    signIn(guessedAt - (10 - person) * minuteMs, { user: `p${person}`, ip: office }),
  );
  const mistyped = signIn(guessedAt - 11 * minuteMs, { user: 'p1', ip: '10.0.0.1', status: 401 });
  const guesses = Array.from({ length: 30 }, (_, index) =>
    signIn(guessedAt + index * 5_000, { user: `unknown-${index}`, ip: `66.0.${index}.1`, status: 401 }),
  );
  run(engine, [mistyped, ...before, ...guesses]);
  assert.ok(engine.throttles().length > 10);
  return engine;
}

const refusedAt = (engine: Engine, ip: string): boolean =>
  engine.throttles().some(({ scope }) => scope.ip === ip);

test('while many addresses guess, whoever is new where others sign in is served, and known after a restart', () => {
  const engine = guessed();
  for (const each of [engine, restoreEngine(smallConfig, engine.snapshot())]) {
    each.arrive(signIn(guessedAt + 3 * minuteMs, { user: 'p25', ip: office }), guessedAt + 3 * minuteMs);
    assert.ok(!refusedAt(each, office));
    each.arrive(signIn(guessedAt + 3 * minuteMs, { user: 'p25', ip: '66.1.1.1' }), guessedAt + 3 * minuteMs);
    assert.ok(refusedAt(each, '66.1.1.1'));
  }
});

test('an address where others sign in is trusted no more once it guesses', () => {
  const engine = guessed();
  const guesses = Array.from({ length: 4 }, (_, index) =>
    signIn(guessedAt + 3 * minuteMs + index * 2_000, { user: `guess-${index}`, ip: office, status: 401 }),
  );
  run(engine, guesses);
  assert.ok(refusedAt(engine, office));
});
