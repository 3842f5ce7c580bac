/** Numbers and times as people read them. Grouping is a narrow space, so that columns stay calm, and no line breaks there. */

const integer = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const narrowSpace = '\u202f';
/** Keeps a number and its unit on one line. */
const unitSpace = '\u00a0';

export function formatCount(value: number): string {
  return integer.format(value).replaceAll(',', narrowSpace);
}

/** Rates: three figures are enough to act on. `0.04`, `3.2`, `61`, `1 284`. */
export function formatRate(value: number): string {
  if (value === 0) return '0';
  if (value < 0.1) return value.toPrecision(1);
  if (value < 10) return String(Math.round(value * 10) / 10);
  return formatCount(Math.round(value));
}

/** `0 to 1`, with the edges rounded the same way. */
export function formatBand(lower: number, upper: number): string {
  return `${formatRate(lower)}–${formatRate(upper)}`;
}

export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 10 ? Math.round(percent * 10) / 10 : Math.round(percent)}${unitSpace}%`;
}

/** `137×` an edge of the normal, or undefined where there is none. An expectation near zero is nothing to divide by. */
export function formatTimes(rate: number, edge: number): string | undefined {
  return edge > 0 ? `${formatRate(rate / edge)}×` : undefined;
}

/** `1 request`, `3.2 requests`: the noun follows the number as it is shown. */
export function formatRequests(rate: number): string {
  const shown = formatRate(rate);
  return `${shown} ${shown === '1' ? 'request' : 'requests'}`;
}

const units: [name: string, ms: number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** At most two units: `4 min 12 s`, `2 h`, `3 d 4 h`. */
export function formatDuration(durationMs: number): string {
  const parts: string[] = [];
  let leftMs = Math.max(durationMs, 0);
  for (const [name, ms] of units) {
    const count = Math.floor(leftMs / ms);
    leftMs -= count * ms;
    if (count > 0) parts.push(`${count}${unitSpace}${name}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? `0${unitSpace}s` : parts.join(' ');
}

/** One unit is enough for the past: `just now`, `4 min ago`, `3 d ago`. */
export function formatAgo(agoMs: number): string {
  if (agoMs < 5_000) return 'just now';
  const [name, ms] = units.find((unit) => agoMs >= unit[1]) ?? ['s', 1_000];
  return `${Math.floor(agoMs / ms)}${unitSpace}${name} ago`;
}

const clockFormat = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

export function formatClock(at: number): string {
  return clockFormat.format(at);
}

/** Local day and time; the day only where it is not today. */
export function formatMoment(at: number, nowMs: number): string {
  const sameDay = new Date(at).toDateString() === new Date(nowMs).toDateString();
  return sameDay ? formatClock(at) : `${dayFormat.format(at)}, ${formatClock(at).slice(0, 5)}`;
}

export function formatUtc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
