/** How improbable is the count of a pair, in four windows at once, were `sensitivity` times its normal still normal? */

import { isWithinNormal, normalOf } from './baseline.ts';
import { othersTimes } from './crowd.ts';
import { at, rowStride, windowCount } from './pairs.ts';
import type { EngineState } from './state.ts';
import { countNats } from './tail.ts';

/** Past this, it is not chance: e^-24, about once in 10^10 slots were the model exact. */
export const alarmNats = 24;

/** Windows that are bursts: 10 s and 1 min. */
export const burstWindows = 2;
/** Nats of these windows that make a burst. */
export const burstNatsMin = 8;

export interface RateEvidence {
  nats: number;
  window: number;
  /** Of the windows that are bursts. */
  burstNats: number;
}

const strongest: RateEvidence = { nats: 0, window: 0, burstNats: 0 };

/**
 * @param crowd how many times the normal counts as normal
 * @param spread how much users differ in that (squared coefficient of variation). Reused: read before the next call.
 */
export function rateEvidence(state: EngineState, pair: number, crowd = 1, spread = 0): RateEvidence {
  strongest.nats = 0;
  strongest.window = 0;
  strongest.burstNats = 0;
  const { pairs, endpoints } = state;
  const row = pair * rowStride;
  const { sensitivity } = state.config.settings;
  for (let window = 0; window < windowCount; window++) {
    if (isWithinNormal(pairs, endpoints, pair, window, sensitivity * crowd)) continue;
    const count = pairs.row[row + at.count + window] ?? 0;
    const { mean, shape } = normalOf(pairs, endpoints, pair, window);
    const normal = mean * sensitivity * Math.max(crowd, othersTimes(state, pair, window));
    const nats = countNats(count, normal, 1 / (1 / shape + spread)) * state.evidenceWeight;
    if (window < burstWindows) strongest.burstNats = Math.max(strongest.burstNats, nats);
    if (nats > strongest.nats) {
      strongest.nats = nats;
      strongest.window = window;
    }
  }
  return strongest;
}

export const lastHour = ({ pairs }: EngineState, pair: number): number =>
  pairs.row[pair * rowStride + at.count + 3] ?? 0;
