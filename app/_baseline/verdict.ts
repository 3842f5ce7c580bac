/** The plain sentence that opens a page about one user or one endpoint: is this normal? Pure. */

import type { EndpointDetail, UserDetail } from '../../lib/contract/console.ts';
import type { Baseline, Throttle } from '../../lib/contract/decision.ts';
import { formatCount, formatRate, formatRequests } from '../_ui/format.ts';
import { plural } from '../_ui/words.ts';

export type VerdictTone = 'normal' | 'unusual' | 'limited' | 'denied' | 'unknown' | 'quiet';

export interface Verdict {
  tone: VerdictTone;
  text: string;
}

type Pair = Baseline & { lastSeenAt: number };

/** Without a request for this long there is no "now" to judge. */
const quietMs = 15 * 60_000;
/** Under this confidence the crowd's normal speaks more than the own one. */
const confidenceMin = 0.3;

export function judgeUser(detail: UserDetail, nowMs: number): Verdict {
  const { summary, endpoints, throttles } = detail;
  const who = summary.user;
  const outside = endpoints.filter(isOutside);
  const worst = outside[0];
  const [throttle] = throttles;
  if (throttle) {
    const where = throttle.scope.endpoint ?? 'every endpoint';
    const pair = endpoints.find(({ endpoint }) => endpoint === throttle.scope.endpoint);
    const text = `${who} ${actionOf(throttle)} on ${where}${pair ? `: ${ratesOf(pair)}` : ''}.`;
    return { tone: toneOf(throttle), text: text + moreOf(throttles) };
  }
  if (worst) {
    const more = outside.length > 1 ? ` So ${are(outside.length - 1, 'other endpoint')}.` : '';
    return {
      tone: 'unusual',
      text: `${who} is above its normal on ${worst.endpoint}: ${ratesOf(worst)}.${more}`,
    };
  }
  if (nowMs - summary.lastSeenAt > quietMs) {
    return { tone: 'quiet', text: `${who} is quiet: no request in the last 15 minutes.` };
  }
  if (isUnknown(endpoints)) {
    return {
      tone: 'unknown',
      text: `${who} is too new to have a normal of its own: Tidegate compares it with what others do.`,
    };
  }
  return {
    tone: 'normal',
    text: `${who} is normal: every endpoint is inside its band. ${nowAndUsual(summary)}`,
  };
}

export function judgeEndpoint(detail: EndpointDetail, nowMs: number): Verdict {
  const { summary, users, throttles } = detail;
  const what = summary.endpoint;
  const outside = users.filter(isOutside);
  const worst = outside[0];
  const [throttle] = throttles;
  if (throttle) {
    const { user, ip, tokenId } = throttle.scope;
    const pair = users.find((row) => row.user === user);
    const text = `${user ?? ip ?? tokenId ?? 'Everyone'} ${actionOf(throttle)} here${pair ? `: ${ratesOf(pair)}` : ''}.`;
    return { tone: toneOf(throttle), text: text + moreOf(throttles) };
  }
  if (worst) {
    const more = outside.length > 1 ? ` So ${are(outside.length - 1, 'other user')}.` : '';
    return {
      tone: 'unusual',
      text: `${worst.user} is above its normal here: ${ratesOf(worst)}.${more}`,
    };
  }
  if (nowMs - summary.lastSeenAt > quietMs) {
    return { tone: 'quiet', text: `${what} is quiet: no request in the last 15 minutes.` };
  }
  if (isUnknown(users)) {
    return {
      tone: 'unknown',
      text: `${what} is too new to have a normal: Tidegate is learning what users do here.`,
    };
  }
  return { tone: 'normal', text: `${what} is normal: no user is above its band. ${nowAndUsual(summary)}` };
}

/** The colour and the sign that its conclusion has everywhere. */
function toneOf({ conclusion }: Throttle): VerdictTone {
  return conclusion === 'deny' ? 'denied' : 'limited';
}

export function isOutside(pair: Pick<Pair, 'ratePerMinute' | 'upperPerMinute'>): boolean {
  return pair.upperPerMinute > 0 && pair.ratePerMinute > pair.upperPerMinute;
}

function isUnknown(pairs: readonly Pair[]): boolean {
  return pairs.length > 0 && pairs.every(({ confidence }) => confidence < confidenceMin);
}

/** `is throttled to 9 a minute`, or what shadow mode only records. */
function actionOf({ conclusion, limitPerMinute, mode }: Throttle): string {
  const did = { throttle: 'throttled', step_up: 'asked to prove who it is', deny: 'denied' }[conclusion];
  const limit = limitPerMinute === undefined ? '' : ` to ${formatRate(limitPerMinute)} a minute`;
  return `${mode === 'shadow' ? 'would be' : 'is'} ${did}${limit}`;
}

function moreOf(throttles: readonly Throttle[]): string {
  const others = throttles.length - 1;
  return others === 0 ? '' : ` ${formatCount(others)} more ${plural(others, 'throttle')} in force.`;
}

function ratesOf(pair: Pair): string {
  return `${formatRequests(pair.ratePerMinute)} in the last minute, normally up to ${formatRate(pair.upperPerMinute)}`;
}

function are(count: number, noun: string): string {
  return count === 1 ? `is 1 ${noun}` : `are ${formatCount(count)} ${plural(count, noun)}`;
}

function nowAndUsual(summary: { ratePerMinute: number; expectedPerMinute: number }): string {
  const { ratePerMinute: rate, expectedPerMinute: expected } = summary;
  return `${formatRequests(rate)} in the last minute, usually about ${formatRate(expected)}.`;
}
