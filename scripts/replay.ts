/**
 * `npm run --silent replay -- FILE.ndjson[.gz] [--mode enforce|shadow] [--base-limit N] [--sensitivity X] [--false-alarm-budget B]`
 * Runs the engine over a recorded log in event time and prints, as NDJSON, what it would have refused (`decision`, in
 * shadow mode `shadow`), its findings (`alert`) and one `summary`. Lines that are no event are counted, never fatal.
 */

import { createReadStream, statSync, writeSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { createGunzip } from 'node:zlib';
import type { Mode } from '../lib/contract/decision.ts';
import type { RequestEvent } from '../lib/contract/event.ts';
import { createEnforcer, enforcerDefaults } from '../lib/enforcement/enforcer.ts';
import { engineDefaults } from '../lib/engine/config.ts';
import { createReplay } from '../lib/engine/replay.ts';

const usage =
  'usage: replay FILE.ndjson[.gz] [--mode enforce|shadow] [--base-limit N] [--sensitivity X] [--false-alarm-budget B]';
const flushBytes = 1 << 16;
/** Lines that are read before the first of them is stepped through: few enough to be still near by then. */
const linesMax = 64;

interface Options {
  file: string;
  mode: Mode;
  baseLimit: number;
  sensitivity: number;
  falseAlarmBudget: number;
}

function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      mode: { type: 'string', default: 'enforce' },
      'base-limit': { type: 'string', default: String(engineDefaults.settings.baseLimit) },
      sensitivity: { type: 'string', default: String(engineDefaults.settings.sensitivity) },
      'false-alarm-budget': { type: 'string', default: String(engineDefaults.settings.falseAlarmBudget) },
    },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error('give exactly one file');
  const { mode } = values;
  if (mode !== 'enforce' && mode !== 'shadow') throw new Error('--mode is enforce or shadow');
  const baseLimit = Number(values['base-limit']);
  if (!Number.isFinite(baseLimit) || baseLimit < 0) throw new Error('--base-limit is a number of 0 or more');
  const sensitivity = Number(values.sensitivity);
  if (!Number.isFinite(sensitivity) || sensitivity < 1)
    throw new Error('--sensitivity is a number of 1 or more');
  const falseAlarmBudget = Number(values['false-alarm-budget']);
  if (!(falseAlarmBudget >= 0.5 && falseAlarmBudget <= 50))
    throw new Error('--false-alarm-budget is a number from 0.5 to 50');
  return { file, mode, baseLimit, sensitivity, falseAlarmBudget };
}

/** A line of a log, or undefined where it is none. Logs are trusted files; ingest has the strict schema. */
function readEvent(line: string): RequestEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is RequestEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { ts, user, method, endpoint, status } = value as Record<string, unknown>;
  return (
    typeof ts === 'number' &&
    Number.isFinite(ts) &&
    typeof user === 'string' &&
    typeof method === 'string' &&
    typeof endpoint === 'string' &&
    typeof status === 'number'
  );
}

/** Splits a stream into lines by hand: several times faster than node:readline. */
async function* linesOf(stream: Readable): AsyncGenerator<string[]> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
  }
  if (rest !== '') yield [rest];
}

function showProgress(file: string, source: { bytesRead: number }): () => void {
  if (!process.stderr.isTTY) return () => {};
  const size = Math.max(1, statSync(file).size);
  const width = 30;
  let shownAt = 0;
  return () => {
    const now = performance.now();
    if (now - shownAt < 100) return;
    shownAt = now;
    const share = Math.min(1, source.bytesRead / size);
    const bar = '█'.repeat(Math.round(share * width)).padEnd(width, '░');
    process.stderr.write(`\r${bar} ${Math.round(share * 100)} %`);
  };
}

async function main({ file, mode, ...limits }: Options): Promise<void> {
  let out = '';
  const print = (record: object): void => {
    out += `${JSON.stringify(record)}\n`;
    if (out.length > flushBytes) flush();
  };
  const flush = (): void => {
    const bytes = Buffer.from(out);
    out = '';
    for (let written = 0; written < bytes.length; ) written += writeSome(bytes, written);
  };
  const settings = { ...engineDefaults.settings, mode, ...limits };
  const replay = createReplay({
    config: { ...engineDefaults, settings },
    enforcer: createEnforcer(enforcerDefaults),
    mode,
    emit: print,
  });
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  const unzipped = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  source.on('error', (error) => unzipped.destroy(error));
  const progress = showProgress(file, source);
  let line = 0;
  let badLines = 0;
  for await (const lines of linesOf(unzipped)) {
    for (let from = 0; from < lines.length; from += linesMax) {
      const texts = lines.slice(from, from + linesMax);
      const events = texts.map(readEvent);
      replay.expect(events.filter((event) => event !== undefined));
      for (const [index, event] of events.entries()) {
        line++;
        if (event) replay.push(event, line);
        else if (texts[index]?.trim() !== '') badLines++;
      }
    }
    progress();
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  print({ ...replay.summary(), lines: line, badLines });
  flush();
}

/** A pipe may be full: then the write is tried again. */
function writeSome(bytes: Buffer, from: number): number {
  try {
    return writeSync(1, bytes, from);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n${usage}\n`);
  process.exit(2);
}
try {
  await main(options);
} catch (error) {
  const broken = error instanceof Error && 'code' in error && error.code === 'EPIPE';
  if (!broken)
    process.stderr.write(
      `cannot replay ${options.file}: ${error instanceof Error ? error.message : error}\n`,
    );
  process.exit(broken ? 0 : 1);
}
