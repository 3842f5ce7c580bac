/**
 * Cedar, held to three rules: a request is decided against the schema or not at all, whatever is not a clean "allow"
 * is a denial (a forbid that fails is skipped by Cedar, which would open the door), and policies are parsed once when
 * they come into force. The library runs in this thread: about a tenth of a millisecond for each decision.
 */

import * as wasm from '@cedar-policy/cedar-wasm/nodejs';
import type { PolicyOutcome } from '../../lib/contract/policies.ts';
import { type DecisionRequest, toCedar } from './decision-request.ts';

/** Parsed policies have a name in the library, which never forgets one: so there are these two and no more. */
export type PolicySlot = 'current' | 'draft';

export interface Verdict {
  outcome: PolicyOutcome;
  /** Ids of the policies that decided; none where nothing permits it. */
  policies: string[];
  /** Why Cedar could not decide, for the log; the outcome is then a denial. */
  problem?: string;
}

export interface Cedar {
  readonly schema: string;
  /** Id -> text of one policy. @throws Error where they cannot be parsed; what was in the slot stays. */
  load(slot: PolicySlot, policies: Record<string, string>): void;
  decide(slot: PolicySlot, request: DecisionRequest): Verdict;
  /** False where no policy in the slot can tell one hour or day from another. */
  speaksOfTime(slot: PolicySlot): boolean;
}

/** Cedar reaches an attribute by its name only, as a word or a text; a text may be written with escapes. */
const timeWords = /hour|weekday|\\/;

/** A process has one; a test file that makes several keeps them apart. */
let instances = 0;

// Called through a proxy, V8 does not inline the call into WebAssembly: optimised pipelines were seen to abort the
// whole process on some versions of Node when it did.
const statefulIsAuthorized = new Proxy(wasm.statefulIsAuthorized, {});

/** @throws Error where the schema does not parse: a defect of this version, seen at the start. */
export function createCedar(schema: string): Cedar {
  instances += 1;
  const schemaName = `tidegate-${instances}`;
  const timed = new Set<PolicySlot>();
  const slotName = (slot: PolicySlot) => `${schemaName}-${slot}`;
  const parsed = wasm.preparseSchema(schemaName, schema);
  if (parsed.type === 'failure') throw new Error(`the policies' schema: ${firstMessage(parsed.errors)}`);

  function ask(slot: PolicySlot, request: DecisionRequest): Omit<Verdict, 'outcome'> & { allowed: boolean } {
    const call = toCedar(request);
    if (call === undefined) return { allowed: false, policies: [], problem: 'no such action' };
    const answer = statefulIsAuthorized({
      ...call,
      preparsedPolicySetId: slotName(slot),
      preparsedSchemaName: schemaName,
      validateRequest: true,
    });
    if (answer.type === 'failure') {
      return { allowed: false, policies: [], problem: firstMessage(answer.errors) };
    }
    const { decision, diagnostics } = answer.response;
    const [failed] = diagnostics.errors;
    if (failed !== undefined) {
      return { allowed: false, policies: diagnostics.reason, problem: failed.error.message };
    }
    return { allowed: decision === 'allow', policies: diagnostics.reason };
  }

  function decide(slot: PolicySlot, request: DecisionRequest): Verdict {
    const { allowed, ...rest } = ask(slot, request);
    if (allowed) return { ...rest, outcome: 'allow' };
    // What could not be decided is not offered a way in either.
    if (rest.problem !== undefined) return { ...rest, outcome: 'deny' };
    const verified = asVerifiedNow(request);
    const wouldPass = verified !== undefined && ask(slot, verified).allowed;
    return { ...rest, outcome: wouldPass ? 'step_up' : 'deny' };
  }

  return {
    schema,
    load(slot, policies) {
      const answer = wasm.preparsePolicySet(slotName(slot), { staticPolicies: policies });
      if (answer.type === 'failure') throw new Error(`policies: ${firstMessage(answer.errors)}`);
      if (Object.values(policies).some((text) => timeWords.test(text))) timed.add(slot);
      else timed.delete(slot);
    },
    speaksOfTime: (slot) => timed.has(slot),
    decide(slot, request) {
      try {
        return decide(slot, request);
      } catch (error) {
        return { outcome: 'deny', policies: [], problem: error instanceof Error ? error.message : 'unknown' };
      }
    },
  };
}

/** The same request, had the operator just used the passkey for it; undefined where that changes nothing. */
function asVerifiedNow(request: DecisionRequest): DecisionRequest | undefined {
  const { principal, context } = request;
  if (principal.kind !== 'operator' || principal.session === 'enrol') return undefined;
  if (context.authenticationAgeSeconds === 0 && !principal.challenged) return undefined;
  return {
    ...request,
    principal: { ...principal, challenged: false },
    context: { ...context, authenticationAgeSeconds: 0 },
  };
}

function firstMessage(errors: { message: string }[]): string {
  return errors[0]?.message ?? 'unknown';
}
