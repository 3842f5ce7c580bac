/**
 * How fresh a person's consent is. A sign-in is fresh for everything; a step-up is fresh for the one operation that it
 * was asked for, since a script in the page can wait until the person touches the key for something else.
 */

/** What a session knows about the last uses of its passkey. */
export interface Presence {
  /** The newest use of the passkey, ms since the epoch. */
  authAt: number;
  /** Set where that use confirmed one operation: which, and when the passkey was used before, at the sign-in. */
  confirmed?: { operation: string; signedInAt: number } | undefined;
}

/** The text that names an operation: in the problem `step_up_required`, in the step-up, and in the token it gives. */
export function operationOf(action: string, resourceId?: string): string {
  return resourceId === undefined ? action : `${action} ${resourceId}`;
}

/** How long ago the passkey was used for this operation, or for signing in, ms. */
export function authenticationAgeMs(presence: Presence, operation: string, nowMs: number): number {
  const { authAt, confirmed } = presence;
  const counts = confirmed === undefined || confirmed.operation === operation;
  return nowMs - (counts ? authAt : confirmed.signedInAt);
}
