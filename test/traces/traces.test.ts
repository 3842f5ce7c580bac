/** Runs every trace in this folder and compares what is concluded with what was expected; see README.md. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RequestEvent } from '../../lib/contract/event.ts';
import { createEnforcer, enforcerDefaults } from '../../lib/enforcement/enforcer.ts';
import { smallConfig } from '../../lib/engine/fixtures.ts';
import { createReplay, type ReplayRecord } from '../../lib/engine/replay.ts';

const folder = path.dirname(fileURLToPath(import.meta.url));
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ndjson'))
  .map((file) => path.basename(file, '.ndjson'));

/** One line per stretch of requests with the same fate. */
function conclude(events: readonly RequestEvent[]): string {
  const alerts = new Map<number, string[]>();
  const fates = events.map(() => 'allowed');
  const emit = (record: ReplayRecord): void => {
    const at = record.line - 1;
    if (record.type !== 'alert') fates[at] = `refused (${record.conclusion})`;
    else {
      const { user, ip, endpoint } = record;
      const scope = Object.entries({ user, address: ip, endpoint }).filter(
        ([, value]) => value !== undefined,
      );
      const text = `ALERT ${record.kind}, ${scope.map((pair) => pair.join(' ')).join(', ')}`;
      alerts.set(at, [...(alerts.get(at) ?? []), text]);
    }
  };
  const replay = createReplay({
    config: smallConfig,
    enforcer: createEnforcer(enforcerDefaults),
    mode: 'enforce',
    emit,
  });
  for (const [index, event] of events.entries()) replay.push({ ...event }, index + 1);
  const lines: string[] = [];
  for (let from = 0; from < fates.length; ) {
    for (const text of alerts.get(from) ?? []) lines.push(`line ${from + 1}: ${text}`);
    let to = from;
    while (to + 1 < fates.length && fates[to + 1] === fates[from] && !alerts.has(to + 1)) to++;
    const users = new Set(events.slice(from, to + 1).map((event) => event.user));
    const who = users.size === 1 ? `user ${[...users][0]}` : `${users.size} users`;
    lines.push(`${to > from ? `lines ${from + 1}-${to + 1}` : `line ${from + 1}`}: ${fates[from]}, ${who}`);
    from = to + 1;
  }
  return `${lines.join('\n')}\n`;
}

for (const name of names) {
  test(`trace ${name} ends as expected`, () => {
    const log = readFileSync(path.join(folder, `${name}.ndjson`), 'utf8');
    const concluded = conclude(
      log
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    );
    const expectedFile = path.join(folder, `${name}.expected.txt`);
    if (process.env.UPDATE_TRACES === '1') writeFileSync(expectedFile, concluded);
    assert.ok(existsSync(expectedFile), `${expectedFile} is missing; see README.md`);
    assert.equal(concluded, readFileSync(expectedFile, 'utf8'));
  });
}
