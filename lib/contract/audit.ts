/**
 * The audit log as operators read it; nobody writes or deletes it by the API. Plain types only.
 *
 *   GET /api/audit?AuditFilter&limit=&cursor=  -> Page<AuditRecord>, newest first
 *   GET /api/audit/export?AuditFilter          -> application/x-ndjson, one AuditRecord a line, oldest first
 *   GET /api/audit/verification                -> AuditVerification: reads the whole chain
 */

export type AuditOutcome = 'done' | 'refused';

export interface AuditRecord {
  /** Place in the chain. */
  seq: number;
  /** ms since the epoch (UTC). */
  at: number;
  /** `opr_…`, `anonymous`, `host` or `tidegate`. */
  actor: string;
  /** Name of the operator, where it is one. */
  actorName?: string;
  /** Noun and verb, `device.removed`. */
  action: string;
  /** Id of what it was done to. */
  target: string;
  outcome: AuditOutcome;
  address: string;
  /** Version of the policies that were in force; absent for entries that no policy decided. */
  policyVersion?: number;
  /** Plain facts, never secrets. */
  detail: Record<string, unknown>;
  /** Hash of the entry before, and of this one with it (SHA-256, base64url). */
  previousHash: string;
  hash: string;
}

/** Each narrows; absent fields do not matter. */
export interface AuditFilter {
  actor?: string;
  /** Whole (`device.removed`), or a noun (`device`). */
  action?: string;
  target?: string;
  outcome?: AuditOutcome;
  address?: string;
  fromMs?: number;
  toMs?: number;
  /** Part of action, target or facts; looked for in the newest 100,000 entries. */
  text?: string;
  /** Actors, actions, targets and addresses whose entries are left out. */
  without?: string[];
}

export interface AuditVerification {
  entries: number;
  /** The first entry that does not follow from the one before it; absent where the chain is whole. */
  brokenAtSeq?: number;
  /** In words, where it is not whole. */
  problem?: string;
  /** End of the chain, and how far it is also noted outside the database. */
  headSeq: number;
  anchorSeq?: number;
}
