/** Exceptions: orders of an operator not to act on some user, endpoint, address or kind, until a time. */

import type { DetectorKind, Scope } from '../contract/decision.ts';
import { endpointName } from '../contract/event.ts';
import type { Exception } from '../contract/exception.ts';
import type { EngineState, Observation } from './state.ts';

/** Every field that an exception sets must match the event. */
export function excepted(state: EngineState, kind: DetectorKind, { event, nowMs }: Observation): boolean {
  if (state.exceptions.length === 0) return false;
  const endpoint = endpointName(event.method, event.endpoint);
  const scope: Scope = { user: event.user, endpoint, ip: event.ip, tokenId: event.tokenId };
  return state.exceptions.some((exception) => covers(exception, kind, scope, nowMs));
}

/** Whether an exception reaches a whole scope: all that a throttle on it would refuse. */
export function covers(exception: Exception, kind: DetectorKind, scope: Scope, nowMs: number): boolean {
  if (exception.expiresAt <= nowMs) return false;
  if (exception.kind !== undefined && exception.kind !== kind) return false;
  const { user, endpoint, ip, tokenId } = exception.scope;
  return (
    (user === undefined || user === scope.user) &&
    (endpoint === undefined || endpoint === scope.endpoint) &&
    (ip === undefined || ip === scope.ip) &&
    (tokenId === undefined || tokenId === scope.tokenId)
  );
}
