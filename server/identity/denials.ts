/** Denials of the policies, into the audit: the first of a kind at once, floods of them counted by the minute. */

import type { Authority } from '../policies/authority.ts';
import type { RefusalTrail } from './refusal-trail.ts';

/** @returns how to stop it */
export function auditDenials(deps: { authority: Pick<Authority, 'onDecided'>; refusals: RefusalTrail }) {
  return deps.authority.onDecided(({ outcome, request, operation, policyVersion }) => {
    if (outcome === 'allow') return;
    const { principal, context, action } = request;
    const reason = outcome === 'deny' ? `denied ${action}` : `step-up ${action}`;
    const known = { actor: principal.id, target: operation, policyVersion };
    deps.refusals.record({ action: 'access.denied', address: context.address, reason, ...known });
  });
}
