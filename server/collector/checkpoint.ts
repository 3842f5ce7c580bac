/**
 * The engine's state with the log position it belongs to, in one file that is replaced whole: write, flush, rename,
 * flush the folder. The one before is kept, so that a file that went bad costs some replay and no data.
 *
 *   "TGCP" | u32 header length | header JSON | engine bytes | view JSON
 */

import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';

export interface Checkpoint {
  /** The last log entry that the state contains. */
  seq: number;
  engine: Uint8Array;
  /** What the console's live view needs; see activity.ts. */
  view: string;
}

interface Header {
  version: 1;
  seq: number;
  engineBytes: number;
  viewBytes: number;
  crc: number;
}

const magic = Buffer.from('TGCP');
const current = 'checkpoint.bin';
const previous = 'checkpoint.previous.bin';

/** @throws what the file system throws; the old checkpoint then stays. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const view = Buffer.from(checkpoint.view);
  const header: Header = {
    version: 1,
    seq: checkpoint.seq,
    engineBytes: checkpoint.engine.byteLength,
    viewBytes: view.byteLength,
    crc: crc32(view, crc32(checkpoint.engine)),
  };
  const headerText = Buffer.from(JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  magic.copy(prefix);
  prefix.writeUInt32BE(headerText.byteLength, 4);

  const temporary = path.join(folder, 'checkpoint.new');
  const file = await open(temporary, 'w', 0o600);
  try {
    for (const part of [prefix, headerText, checkpoint.engine, view]) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(path.join(folder, current), path.join(folder, previous)).catch(ignoreMissing);
  await rename(temporary, path.join(folder, current));
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

function parseCheckpoint(bytes: Buffer): Checkpoint {
  if (!bytes.subarray(0, 4).equals(magic)) throw new Error('not a checkpoint');
  const headerEnd = 8 + bytes.readUInt32BE(4);
  const header: Header = JSON.parse(bytes.toString('utf8', 8, headerEnd));
  if (header.version !== 1) throw new Error(`unknown version ${header.version}`);
  const engine = bytes.subarray(headerEnd, headerEnd + header.engineBytes);
  const view = bytes.subarray(headerEnd + header.engineBytes);
  if (engine.byteLength !== header.engineBytes || view.byteLength !== header.viewBytes)
    throw new Error('cut short');
  if (crc32(view, crc32(engine)) !== header.crc) throw new Error('checksum differs');
  return { seq: header.seq, engine: new Uint8Array(engine), view: view.toString('utf8') };
}

/**
 * Checkpoints that can be read, newest first; each one is read only when asked for.
 * @param onUnusable is told about a file that is there and cannot be read.
 */
export async function* readCheckpoints(
  folder: string,
  onUnusable: (file: string, reason: string) => void,
): AsyncGenerator<Checkpoint> {
  for (const name of [current, previous]) {
    try {
      yield parseCheckpoint(await readFile(path.join(folder, name)));
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue;
      onUnusable(name, error instanceof Error ? error.message : String(error));
    }
  }
}

/** The highest position any checkpoint speaks of, 0 without one: the log's numbers must go on above it. */
export async function checkpointSeqFloor(folder: string): Promise<number> {
  let seq = 0;
  for await (const checkpoint of readCheckpoints(folder, () => {})) seq = Math.max(seq, checkpoint.seq);
  return seq;
}
