/** One row of the rollups as bytes: the key is a series and a minute, the value its counts and its normal. */

import { createHash } from 'node:crypto';
import type { TrafficPoint } from '../../lib/contract/console.ts';
import { minuteMs, type SeriesName } from './minute-counts.ts';

export const hashBytes = 12;
const minuteBytes = 4;
const rowBytes = 16;

/** Names may be longer than an LMDB key; a digest is not, and keeps one series' minutes together. */
export function seriesHash({ user, endpoint }: SeriesName): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([user ?? null, endpoint ?? null]))
    .digest()
    .subarray(0, hashBytes);
}

export function rowKey(hash: Buffer, minute: number): Buffer {
  const key = Buffer.allocUnsafe(hashBytes + minuteBytes);
  hash.copy(key);
  key.writeUInt32BE(minute, hashBytes);
  return key;
}

export interface Row {
  requests: number;
  refused: number;
  /** NaN where unknown. */
  expected: number;
  upper: number;
}

export function readRow(bytes: Buffer): Row {
  return {
    requests: bytes.readUInt32LE(0),
    refused: bytes.readUInt32LE(4),
    expected: bytes.readFloatLE(8),
    upper: bytes.readFloatLE(12),
  };
}

export function writeRow(row: Row): Buffer {
  const bytes = Buffer.allocUnsafe(rowBytes);
  bytes.writeUInt32LE(row.requests, 0);
  bytes.writeUInt32LE(row.refused, 4);
  bytes.writeFloatLE(row.expected, 8);
  bytes.writeFloatLE(row.upper, 12);
  return bytes;
}

export function pointOf(key: Buffer, value: Buffer): TrafficPoint {
  const row = readRow(value);
  const point: TrafficPoint = {
    at: key.readUInt32BE(hashBytes) * minuteMs,
    requests: row.requests,
    refused: row.refused,
    alerts: 0,
  };
  if (Number.isFinite(row.expected)) point.expected = row.expected;
  if (Number.isFinite(row.upper)) {
    point.lower = 0;
    point.upper = row.upper;
  }
  return point;
}
