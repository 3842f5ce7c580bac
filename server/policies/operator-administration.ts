/**
 * Changing operators: role, team, clearance, disabled or not. Stored with its audit entry in one transaction that an
 * owner survives; the decision point follows in the same moment, so that the next request and every open connection
 * are judged by it. Who is disabled loses sessions, tokens and sockets with it.
 */

import type { OperatorAccount, OperatorChange } from '../../lib/contract/operators.ts';
import { AppError } from '../http/app-error.ts';
import type { Identity } from '../identity/identity.ts';
import type { AccountChange, Operators } from '../storage/operators.ts';
import type { Author } from './administration.ts';
import type { Cedar } from './cedar.ts';
import { ownerRemains } from './owner-remains.ts';
import type { Standing } from './standing.ts';

export interface OperatorAdministrationDeps {
  operators: Operators;
  standing: Pick<Standing, 'changed' | 'riskOf'>;
  cedar: Pick<Cedar, 'decide' | 'speaksOfTime'>;
  identity: Pick<Identity, 'followRevocation'>;
}

export type OperatorAdministration = ReturnType<typeof createOperatorAdministration>;

export function createOperatorAdministration(deps: OperatorAdministrationDeps) {
  const withRisk = (account: Omit<OperatorAccount, 'risk'>): OperatorAccount => ({
    ...account,
    risk: deps.standing.riskOf(account.id),
  });

  async function change(
    wanted: Pick<AccountChange, 'id' | 'set' | 'action'>,
    author: Author,
  ): Promise<OperatorAccount> {
    const changed = await deps.operators.change({
      ...wanted,
      actor: author.actor,
      keepsOwner: (owners) => ownerRemains(deps.cedar, 'current', owners, author.from),
    });
    if (changed === 'last_owner') throw new AppError('last_owner');
    if (changed === 'unknown') throw new AppError('not_found');
    deps.standing.changed(changed.standing);
    if (changed.revocation !== undefined) deps.identity.followRevocation(changed.revocation);
    const account = await deps.operators.find(wanted.id);
    if (account === undefined) throw new AppError('not_found');
    return withRisk(account);
  }

  return {
    list: async (): Promise<OperatorAccount[]> => (await deps.operators.list()).map(withRisk),
    async find(id: string): Promise<OperatorAccount | undefined> {
      const account = await deps.operators.find(id);
      return account && withRisk(account);
    },
    /** @throws AppError `not_found`, `last_owner` */
    update: (id: string, set: OperatorChange, author: Author) =>
      change({ id, set, action: 'operator.update' }, author),
    disable: (id: string, author: Author) =>
      change({ id, set: { disabled: true }, action: 'operator.disable' }, author),
    enable: (id: string, author: Author) =>
      change({ id, set: { disabled: false }, action: 'operator.enable' }, author),
  };
}
