/**
 * What would have become of a finding at another tolerance, from the numbers that its page shows. Those are edges at
 * tolerance 1, and the engine's grow more slowly than the tolerance does, since chance does not grow with it: what is
 * beyond the scaled edge is beyond the engine's own. Pure.
 */

import type { Evidence } from '../../../../lib/contract/alert.ts';
import type { TrafficSeries } from '../../../../lib/contract/console.ts';

export interface OtherTolerance {
  times: number;
  tolerance: number;
  /** `certain`: found as well; `doubtful`: what was seen is inside the wider edge. */
  found: 'certain' | 'doubtful';
  /** The reason that decides: of those beyond the edge the heaviest, else the heaviest of all. */
  line: Evidence;
  /** Its edge at that tolerance, same unit as what was observed. */
  upper: number;
  /** Minutes before the finding with requests, and how many of them would have been above the edge. */
  calmMinutes: number;
  calmAbove: number;
}

export function atTolerance(
  times: number,
  finding: { evidence: readonly Evidence[]; openedAt: number; series: TrafficSeries; tolerance: number },
): OtherTolerance | undefined {
  const tolerance = finding.tolerance * times;
  const lines = finding.evidence.toSorted((a, b) => b.weight - a.weight);
  const beyond = lines.find(({ observed, upper }) => observed > upper * tolerance);
  const line = beyond ?? lines[0];
  if (line === undefined || line.upper <= 0) return undefined;
  const before = Math.floor(finding.openedAt / finding.series.bucketMs) * finding.series.bucketMs;
  const calm = finding.series.points.filter(
    ({ at, requests, refused, upper }) => at < before && requests > 0 && refused === 0 && upper !== undefined,
  );
  return {
    times,
    tolerance,
    found: beyond === undefined ? 'doubtful' : 'certain',
    line,
    upper: line.upper * tolerance,
    calmMinutes: calm.length,
    calmAbove: calm.filter(({ requests, upper = 0 }) => requests > upper * tolerance).length,
  };
}
