/** Numbers in the sentences of findings, as the console shows them: thousands apart by a space where no line breaks. */

const narrowSpace = '\u202f';
/** Keeps a number and its unit on one line. */
const unitSpace = '\u00a0';

/** `950`, `12 345`, `1 234.5`. */
export function said(value: number): string {
  return String(value).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, narrowSpace);
}

/** `8 %`, `1.5 %` */
export const saidPercent = (percent: number): string => `${said(percent)}${unitSpace}%`;
