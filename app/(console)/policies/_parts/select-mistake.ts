/** Puts the caret on a mistake and brings it into sight. */

import type { PolicyMistake } from '../../../../lib/contract/policies.ts';

export function selectMistake(
  area: HTMLTextAreaElement,
  { line = 1, column = 1, text = '' }: PolicyMistake,
): void {
  const before = area.value.split('\n').slice(0, line - 1);
  const start = before.reduce((sum, { length }) => sum + length + 1, 0) + column - 1;
  // Long pieces, such as a whole policy, are only pointed at.
  const end = text.includes('\n') ? start : start + text.length;
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end);
  const frame = area.closest('.overflow-auto');
  const lineHeight = Number.parseFloat(getComputedStyle(area).lineHeight);
  frame?.scrollTo({ top: Math.max(0, (line - 4) * lineHeight), left: 0 });
}
