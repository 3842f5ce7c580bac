import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, smallEngine } from './fixtures.ts';
import { advanceTraffic, countTraffic, createTraffic, type Traffic, trafficBand } from './traffic.ts';

const startAt = Date.UTC(2026, 0, 5, 12);
const secondMs = 1_000;
const hourMs = 3_600_000;

function send(traffic: Traffic, fromMs: number, forMs: number, perSecond: number): void {
  for (let at = fromMs; at < fromMs + forMs; at += secondMs / perSecond) countTraffic(traffic, at);
}

test('two hours that are shipped at once are learned as the time they tell of', () => {
  const traffic = createTraffic();
  advanceTraffic(traffic, startAt);
  send(traffic, startAt - 2 * hourMs, 2 * hourMs, 4);
  advanceTraffic(traffic, startAt + secondMs);
  const band = trafficBand(traffic);
  assert.equal(band?.expected, 4);
  assert.ok((band?.upper ?? 0) < 15, `${band?.upper}`);
});

test('half an hour of flood does not become the normal', () => {
  const traffic = createTraffic();
  send(traffic, startAt - 2 * hourMs, 1.5 * hourMs, 4);
  send(traffic, startAt - hourMs / 2, hourMs / 2, 60);
  assert.equal(trafficBand(traffic)?.expected, 4);
});

test('nothing is called normal before two minutes are over, and quiet ones count', () => {
  const traffic = createTraffic();
  send(traffic, startAt, 100 * secondMs, 2);
  assert.equal(trafficBand(traffic), undefined);
  send(traffic, startAt + 100 * secondMs, 30 * secondMs, 2);
  assert.equal(trafficBand(traffic)?.expected, 2);
  advanceTraffic(traffic, startAt + hourMs);
  assert.equal(trafficBand(traffic)?.expected, 0);
});

test('what was refused does not become the normal, however long it goes on', () => {
  const engine = smallEngine();
  for (let at = startAt; at < startAt + hourMs; at += secondMs) {
    engine.step(event(at, { user: 'calm' }), at);
    for (let count = 0; count < 5; count++) engine.step(event(at, { user: 'refused', refused: true }), at);
  }
  assert.equal(engine.trafficBand(startAt + hourMs)?.expected, 1);
});
