/** How alarming a session is, from what is known about its holder, its passkey and where it is used from. */

export interface RiskSigns {
  /** 0 to 100, from Tidegate's own engine: what it has found about the holder. */
  holderRisk: number;
  /** The passkey's signature counter ran backwards. */
  cloneSuspected: boolean;
  /** It was opened from one address and last used from another. */
  moved: boolean;
}

/** A copied key is the worst that can be seen from here; a new address is mostly a train or a phone. */
export const cloneRisk = 80;
export const movedRisk = 20;

/** @returns 0 calm to 100 alarming, and why, in words; the strongest sign counts, since signs do not add up. */
export function sessionRisk(signs: RiskSigns): { risk: number; riskReasons: string[] } {
  const found: [risk: number, reason: string][] = [
    [signs.holderRisk, 'There are open findings about its holder.'],
    [signs.cloneSuspected ? cloneRisk : 0, 'A copy of its passkey may exist.'],
    [signs.moved ? movedRisk : 0, 'It is used from another address than it was opened from.'],
  ];
  const signsSeen = found.filter(([risk]) => risk > 0);
  return {
    risk: Math.max(0, ...signsSeen.map(([risk]) => risk)),
    riskReasons: signsSeen.map(([, reason]) => reason),
  };
}
