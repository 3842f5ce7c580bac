/** The plain sentence that opens the Live page: is it bad, who is it, and is anything done about it? Pure. */

import type { Surprise } from '../../../lib/contract/console.ts';
import type { Throttle } from '../../../lib/contract/decision.ts';
import type { Verdict } from '../../_baseline/verdict.ts';
import { formatRate } from '../../_ui/format.ts';
import { plural } from '../../_ui/words.ts';
import type { Figures } from './figures.ts';

export interface Headline {
  figures: Figures;
  throttles: readonly Throttle[];
  /** Outside their band now, most surprising first. */
  surprises: readonly Surprise[];
}

export function headline({ figures, throttles, surprises }: Headline): Verdict {
  const { requests, refused, band, above } = figures;
  const rate = formatRate(requests);
  const acting = throttles.filter(({ mode }) => mode === 'enforce');
  const [worst] = surprises;
  if (acting.length > 0) {
    const done =
      refused > 0
        ? `${formatRate(refused)} of ${rate} requests a second are refused`
        : 'nothing is refused at the moment';
    const tone = acting.some(({ conclusion }) => conclusion === 'deny') ? 'denied' : 'limited';
    return { tone, text: `Tidegate holds back ${subjects(acting)}: ${done}.` };
  }
  if (throttles.length > 0) {
    return {
      tone: 'unusual',
      text: `Tidegate would hold back ${subjects(throttles)}, but refuses nothing in shadow mode.`,
    };
  }
  if (worst) {
    const { user, endpoint, ratePerMinute, upperPerMinute } = worst;
    const more = surprises.length - 1;
    const others = more === 0 ? '' : ` So ${more === 1 ? 'is' : 'are'} ${more} ${plural(more, 'other')}.`;
    return {
      tone: 'unusual',
      text: `${user} is above its normal on ${endpoint}: ${formatRate(ratePerMinute)} a minute, normally up to ${formatRate(upperPerMinute)}.${others} Nothing is limited.`,
    };
  }
  if (band === undefined) {
    return { tone: 'unknown', text: 'Tidegate is still learning how much traffic is normal here.' };
  }
  if (above) {
    return {
      tone: 'unusual',
      text: `More traffic than usual: ${rate} requests a second, normally ${band}. No single user stands out.`,
    };
  }
  return { tone: 'normal', text: `All is normal: ${rate} requests a second, inside ${band}.` };
}

/** `u-1842`, `u-1842 and u-7`, `u-1842 and 4 others`. */
function subjects(throttles: readonly Throttle[]): string {
  const names = new Set(
    throttles.map(({ scope }) => scope.user?.replace(/^ip:/, '') ?? scope.ip ?? scope.tokenId ?? 'everyone'),
  );
  const [first = '', second = ''] = names;
  if (names.size <= 2) return names.size === 1 ? first : `${first} and ${second}`;
  return `${first} and ${names.size - 1} others`;
}
