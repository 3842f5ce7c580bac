/**
 * Policies, as the console speaks of them: documents of Cedar text, their versions, and what a draft would change.
 * Plain types only; bodies are parsed by policies.schema.ts.
 *
 *   GET  /api/policies                     -> PolicyOverview
 *   GET  /api/policies/versions/{version}  -> PolicyVersion
 *   POST /api/policies/validate            PolicyDraft -> PolicyVerdict
 *   POST /api/policies/dry-run             PolicyDraft -> PolicyDryRun
 *   POST /api/policies                     PolicyPublication -> PolicyVersion   step-up; 422 `policy_refused` with the
 *                                          verdict as `verdict`; 409 `conflict` where `basedOn` is not current
 *   POST /api/policies/restore             PolicyRestoration -> PolicyVersion   step-up; as publishing
 */

/** `step_up`: would be allowed if a passkey were used now. */
export type PolicyOutcome = 'allow' | 'step_up' | 'deny';

/** A named text with any number of Cedar policies in it. A policy is known as `<document>/<@id, or its number>`. */
export interface PolicyText {
  /** `owner`, `night-shift` */
  name: string;
  text: string;
}

export interface PolicyVersionSummary {
  /** 0 is what Tidegate comes with. */
  version: number;
  comment: string;
  createdAt: number;
  createdByName: string;
  /** The version whose text this one took back. */
  restores?: number;
  current: boolean;
}

export interface PolicyVersion extends PolicyVersionSummary {
  policies: PolicyText[];
}

export interface PolicyOverview {
  current: PolicyVersion;
  /** Newest first; the built-in one last. */
  versions: PolicyVersionSummary[];
  /** In Cedar's schema language: what a policy may speak of. */
  schema: string;
  /** Every action with its groups, for completion and help. */
  actions: { name: string; groups: string[]; resource: string }[];
}

/** One mistake, where it is. */
export interface PolicyMistake {
  /** Name of the document; empty where it concerns all of them. */
  document: string;
  message: string;
  /** From 1; absent where it has no place. */
  line?: number;
  column?: number;
  /** The piece of text that is meant. */
  text?: string;
}

export interface PolicyVerdict {
  /** Empty: it can be published. */
  mistakes: PolicyMistake[];
  warnings: PolicyMistake[];
}

export interface PolicyDraft {
  policies: PolicyText[];
}

export interface PolicyPublication extends PolicyDraft {
  comment: string;
  /** The current version as the editor knows it. */
  basedOn: number;
}

export interface PolicyRestoration {
  version: number;
  comment: string;
  basedOn: number;
}

/** Alike requests of the last day whose outcome would be another. */
export interface PolicyChange {
  action: string;
  principal: { kind: 'operator' | 'service'; id: string; name: string; role: string };
  resource: { type: string; id: string };
  from: PolicyOutcome;
  to: PolicyOutcome;
  count: number;
  lastAt: number;
  /** Ids of the policies of the draft that decide it; none where nothing permits it. */
  policies: string[];
}

export interface PolicyDryRun {
  verdict: PolicyVerdict;
  /** Requests that were tried, counted as they came, and how many different ones. */
  requests: number;
  distinct: number;
  /** Since when; at most a day. */
  sinceAt: number;
  /** Most requests first; at most `policyChangesMax`. */
  changes: PolicyChange[];
  /** Requests whose outcome would be another, those not listed too. */
  changedRequests: number;
}

export const policyLimits = {
  /** Documents of one version, and characters of one. */
  documentsMax: 50,
  textCharsMax: 20_000,
  /** Policies of one version: a decision looks at each (500 a second at 1,000). */
  policiesMax: 200,
  commentCharsMax: 300,
} as const;

export const policyChangesMax = 500;
