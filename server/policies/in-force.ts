/** The policies that a version stands for, checked and ready for the decision point. */

import type { PolicyText } from '../../lib/contract/policies.ts';
import type { PoliciesInForce } from './authority.ts';
import { builtInPolicies, checkPolicies } from './documents.ts';

/** @throws Error where the documents have mistakes: a version that was stored had none when it was. */
export function policiesOf(schema: string, version: number, documents: PolicyText[]): PoliciesInForce {
  const { verdict, policies } = checkPolicies(schema, documents);
  if (policies === undefined) {
    const [first] = verdict.mistakes;
    throw new Error(`policies of version ${version}: ${first?.document}: ${first?.message}`);
  }
  return { version, documents, policies };
}

export function builtInInForce(schema: string): PoliciesInForce {
  return policiesOf(schema, 0, builtInPolicies());
}
