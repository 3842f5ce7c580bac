'use client';

import { useNow } from './clock.ts';
import { formatAgo, formatDuration, formatMoment, formatUtc } from './format.ts';

/** Local time, with UTC on hover. */
export function Moment({ at }: { at: number }) {
  const nowMs = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatUtc(at)} className="whitespace-nowrap">
      {formatMoment(at, nowMs)}
    </time>
  );
}

/** How long ago, with the moment on hover. */
export function Ago({ at }: { at: number }) {
  const nowMs = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={formatUtc(at)} className="whitespace-nowrap">
      {formatAgo(nowMs - at)}
    </time>
  );
}

/** Counts down to `until`. */
export function TimeLeft({ until }: { until: number }) {
  const nowMs = useNow();
  return (
    <time
      dateTime={new Date(until).toISOString()}
      title={`until ${formatUtc(until)}`}
      className="whitespace-nowrap"
    >
      {until > nowMs ? `${formatDuration(until - nowMs)} left` : 'ending now'}
    </time>
  );
}
