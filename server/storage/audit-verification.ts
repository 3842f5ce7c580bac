/** Whether the audit log is whole, said so that a person understands it. */

import type { AuditVerification } from '../../lib/contract/audit.ts';
import { readAuditHead, verifyAudit } from './audit.ts';
import { readAuditAnchor } from './audit-anchor.ts';
import type { Executor } from './database.ts';

/** Reads the whole chain, and compares it with what the data folder noted. */
export async function verifyAuditLog(deps: { db: Executor; dataDir: string }): Promise<AuditVerification> {
  // Before the chain: entries that are written meanwhile come after both.
  const anchor = readAuditAnchor(deps.dataDir);
  const verdict = await verifyAudit(deps.db, anchor);
  const { seq: headSeq } = await readAuditHead(deps.db);
  return {
    ...verdict,
    ...(verdict.brokenAtSeq === undefined
      ? {}
      : { problem: problemOf(verdict.brokenAtSeq, headSeq, anchor?.seq) }),
    headSeq,
    ...(anchor === undefined ? {} : { anchorSeq: anchor.seq }),
  };
}

function problemOf(brokenAtSeq: number, headSeq: number, anchorSeq: number | undefined): string {
  if (brokenAtSeq > headSeq && anchorSeq !== undefined) {
    return `The data folder noted ${anchorSeq} entries, the log ends at ${headSeq}: entries were removed, or lost (a power cut, an older copy restored).`;
  }
  return `Entry ${brokenAtSeq} does not follow from the one before it: it was changed, or entries are missing.`;
}
