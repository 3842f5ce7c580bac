import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, hourMs, minuteMs, run, smallEngine, startAt, steady, theTown } from './fixtures.ts';

const townHours = 20;
const rushAt = startAt + townHours * hourMs;

/** One person at four requests a minute for 40 minutes, while `others` people each ask every third minute. */
function visits(others: number) {
  const busy = Array.from({ length: 160 }, (_, index) => ({ person: 4, ts: rushAt + index * 15_000 }));
  const crowd = Array.from({ length: 20 * others }, (_, index) => ({
    person: 5 + (index % others),
    ts: rushAt + (Math.floor(index / others) * 3 + (index % others) / 10) * minuteMs,
  }));
  return [...busy, ...crowd]
    .map(({ person, ts }) =>
      event(ts, {
        user: `p${person}`,
        ip: `10.0.0.${person}`,
        tokenId: `tok-${person}`,
        endpoint: '/v1/search',
      }),
    )
    .sort((a, b) => a.ts - b.ts);
}

test('a busy visitor in a rush is not refused; the same visits without one are limited', () => {
  const alone = run(run(smallEngine(), theTown(startAt, townHours)), visits(0));
  assert.deepEqual(
    alone.throttles().map(({ scope }) => scope.user),
    ['p4'],
  );
  const inRush = run(run(smallEngine(), theTown(startAt, townHours)), visits(25));
  assert.deepEqual(inRush.throttles(), []);
});

test('busy machines that all begin at once are no floods; one of them that stands out is', () => {
  const machines = (perSecond: (machine: number) => number) =>
    Array.from({ length: 12 }, (_, machine) =>
      steady(startAt + machine, 120 * perSecond(machine), 1_000 / perSecond(machine), {
        user: `m${machine}`,
      }),
    )
      .flat()
      .sort((a, b) => a.ts - b.ts);
  const alike = run(
    smallEngine(),
    machines((machine) => 8 + machine / 2),
  );
  assert.deepEqual(alike.throttles(), []);
  assert.deepEqual(alike.takeChanges().findings, []);
  const one = run(
    smallEngine(),
    machines((machine) => (machine === 5 ? 800 : 8)),
  );
  assert.deepEqual(
    one.throttles().map(({ scope }) => scope.user),
    ['m5'],
  );
});
