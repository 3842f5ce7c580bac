/**
 * What a decision is asked about, as plain data: who, what, to what, and under which circumstances. The same form is
 * decided, counted for the last day and tried against drafts, so all three speak of one thing; `toCedar` is the only
 * place that knows how Cedar wants it.
 */

import type { Context, EntityJson, EntityUidJson } from '@cedar-policy/cedar-wasm/nodejs';
import { z } from 'zod';
import { operatorRoleSchema } from '../../lib/contract/operators.schema.ts';
import type { OperatorRole } from '../../lib/contract/operators.ts';
import { definitionOf, type ResourceType } from './actions.table.ts';

export const rankByRole: Record<OperatorRole, number> = { owner: 3, analyst: 2, viewer: 1 };

const operatorFactsSchema = z.object({
  kind: z.literal('operator'),
  id: z.string(),
  name: z.string(),
  role: operatorRoleSchema,
  team: z.string(),
  clearance: z.int(),
  deviceTrust: z.enum(['device_bound', 'synced', 'unknown']),
  session: z.enum(['passkey', 'enrol']),
  risk: z.int(),
  challenged: z.boolean(),
});
const serviceFactsSchema = z.object({
  kind: z.literal('service'),
  id: z.string(),
  name: z.string(),
  serviceKind: z.enum(['ingest_key', 'client']),
});
const grantsSchema = z.object({ role: operatorRoleSchema, clearance: z.int() });
const circumstancesSchema = z.object({
  address: z.string(),
  network: z.enum(['loopback', 'private', 'public', 'unknown']),
  hour: z.int(),
  weekday: z.int(),
  transport: z.enum(['http', 'socket']),
  authenticationAgeSeconds: z.int(),
  grants: grantsSchema.optional(),
});

export const decisionRequestSchema = z.object({
  principal: z.discriminatedUnion('kind', [operatorFactsSchema, serviceFactsSchema]),
  action: z.string(),
  resource: z.object({
    id: z.string(),
    owner: z.string().optional(),
    environment: z.string(),
    /** Of an account, before the change. */
    role: operatorRoleSchema.optional(),
  }),
  context: circumstancesSchema,
});

export type OperatorFacts = z.infer<typeof operatorFactsSchema>;
export type ServiceFacts = z.infer<typeof serviceFactsSchema>;
export type Grants = z.infer<typeof grantsSchema>;
export type Circumstances = z.infer<typeof circumstancesSchema>;
export type DecisionRequest = z.infer<typeof decisionRequestSchema>;

export interface CedarRequest {
  principal: EntityUidJson;
  action: EntityUidJson;
  resource: EntityUidJson;
  context: Context;
  entities: EntityJson[];
}

/** Undefined for an action that nothing has. */
export function toCedar({ principal, action, resource, context }: DecisionRequest): CedarRequest | undefined {
  const definition = definitionOf(action);
  if (definition === undefined) return undefined;
  const who = principalEntity(principal);
  const what = { type: definition.resource, id: resource.id };
  const attrs: EntityJson['attrs'] = {
    environment: resource.environment,
    sensitivity: definition.sensitivity,
    ...(resource.owner === undefined
      ? {}
      : { owner: { __entity: { type: 'Operator', id: resource.owner } } }),
  };
  if (hasRank(definition.resource)) {
    attrs.role = resource.role ?? '';
    attrs.rank = resource.role === undefined ? 0 : rankByRole[resource.role];
  }
  return {
    principal: who.uid,
    action: { type: 'Action', id: action },
    resource: what,
    context: cedarContext(context),
    entities: [who, { uid: what, attrs, parents: [] }],
  };
}

/** Types that are about an operator, who has a role of his own. */
export function hasRank(type: ResourceType): boolean {
  return type === 'Account' || type === 'Invite' || type === 'Recovery';
}

function principalEntity(principal: DecisionRequest['principal']): EntityJson {
  if (principal.kind === 'service') {
    const attrs = { kind: principal.serviceKind, name: principal.name };
    return { uid: { type: 'Service', id: principal.id }, attrs, parents: [] };
  }
  const { role, team, clearance, deviceTrust, session, risk, challenged } = principal;
  const attrs = { role, rank: rankByRole[role], team, clearance, deviceTrust, session, risk, challenged };
  return { uid: { type: 'Operator', id: principal.id }, attrs, parents: [] };
}

function cedarContext({ grants, address, ...rest }: Circumstances): Context {
  return {
    ...rest,
    address: { __extn: { fn: 'ip', arg: address } },
    ...(grants === undefined ? {} : { grants: { ...grants, rank: rankByRole[grants.role] } }),
  };
}
