import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestEvent } from '../contract/event.ts';
import { createEnforcer, enforcerDefaults } from '../enforcement/enforcer.ts';
import { event, hourMs, minuteMs, smallConfig, startAt, theTown } from './fixtures.ts';
import { createReplay, type ReplayRecord } from './replay.ts';

const service = { user: 'svc', ip: '10.1.0.1', tokenId: 'tok-svc' };
const endpoints = ['/v1/products', '/v1/orders', '/v1/invoices', '/v1/webhooks'];
const perHour = 24;
const calmHours = 48;
const rampAt = startAt + calmHours * hourMs;

/** A service that makes `perHour` calls to each of four endpoints; after `calm` hours those to the first grow. */
function ramp(growth: number, hours: number, calm = calmHours): RequestEvent[] {
  const events: RequestEvent[] = [];
  for (let hour = 0; hour < calm + hours; hour++) {
    for (const [index, endpoint] of endpoints.entries()) {
      const factor = index > 0 || hour < calm ? 1 : Math.min(20, (1 + growth) ** (hour - calm));
      const count = Math.round(perHour * factor);
      const at = startAt + hour * hourMs;
      for (let call = 0; call < count; call++) {
        const ts = Math.floor(at + ((call + ((index * 0.37 + hour * 0.61) % 1)) / count) * (hourMs - 1));
        events.push(event(ts, { ...service, endpoint }));
      }
    }
  }
  return events.sort((a, b) => a.ts - b.ts);
}

interface Outcome {
  /** Times the start that the rate had when it was first refused; Infinity for never. */
  stoppedAtFactor: number;
  /** Share of the last day's requests to the ramped endpoint that passed. */
  passedAtEnd: number;
  /** Refused requests to the other endpoints. */
  others: number;
}

function outcomeOf(events: readonly RequestEvent[], growth: number, from = rampAt): Outcome {
  const refused = new Set<number>();
  const replay = createReplay({
    config: smallConfig,
    enforcer: createEnforcer(enforcerDefaults),
    mode: 'enforce',
    emit: (record: ReplayRecord) => {
      if (record.type === 'decision') refused.add(record.line);
    },
  });
  for (const [index, each] of events.entries()) replay.push({ ...each }, index);
  const endAt = events.at(-1)?.ts ?? 0;
  const outcome: Outcome = { stoppedAtFactor: Number.POSITIVE_INFINITY, passedAtEnd: 0, others: 0 };
  let last = 0;
  for (const [index, each] of events.entries()) {
    const isRamped = each.endpoint === endpoints[0];
    if (isRamped && each.ts > endAt - 24 * hourMs) {
      last++;
      if (!refused.has(index)) outcome.passedAtEnd++;
    }
    if (!refused.has(index)) continue;
    if (!isRamped) outcome.others++;
    else {
      const factor = (1 + growth) ** ((each.ts - from) / hourMs);
      outcome.stoppedAtFactor = Math.min(outcome.stoppedAtFactor, factor);
    }
  }
  outcome.passedAtEnd /= last;
  return outcome;
}

for (const [growth, factorMax] of [
  [0.01, 2.2],
  [0.02, 2.2],
  [0.05, 2.5],
  [0.1, 3],
] as const) {
  test(`a ramp of ${growth * 100} % an hour to 20 times the start is stopped before ${factorMax} times`, (context) => {
    const hours = Math.ceil(Math.log(20) / Math.log(1 + growth)) + 24;
    const { stoppedAtFactor, passedAtEnd, others } = outcomeOf(ramp(growth, hours), growth);
    context.diagnostic(
      `stopped at ${stoppedAtFactor.toFixed(2)} times, ${(100 * passedAtEnd).toFixed(0)} % passes at the end`,
    );
    assert.ok(stoppedAtFactor <= factorMax, `stopped at ${stoppedAtFactor} times`);
    assert.ok(passedAtEnd < 0.15, `${passedAtEnd} passed`);
    assert.equal(others, 0);
  });
}

test('a ramp of 5 % an hour that begins when the service was seen for four hours is stopped within 21 hours', () => {
  const events = ramp(0.05, 40, 4);
  const { stoppedAtFactor, others } = outcomeOf(events, 0.05, startAt + 4 * hourMs);
  assert.ok(stoppedAtFactor <= 1.05 ** 21, `stopped at ${stoppedAtFactor} times`);
  assert.equal(others, 0);
});

