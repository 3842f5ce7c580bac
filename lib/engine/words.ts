/** Numbers in the sentences of findings, as the console shows them: thousands apart by a thin space. */

const thinSpace = '\u2009';
/** Keeps a number and its unit on one line. */
const unitSpace = '\u00a0';

/** `950`, `12 345`, `1 234.5`. */
export function said(value: number): string {
  return String(value).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, thinSpace);
}

/** `8 %`, `1.5 %` */
export const saidPercent = (percent: number): string => `${said(percent)}${unitSpace}%`;
