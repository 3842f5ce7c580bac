/** The stretch of time that a chart asks for: the last hour where it does not say. */

import { seriesMsMax } from '../../../lib/contract/api.schema.ts';
import { AppError } from '../../http/app-error.ts';

const hourMs = 60 * 60 * 1000;

/** @throws AppError `invalid_request` where it is empty or wider than a week */
export function seriesRange(
  { fromMs, toMs }: { fromMs?: number | undefined; toMs?: number | undefined },
  nowMs: number,
): { fromMs: number; toMs: number } {
  const to = toMs ?? (fromMs === undefined ? nowMs : fromMs + hourMs);
  const from = fromMs ?? to - hourMs;
  if (from >= to || to - from > seriesMsMax) {
    throw new AppError('invalid_request', { public: 'A range ends after it begins, within 7 days.' });
  }
  return { fromMs: from, toMs: to };
}
