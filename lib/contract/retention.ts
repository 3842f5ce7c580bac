/** How long what grows is kept, and how much of it at most. The server deletes by these; the console tells them. */

const dayMs = 24 * 60 * 60 * 1000;

export const retentionLimits = {
  /** The event log: what an engine that starts anew reads. */
  eventsMs: dayMs,
  eventsBytesMax: 1024 * 1024 * 1024,
  /** Requests per minute, for charts. */
  chartsMs: dayMs,
  chartsBytesMax: 256 * 1024 * 1024,
  /** Alerts that are not open leave after 90 days. */
  alertsMs: 90 * dayMs,
  alertsMax: 100_000,
  /** Audit entries: long enough to answer for a whole year. */
  auditMs: 400 * dayMs,
  auditMax: 1_000_000,
  /** An ended session, or a used recovery, can still be looked at for this long. */
  familiesMs: 30 * dayMs,
  /** Who still holds a removed passkey is told so for this long. */
  removedPasskeysMs: 400 * dayMs,
  /** Revoked ingest keys and clients stay listed for this long. */
  revokedKeysMs: 400 * dayMs,
} as const;
