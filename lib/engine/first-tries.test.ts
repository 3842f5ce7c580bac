import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Engine } from './engine.ts';
import { event, hourMs, minuteMs, run, smallEngine, startAt, theTown } from './fixtures.ts';

const attackAt = startAt + 20 * hourMs;
const addresses = 60;

const signIn = (ts: number, user: string, ip: string, status: number) =>
  event(ts, { user, ip, method: 'POST', endpoint: '/v1/login', status });

/** Guesses from `addresses` addresses in turn, one every 5 s, refused where the engine says so. */
function guess(engine: Engine, from: number, minutes: number): number {
  let answered = 0;
  for (let index = 0; index < minutes * 12; index++) {
    const ts = from + index * 5_000;
    const each = signIn(ts, `unknown-${index}`, `66.0.${index % addresses}.1`, 401);
    if (!step(engine, each)) answered++;
  }
  return answered;
}

/** @returns whether it was refused */
function step(engine: Engine, each: ReturnType<typeof signIn>): boolean {
  engine.tick(each.ts);
  engine.arrive(each, each.ts);
  const refused = engine.throttles().some(({ scope }) => scope.ip === each.ip);
  engine.complete(refused ? { ...each, status: 429, refused } : each, each.ts);
  return refused;
}

test('while many addresses guess, people new to the service sign in once the addresses of the attack have had their try', () => {
  const engine = run(smallEngine(), theTown(startAt, 20));
  const answered = guess(engine, attackAt, 30);
  assert.ok(answered < 40, `${answered} guesses were answered`);
  let refused = 0;
  for (let newcomer = 0; newcomer < 30; newcomer++) {
    const at = attackAt + (30 + newcomer) * minuteMs;
    guess(engine, at, 1);
    if (step(engine, signIn(at + minuteMs - 1, `new-${newcomer}`, `77.${newcomer}.0.1`, 200))) refused++;
  }
  assert.equal(refused, 0);
});

test('an address that was turned away, or failed, while many guess has had its try', () => {
  const engine = run(smallEngine(), theTown(startAt, 20));
  guess(engine, attackAt, 30);
  const again = attackAt + 40 * minuteMs;
  for (const address of [0, 30, 59]) assert.ok(step(engine, signIn(again, 'p3', `66.0.${address}.1`, 200)));
});
