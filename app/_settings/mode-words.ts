/** What the two modes mean to those whose requests pass, in one place: settings and endpoints say the same. */

import type { Mode } from '../../lib/contract/decision.ts';

export const modeNames: Record<Mode, string> = { enforce: 'Enforce', shadow: 'Shadow' };

export const modeMeanings: Record<Mode, string> = {
  enforce: 'Requests over a limit are refused: your callers get 429, 401 or 403.',
  shadow: 'Tidegate decides and records what it would do, and refuses nothing.',
};
