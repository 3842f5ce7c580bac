/**
 * The one place that decides what a signed-in operator may do. Anything that is not listed is denied. There is one
 * role so far; policies with attributes and context replace the table without a change at the callers.
 */

import { AppError } from '../http/app-error.ts';
import type { Principal } from './principal.ts';

/** What an operator may do, named as `<thing>.<verb>`. */
const operatorActions = [
  'live.read',
  'alert.read',
  'alert.update',
  'user.read',
  'endpoint.read',
  'throttle.read',
  'throttle.lift',
  'exception.read',
  'exception.create',
  'exception.delete',
  'settings.read',
  'settings.update',
  'ingest_key.read',
  'ingest_key.create',
  'ingest_key.revoke',
  'operator.read_self',
  'session.end_own',
  'room.watch',
] as const;

export type Action = (typeof operatorActions)[number];

/** What it is done to: its kind follows from the action, so the id is enough. Absent for lists. */
export interface Resource {
  id?: string;
}

const allowed: ReadonlySet<string> = new Set(operatorActions);

/** Whether this principal may do this to this resource, now. Unknown actions are denied. */
export function isAllowed(principal: Principal, action: string, _resource: Resource): boolean {
  return principal.operatorId.startsWith('opr_') && allowed.has(action);
}

/** First line of every protected handler. @throws AppError `forbidden` */
export function authorize(principal: Principal, action: Action, resource: Resource = {}): void {
  if (!isAllowed(principal, action, resource)) {
    throw new AppError('forbidden', {
      internal: `${principal.operatorId} may not ${action} ${resource.id ?? ''}`,
    });
  }
}
