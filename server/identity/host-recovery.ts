/** Recovery from the host: a link for the operator whom a name or id means. Refusals are in words, for a person there. */

import type { RecoveryLinkCreated } from '../../lib/contract/account.ts';
import { AppError } from '../http/app-error.ts';
import { createRecoveryLink, type LinkDeps } from './recovery.ts';
import type { IdentityStore } from './store.ts';

/** @throws AppError `not_found`, `conflict` where several have the name */
export async function recoverFromHost(
  deps: LinkDeps & { store: Pick<IdentityStore, 'findOperatorsNamed'> },
  wanted: string,
): Promise<RecoveryLinkCreated> {
  const found = await deps.store.findOperatorsNamed(wanted);
  const [operator] = found;
  if (operator === undefined) throw new AppError('not_found', { public: `There is no operator ${wanted}.` });
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new AppError('conflict', { public: `Several operators have this name; say which: ${ids}` });
  }
  if (operator.disabledAt !== undefined) {
    throw new AppError('not_found', { public: `${operator.name} is disabled; enable the account first.` });
  }
  return createRecoveryLink(deps, operator.id, { id: 'host', name: 'host', address: 'local' });
}
