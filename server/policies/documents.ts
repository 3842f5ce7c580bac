/**
 * Policies as people write them: named documents of Cedar text. Splits them into policies with stable ids, and says
 * what is wrong with them, with line and column, before anything of them comes into force.
 */

import { readFileSync } from 'node:fs';
import * as wasm from '@cedar-policy/cedar-wasm/nodejs';
import {
  type PolicyMistake,
  type PolicyText,
  type PolicyVerdict,
  policyLimits,
} from '../../lib/contract/policies.ts';

const builtInNames = ['base', 'owner', 'analyst', 'viewer', 'service'] as const;

/** What Tidegate comes with: version 0. */
export function builtInPolicies(): PolicyText[] {
  return builtInNames.map((name) => ({
    name,
    text: readFileSync(new URL(`./built-in/${name}.cedar`, import.meta.url), 'utf8'),
  }));
}

export interface CheckedPolicies {
  verdict: PolicyVerdict;
  /** Id -> text, `owner/everything`; only where there are no mistakes. */
  policies?: Record<string, string>;
}

export function checkPolicies(schema: string, documents: readonly PolicyText[]): CheckedPolicies {
  const verdict: PolicyVerdict = { mistakes: [], warnings: [] };
  const policies: Record<string, string> = {};
  for (const document of documents) Object.assign(policies, splitDocument(document, verdict));
  const total = Object.keys(policies).length;
  if (total > policyLimits.policiesMax) {
    const message = `${total} policies are more than the ${policyLimits.policiesMax} that a decision may look at.`;
    verdict.mistakes.push({ document: '', message });
  }
  if (verdict.mistakes.length === 0) validate(schema, documents, verdict);
  return verdict.mistakes.length === 0 ? { verdict, policies } : { verdict };
}

/** All documents as one text, since reading the schema is most of the work; places are carried back to each. */
function validate(schema: string, documents: readonly PolicyText[], verdict: PolicyVerdict): void {
  const whole = documents.map(({ text }) => text).join('\n');
  const answer = wasm.validate({ schema, policies: { staticPolicies: whole } });
  const place = (error: wasm.DetailedError) => placed(documents, error);
  if (answer.type === 'failure') {
    verdict.mistakes.push(...answer.errors.map(place));
    return;
  }
  verdict.mistakes.push(...alikeOnce(answer.validationErrors.map(({ error }) => place(error))));
  verdict.warnings.push(...alikeOnce(answer.validationWarnings.map(({ error }) => place(error))));
}

/** Finds the document that a place of the whole text is in. */
function placed(documents: readonly PolicyText[], error: wasm.DetailedError): PolicyMistake {
  const label = error.sourceLocations?.[0];
  let startsAt = 0;
  for (const { name, text } of documents) {
    const length = Buffer.byteLength(text);
    if (label !== undefined && label.start <= startsAt + length) {
      const inside = { ...label, start: label.start - startsAt, end: label.end - startsAt };
      return mistakeOf(name, text, { ...error, sourceLocations: [inside] });
    }
    startsAt += length + 1;
  }
  return mistakeOf('', '', { ...error, sourceLocations: [] });
}

function splitDocument({ name, text }: PolicyText, verdict: PolicyVerdict): Record<string, string> {
  const parts = wasm.policySetTextToParts(text);
  if (parts.type === 'failure') {
    verdict.mistakes.push(...parts.errors.map((error) => mistakeOf(name, text, error)));
    return {};
  }
  if (parts.policy_templates.length > 0) {
    verdict.mistakes.push({
      document: name,
      message: 'Templates (?principal, ?resource) are not supported.',
    });
  }
  const policies: Record<string, string> = {};
  for (const [at, part] of parts.policies.entries()) {
    const id = `${name}/${idOf(part) ?? at + 1}`;
    if (id in policies) {
      verdict.mistakes.push({ document: name, message: `Two policies have the id ${idOf(part)}.` });
    }
    policies[id] = part;
  }
  return policies;
}

/** The `@id("…")` of one policy. */
function idOf(policy: string): string | undefined {
  const answer = wasm.policyToJson(policy);
  const id = answer.type === 'success' ? answer.json.annotations?.id : undefined;
  return id === undefined || id === '' ? undefined : id.slice(0, 80);
}

function mistakeOf(document: string, text: string, error: wasm.DetailedError): PolicyMistake {
  // "for policy `policy0`, …" names a number that nobody wrote.
  const said = error.message
    .replace(/^for policy `policy\d+`, /, '')
    .replace(/^failed to parse policies from string: /, '');
  const label = error.sourceLocations?.[0];
  const help = error.help ?? label?.label;
  const message = help ? `${said}; ${help}` : said;
  if (label === undefined) return { document, message };
  // Cedar counts bytes.
  const bytes = Buffer.from(text);
  const before = bytes.subarray(0, label.start).toString();
  const lineStart = before.lastIndexOf('\n') + 1;
  const meant = bytes.subarray(label.start, label.end).toString().slice(0, 200);
  return {
    document,
    message,
    line: before.split('\n').length,
    column: before.length - lineStart + 1,
    ...(meant === '' ? {} : { text: meant }),
  };
}

/** An action that applies to several types gives the same mistake for each. */
function alikeOnce(mistakes: PolicyMistake[]): PolicyMistake[] {
  const seen = new Set<string>();
  return mistakes.filter((mistake) => {
    const key = JSON.stringify(mistake);
    return seen.has(key) ? false : seen.add(key);
  });
}
