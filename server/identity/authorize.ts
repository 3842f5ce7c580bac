/**
 * The one place that asks whether somebody may do something: every route and socket event calls it before anything
 * else. What is allowed is said by the policies (server/policies), decided anew each time by the principal's authority.
 */

import { operationOf } from '../../lib/identity/confirmation.ts';
import { AppError } from '../http/app-error.ts';
import { type Action, isAction } from '../policies/actions.table.ts';
import type { Decision, Resource } from '../policies/authority.ts';
import type { Principal } from './principal.ts';

/** RFC 9470: how old the use of the passkey may be for a dangerous action, seconds. */
const maxAgeSeconds = 300;

/** Whether this principal may do this to this resource, now. Unknown actions are denied. */
export function isAllowed(principal: Principal, action: string, resource: Resource = {}): boolean {
  return isAction(action) && principal.authority.decide(principal, action, resource).outcome === 'allow';
}

/**
 * First line of every protected handler. Whoever passes an id says to whom it belongs (`owner`), unless it is the
 * caller's own session or account.
 * @throws AppError `forbidden`; `step_up_required` where a passkey used for this operation would open it (RFC 9470)
 */
export function authorize(principal: Principal, action: Action, resource: Resource = {}): Decision {
  const decision = principal.authority.decide(principal, action, resource);
  if (decision.outcome === 'allow') return decision;
  const internal = `${principal.operatorId} may not ${operationOf(action, resource.id)}: ${decision.policies.join(' ')} ${decision.problem ?? ''}`;
  // Which permission is missing is no secret, and what its reader has to ask an owner for.
  if (decision.outcome === 'deny') throw new AppError('forbidden', { internal, members: { action } });
  throw new AppError('step_up_required', {
    internal,
    headers: {
      'www-authenticate': `DPoP error="insufficient_user_authentication", error_description="Use your passkey again.", max_age=${maxAgeSeconds}, algs="ES256"`,
    },
    members: { operation: decision.operation, maxAgeSeconds },
  });
}
