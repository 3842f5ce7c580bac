import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, parseConfig } from './config.ts';

const mistakes = (env: Record<string, string>): string[] => {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
};

test('an empty environment gives the documented defaults', () => {
  const config = parseConfig({ TIDEGATE_MODE: '' });
  assert.equal(config.port, 3000);
  assert.equal(config.publicUrl.origin, 'http://localhost:3000');
  assert.equal(config.mode, 'enforce');
  assert.equal(config.baseLimit, 100);
  assert.equal(config.falseAlarmBudget, 2);
  assert.equal(config.sensitivity, 1.5);
});

test('all mistakes are reported together, each with its variable', () => {
  const found = mistakes({ PORT: 'x', TIDEGATE_MODE: 'maybe', TIDEGATE_INGEST_KEY: 'short' });
  assert.equal(found.length, 3);
  for (const name of ['PORT', 'TIDEGATE_MODE', 'TIDEGATE_INGEST_KEY']) {
    assert.ok(
      found.some((line) => line.startsWith(`${name} `)),
      `${name} in ${found.join('; ')}`,
    );
  }
});

test('a public URL that passkeys or Secure cookies cannot work on is refused with the reason', () => {
  assert.match(mistakes({ PUBLIC_URL: 'http://tidegate.example' })[0] ?? '', /must be https/);
  assert.match(mistakes({ PUBLIC_URL: 'https://10.0.0.1' })[0] ?? '', /IP addresses/);
  assert.match(mistakes({ PUBLIC_URL: 'https://tidegate.example/console' })[0] ?? '', /origin only/);
  assert.match(mistakes({ PUBLIC_URL: 'gopher://x' })[0] ?? '', /http/);
  assert.deepEqual(mistakes({ PUBLIC_URL: 'https://tidegate.example' }), []);
});

test('trusted proxies must be addresses or ranges', () => {
  assert.deepEqual(parseConfig({ TIDEGATE_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies, [
    '10.0.0.0/8',
    '::1',
  ]);
  assert.equal(mistakes({ TIDEGATE_TRUSTED_PROXIES: 'proxy.internal' }).length, 1);
  assert.equal(mistakes({ TIDEGATE_TRUSTED_PROXIES: '10.0.0.0/64' }).length, 1);
});
