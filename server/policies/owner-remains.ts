/**
 * Whether somebody stays in charge: an enabled owner who could change policies and operators at any hour and on any
 * day, from where the change is being made, having just used a passkey. Asked of Cedar itself, since no reading of the
 * policies' text could answer it.
 */

import type { Action } from './actions.table.ts';
import type { Cedar, PolicySlot } from './cedar.ts';
import type { DecisionRequest } from './decision-request.ts';
import { networkOf } from './network.ts';
import type { OperatorStanding } from './standing.ts';

/** With these two every other right can be given back. */
const needed: readonly Action[] = ['policy.update', 'operator.update'];

export interface ChangedFrom {
  address: string;
  environment: string;
  /** Who makes the change, and with which kind of passkey; others are taken for having any. */
  operatorId: string;
  deviceTrust: 'device_bound' | 'synced' | 'unknown';
}

export function ownerRemains(
  cedar: Pick<Cedar, 'decide' | 'speaksOfTime'>,
  slot: PolicySlot,
  owners: readonly OperatorStanding[],
  from: ChangedFrom,
): boolean {
  const looked = cedar.speaksOfTime(slot) ? moments : moments.slice(0, 1);
  return owners.some((owner) =>
    needed.every((action) =>
      looked.every((moment) => {
        const request = requestOf(owner, action, moment, from);
        return cedar.decide(slot, request).outcome === 'allow';
      }),
    ),
  );
}

/** Every hour of the week: 168 moments, 25 to 50 ms of decisions for each action, in which nothing else is done. */
const moments = Array.from({ length: 7 * 24 }, (_, index) => ({
  hour: index % 24,
  weekday: Math.floor(index / 24),
}));

function requestOf(
  owner: OperatorStanding,
  action: Action,
  moment: { hour: number; weekday: number },
  from: ChangedFrom,
): DecisionRequest {
  const { id, name, role, team, clearance } = owner;
  const deviceTrust = id === from.operatorId ? from.deviceTrust : 'unknown';
  const known = { id, name, role, team, clearance, deviceTrust };
  return {
    principal: { ...known, kind: 'operator', session: 'passkey', risk: 0, challenged: false },
    action,
    resource: {
      id: 'owner-remains',
      environment: from.environment,
      ...(action === 'operator.update' ? { role: 'owner' } : {}),
    },
    context: {
      ...networkOf(from.address),
      ...moment,
      transport: 'http',
      authenticationAgeSeconds: 0,
    },
  };
}
