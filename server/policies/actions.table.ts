/**
 * Everything that can be asked for, as data: the one list that the code, the Cedar schema and the console share. A new
 * route or socket event needs an action from here and a line in routes.table.ts; without, the server does not start.
 *
 * Groups are what policies speak of: `read` looks, `respond` answers alerts and throttles, `administer` changes how
 * Tidegate works or who may do what, `own` concerns oneself only, `enrol` replaces a lost passkey, `dangerous` wants a
 * passkey used within five minutes, `ship` is for services.
 */

interface ActionDefinition {
  /** Cedar type of what it is done to. */
  resource: ResourceType;
  groups: readonly ActionGroup[];
  /** How sensitive that is, 0 to 3, held against the operator's clearance. */
  sensitivity: 0 | 1 | 2 | 3;
}

export const actionGroups = ['read', 'respond', 'administer', 'own', 'enrol', 'dangerous', 'ship'] as const;
export type ActionGroup = (typeof actionGroups)[number];

export const resourceTypes = [
  'Traffic',
  'Alert',
  'User',
  'Endpoint',
  'Throttle',
  'Exception',
  'Settings',
  'IngestKey',
  'Client',
  'Caller',
  'SigningKey',
  'Session',
  'Device',
  'Recovery',
  'Account',
  'Invite',
  'Policy',
  'Audit',
  'Room',
] as const;
export type ResourceType = (typeof resourceTypes)[number];

const on = (
  resource: ResourceType,
  sensitivity: ActionDefinition['sensitivity'],
  ...groups: ActionGroup[]
): ActionDefinition => ({ resource, groups, sensitivity });

export const actions = {
  'live.read': on('Traffic', 1, 'read'),
  'alert.read': on('Alert', 1, 'read'),
  'alert.update': on('Alert', 1, 'respond'),
  'alert.answer': on('Alert', 2, 'respond'),
  'alert.revoke': on('Alert', 2, 'respond', 'dangerous'),
  'alert_answers.read': on('Settings', 1, 'read'),
  'alert_answers.update': on('Settings', 3, 'administer', 'dangerous'),
  'user.read': on('User', 1, 'read'),
  'endpoint.read': on('Endpoint', 1, 'read'),
  'throttle.read': on('Throttle', 1, 'read'),
  'throttle.lift': on('Throttle', 1, 'respond'),
  'exception.read': on('Exception', 1, 'read'),
  'exception.create': on('Exception', 1, 'respond'),
  'exception.delete': on('Exception', 1, 'respond'),
  'settings.read': on('Settings', 1, 'read'),
  'settings.update': on('Settings', 2, 'administer'),
  'room.watch': on('Room', 1, 'read'),
  'room.unwatch': on('Room', 0, 'own'),

  'ingest_key.read': on('IngestKey', 1, 'read'),
  'ingest_key.create': on('IngestKey', 2, 'administer'),
  'ingest_key.revoke': on('IngestKey', 2, 'administer'),
  'client.read': on('Client', 1, 'read'),
  'client.create': on('Client', 3, 'administer', 'dangerous'),
  'client.update': on('Client', 3, 'administer', 'dangerous'),
  'client.revoke': on('Client', 3, 'administer', 'dangerous'),
  'client.create_secret': on('Client', 3, 'administer', 'dangerous'),
  'client.revoke_secret': on('Client', 3, 'administer', 'dangerous'),
  'caller.read': on('Caller', 1, 'read'),
  'caller.create': on('Caller', 2, 'administer'),
  'caller.create_link': on('Caller', 2, 'administer', 'dangerous'),
  'caller.disable': on('Caller', 2, 'administer', 'dangerous'),
  'caller.enable': on('Caller', 2, 'administer', 'dangerous'),
  'signing_key.read': on('SigningKey', 1, 'read'),
  'signing_key.rotate': on('SigningKey', 3, 'administer', 'dangerous'),
  'signing_key.revoke': on('SigningKey', 3, 'administer', 'dangerous'),

  'session.read': on('Session', 2, 'read'),
  'session.preview': on('Session', 2, 'read'),
  'session.revoke': on('Session', 2, 'respond', 'dangerous'),
  'session.end_own': on('Session', 0, 'own'),
  'session.renew': on('Session', 0, 'own'),
  'session.step_up': on('Session', 0, 'own'),

  'device.read': on('Device', 0, 'own'),
  'device.rename': on('Device', 0, 'own'),
  'device.add': on('Device', 0, 'own', 'dangerous'),
  'device.remove': on('Device', 0, 'own', 'dangerous'),
  'operator_device.read': on('Device', 2, 'administer'),
  'operator_device.remove': on('Device', 3, 'administer', 'dangerous'),
  'recovery.read': on('Recovery', 0, 'own'),
  'recovery.create_codes': on('Recovery', 0, 'own', 'dangerous'),
  'recovery.read_links': on('Recovery', 2, 'administer'),
  'recovery.create_link': on('Recovery', 3, 'administer', 'dangerous'),
  'recovery.revoke_link': on('Recovery', 2, 'administer'),
  'recovery.enrol': on('Recovery', 0, 'enrol'),
  'notice.read': on('Account', 0, 'own'),

  'operator.read_self': on('Account', 0, 'own'),
  'operator.read': on('Account', 2, 'administer'),
  'operator.update': on('Account', 3, 'administer', 'dangerous'),
  'operator.disable': on('Account', 3, 'administer', 'dangerous'),
  'operator.enable': on('Account', 3, 'administer', 'dangerous'),
  'invite.read': on('Invite', 2, 'administer'),
  'invite.create': on('Invite', 3, 'administer', 'dangerous'),
  'invite.revoke': on('Invite', 2, 'administer'),

  'policy.read': on('Policy', 2, 'read'),
  'policy.test': on('Policy', 2, 'administer'),
  'policy.update': on('Policy', 3, 'administer', 'dangerous'),
  'audit.read': on('Audit', 2, 'read'),
  'audit.export': on('Audit', 3, 'administer'),
  'audit.verify': on('Audit', 2, 'read'),

  'event.ship': on('Traffic', 0, 'ship'),
  'decision.read': on('Traffic', 0, 'ship'),
  'baseline.read': on('Traffic', 0, 'ship'),
  'stream.read': on('Traffic', 0, 'ship'),
  'metrics.read': on('Traffic', 0, 'ship'),
} as const satisfies Record<string, ActionDefinition>;

export type Action = keyof typeof actions;

/** What every environment of a decision knows; absent for names that nothing has. */
export function definitionOf(action: string): ActionDefinition | undefined {
  return isAction(action) ? actions[action] : undefined;
}

export function isAction(name: string): name is Action {
  return Object.hasOwn(actions, name);
}
