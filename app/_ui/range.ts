'use client';

/**
 * The time range of a page, in the URL: a preset that ends now (`range=15m`) or fixed edges (`from`, `to` in ms),
 * which is what dragging over a chart sets.
 */

import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useCallback } from 'react';

export const rangeNames = ['1m', '5m', '15m', '1h', '6h', '24h'] as const;
export type RangeName = (typeof rangeNames)[number];

export const rangeMs: Record<RangeName, number> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
};

export interface Zoom {
  fromMs: number;
  toMs: number;
}

export interface Range {
  name: RangeName;
  zoom: Zoom | undefined;
  setName: (name: RangeName) => void;
  setZoom: (zoom: Zoom | undefined) => void;
}

const parsers = {
  range: parseAsStringLiteral(rangeNames),
  from: parseAsInteger,
  to: parseAsInteger,
};

export function useRange(offered: readonly RangeName[], preset: RangeName): Range {
  const [state, setState] = useQueryStates(parsers);
  const name = state.range !== null && offered.includes(state.range) ? state.range : preset;
  const zoom =
    state.from !== null && state.to !== null && state.to > state.from
      ? { fromMs: state.from, toMs: state.to }
      : undefined;
  const setName = useCallback(
    (next: RangeName) => void setState({ range: next === preset ? null : next, from: null, to: null }),
    [setState, preset],
  );
  const setZoom = useCallback(
    (next: Zoom | undefined) => void setState({ from: next?.fromMs ?? null, to: next?.toMs ?? null }),
    [setState],
  );
  return { name, zoom, setName, setZoom };
}

export const liveRanges = ['1m', '5m', '15m'] as const;
export const historyRanges = ['1h', '6h', '24h'] as const;

/** What a path's charts can show; undefined where the page has no time. */
export function rangesOf(pathname: string): { offered: readonly RangeName[]; preset: RangeName } | undefined {
  if (pathname === '/') return { offered: liveRanges, preset: '15m' };
  if (/^\/(users|endpoints)\/./.test(pathname)) return { offered: historyRanges, preset: '1h' };
  return undefined;
}
