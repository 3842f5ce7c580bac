/** A draft of policies in the making: what it is based on, and how it differs from what is in force. Pure. */

import type { PolicyText } from '../../../../lib/contract/policies.ts';

export interface Draft {
  /** The version that was in force when it was begun. */
  basedOn: number;
  policies: PolicyText[];
}

export function isDraft(value: unknown): value is Draft | null {
  if (value === null) return true;
  if (typeof value !== 'object' || !('basedOn' in value) || !('policies' in value)) return false;
  const { basedOn, policies } = value;
  return (
    typeof basedOn === 'number' && Array.isArray(policies) && policies.length > 0 && policies.every(isText)
  );
}

function isText(value: unknown): value is PolicyText {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('text' in value)) return false;
  return typeof value.name === 'string' && typeof value.text === 'string';
}

export function isSame(a: readonly PolicyText[], b: readonly PolicyText[]): boolean {
  return (
    a.length === b.length && a.every(({ name, text }, at) => b[at]?.name === name && b[at]?.text === text)
  );
}

export function withText(policies: readonly PolicyText[], name: string, text: string): PolicyText[] {
  return policies.map((document) => (document.name === name ? { name, text } : document));
}

export function without(policies: readonly PolicyText[], name: string): PolicyText[] {
  return policies.filter((document) => document.name !== name);
}

export type DocumentState = 'same' | 'changed' | 'added';

/** How a document of the draft differs from the one in force. */
export function stateOf(document: PolicyText, inForce: readonly PolicyText[]): DocumentState {
  const before = inForce.find(({ name }) => name === document.name);
  if (before === undefined) return 'added';
  return before.text === document.text ? 'same' : 'changed';
}

/** What keeps a name from being used; undefined where nothing does. */
export function nameProblem(name: string, taken: readonly PolicyText[]): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name))
    return 'Small letters, digits and hyphens, a letter first, 40 at most.';
  return taken.some((document) => document.name === name)
    ? `There is a document “${name}” already.`
    : undefined;
}
