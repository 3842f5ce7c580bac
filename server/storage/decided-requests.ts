/** Requests that were decided in the last day, alike ones counted together by the hour: what drafts are tried against. */

import { gte, lt, sql } from 'drizzle-orm';
import type { PolicyOutcome } from '../../lib/contract/policies.ts';
import type { Database } from './database.ts';
import { decidedRequests } from './schema-policies.ts';
import { storableJson } from './storable-text.ts';

export interface DecidedRow {
  hourAt: number;
  /** SHA-256 of the request and its outcome. */
  digest: string;
  request: unknown;
  outcome: PolicyOutcome;
  policyVersion: number;
  count: number;
  lastAt: number;
}

export type DecidedRequests = ReturnType<typeof createDecidedRequests>;

export function createDecidedRequests({ database: { db } }: { database: Pick<Database, 'db'> }) {
  return {
    async add(rows: readonly DecidedRow[]): Promise<void> {
      if (rows.length === 0) return;
      await db
        .insert(decidedRequests)
        .values(rows.map((row) => ({ ...row, request: storableJson(row.request) })))
        .onConflictDoUpdate({
          target: [decidedRequests.hourAt, decidedRequests.digest],
          set: {
            count: sql`${decidedRequests.count} + excluded.count`,
            lastAt: sql`greatest(${decidedRequests.lastAt}, excluded.last_at)`,
          },
        });
    },

    /** Most frequent first. */
    async load(query: {
      sinceAt: number;
      limit: number;
    }): Promise<{ request: unknown; count: number; lastAt: number }[]> {
      return db
        .select({
          request: sql<unknown>`(array_agg(${decidedRequests.request}))[1]`,
          count: sql<number>`sum(${decidedRequests.count})`.mapWith(Number),
          lastAt: sql<number>`max(${decidedRequests.lastAt})`.mapWith(Number),
        })
        .from(decidedRequests)
        .where(gte(decidedRequests.hourAt, query.sinceAt))
        .groupBy(decidedRequests.digest)
        .orderBy(sql`2 desc`)
        .limit(query.limit);
    },

    dropBefore: (atMs: number) => db.delete(decidedRequests).where(lt(decidedRequests.hourAt, atMs)),
  };
}