test('a ramp that has ended is not told again, though what it did is remembered for many hours', () => {
  const endsAt = rampAt + 24 * hourMs;
  const events = [
    ...ramp(0.05, 24),
    // One busy hour without it, then a night in which too little is called for an hour to say anything.
    ...ramp(0, 48).filter(({ ts, endpoint }) => {
      const hour = (ts - endsAt) / hourMs;
      return hour >= 0 && (hour < 1 ? endpoint !== endpoints[0] : hour % 4 < 0.1);
    }),
  ];
  const toldAt: number[] = [];
  const replay = createReplay({
    config: smallConfig,
    enforcer: createEnforcer(enforcerDefaults),
    mode: 'enforce',
    emit: (record: ReplayRecord) => {
      if (record.type === 'alert' && record.kind === 'rate_drift') toldAt.push(events[record.line]?.ts ?? 0);
    },
  });
  for (const [index, each] of events.entries()) replay.push({ ...each }, index);
  assert.notEqual(toldAt.length, 0);
  assert.deepEqual(
    toldAt.filter((ts) => ts > endsAt + 2 * hourMs),
    [],
  );
});

test('a service whose calls all grow by the same per cent is left alone', () => {
  const events: RequestEvent[] = [];
  for (const each of ramp(0, 48)) {
    events.push(each);
    const hours = (each.ts - rampAt) / hourMs;
    const extra = hours < 0 ? 0 : Math.floor((1.02 ** hours - 1) * 4) / 4;
    for (let copy = 1; copy <= extra * 4; copy++) {
      if (copy % 4 === events.length % 4) events.push({ ...each, ts: each.ts + copy });
    }
  }
  events.sort((a, b) => a.ts - b.ts);
  assert.equal(outcomeOf(events, 0).stoppedAtFactor, Number.POSITIVE_INFINITY);
});

const quietHours = 24;
const attackAt = startAt + quietHours * hourMs;

/** What of the attackers' and of the others' requests was refused; alerts by kind. */
function attacked(events: readonly RequestEvent[], isAttack: (each: RequestEvent) => boolean) {
  const lines = { attack: 0, attackRefused: 0, others: 0, othersRefused: 0 };
  const kinds = new Set<string>();
  const refused = new Set<number>();
  const replay = createReplay({
    config: smallConfig,
    enforcer: createEnforcer(enforcerDefaults),
    mode: 'enforce',
    emit: (record: ReplayRecord) => {
      if (record.type === 'decision') refused.add(record.line);
      else if (record.type === 'alert') kinds.add(record.kind);
    },
  });
  for (const [index, each] of events.entries()) replay.push({ ...each }, index);
  for (const [index, each] of events.entries()) {
    lines[isAttack(each) ? 'attack' : 'others']++;
    if (refused.has(index)) lines[isAttack(each) ? 'attackRefused' : 'othersRefused']++;
  }
  return { ...lines, kinds: [...kinds] };
}

test('pulses of 30 s every 6 minutes are told as such, and from the third on refused from their start', () => {
  const town = theTown(startAt, quietHours + 3);
  const pulses: RequestEvent[] = [];
  for (let start = attackAt; start < attackAt + 2 * hourMs; start += 6 * minuteMs) {
    for (let call = 0; call < 240; call++) {
      const who = { user: 'p3', ip: '10.0.0.3', tokenId: 'tok-3', ua: 'app/1', country: 'NL' };
      pulses.push(event(start + call * 125, { ...who, endpoint: '/v1/search' }));
    }
  }
  const isPulse = new Set(pulses);
  const events = [...town, ...pulses].sort((a, b) => a.ts - b.ts);
  const outcome = attacked(events, (each) => isPulse.has(each));
  assert.ok(outcome.kinds.includes('pulse'), outcome.kinds.join());
  assert.ok(outcome.attackRefused > 0.9 * outcome.attack, `${outcome.attackRefused} of ${outcome.attack}`);
  assert.ok(outcome.othersRefused <= 12, 'others, but for the account itself, are served');
});

test('an attacker who owns 20 % of the users of an endpoint, and raises them for a day, floods in vain', () => {
  const people = 30;
  const owned = (user: string) => Number(user.slice(1)) % 5 === 0;
  const town = theTown(startAt, quietHours, people);
  const taught = town.flatMap((each) => {
    if (!owned(each.user) || each.endpoint !== '/v1/search') return [each];
    const copies = 1 + Math.floor((4 * (each.ts - startAt)) / (quietHours * hourMs));
    return Array.from({ length: copies }, (_, copy) => ({ ...each, ts: each.ts + copy * 700 }));
  });
  const floods: RequestEvent[] = [];
  for (let call = 0; call < 1_200; call++) {
    for (const person of [0, 5, 10, 11]) {
      const who = { user: `p${person}`, ip: `10.0.0.${person}`, tokenId: `tok-${person}` };
      floods.push(event(attackAt + call * 250 + person, { ...who, endpoint: '/v1/search' }));
    }
  }
  const isFlood = new Set(floods);
  const events = [...taught, ...floods].sort((a, b) => a.ts - b.ts);
  const outcome = attacked(events, (each) => isFlood.has(each));
  assert.ok(outcome.attackRefused > 0.85 * outcome.attack, `${outcome.attackRefused} of ${outcome.attack}`);
  assert.equal(outcome.othersRefused, 0);
});
