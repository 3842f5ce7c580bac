/** What was done, in words. An action that is not listed is shown as the server names it. */

import type { AuditRecord } from '../../../../lib/contract/audit.ts';

const verbs: Record<string, string> = {
  'access.denied': 'was denied access',
  'access.refused': 'was refused',
  'alert.acknowledge': 'acknowledged an alert',
  'alert.mute': 'muted an alert',
  'alert.reopen': 'reopened an alert',
  'alert.resolve': 'resolved an alert',
  'alert.answer': 'answered an alert',
  'alert.revoke': 'revoked the tokens behind an alert',
  'alert_answers.update': 'changed how alerts are answered',
  'audit.exported': 'exported the audit log',
  'caller.create': 'added a caller',
  'caller.create_link': 'made a sign-in link for a caller',
  'caller.disable': 'disabled a caller',
  'caller.enable': 'enabled a caller',
  'caller.enrolled': 'made a passkey as a caller',
  'caller.update': 'changed a caller',
  'ceremony.failed': 'failed to prove a passkey or a secret',
  'client.create': 'made a client',
  'client.create_secret': 'made a secret for a client',
  'client.revoke': 'revoked a client',
  'client.revoke_secret': 'revoked a secret of a client',
  'client.update': 'changed a client',
  'credential.clone_suspected': 'used a passkey that may be a copy',
  'device.added': 'added a passkey',
  'device.removed': 'removed a passkey',
  'device.renamed': 'renamed a passkey',
  'exception.create': 'added an exception',
  'exception.delete': 'ended an exception',
  'ingest_key.create': 'made an ingest key',
  'ingest_key.revoke': 'revoked an ingest key',
  'invite.accepted': 'accepted an invitation',
  'invite.create': 'invited an operator',
  'invite.revoke': 'took an invitation back',
  'operator.disable': 'disabled an operator',
  'operator.enable': 'enabled an operator',
  'operator.update': 'changed the rights of an operator',
  'policy.restore': 'rolled the policies back',
  'policy.update': 'put other policies in force',
  'recovery.codes_created': 'made recovery codes',
  'recovery.enrolled': 'made a passkey by a recovery',
  'recovery.link_created': 'made a recovery link',
  'recovery.link_revoked': 'voided a recovery link',
  'recovery.opened': 'began a recovery',
  'session.ended': 'ended a session',
  'session.opened': 'signed in',
  'session.refresh_refused': 'was refused a new token',
  'session.reuse_detected': 'used a token that was used before',
  'session.stepped_up': 'confirmed with the passkey',
  'settings.update': 'changed how Tidegate judges',
  'setup.completed': 'set Tidegate up',
  'setup.link_created': 'printed the setup link',
  'signing_key.replaced': 'replaced a signing key that could not be read',
  'signing_key.rotated': 'began to sign with a new key',
  'signing_key.revoked': 'revoked a signing key',
  'throttle.lift': 'lifted a throttle',
  'token.revoked': 'revoked a token',
  'tokens.revoked': 'revoked tokens',
};

/** `removed a passkey` */
export function actionText(action: string): string {
  return verbs[action] ?? action;
}

const actorNames: Record<string, string> = {
  anonymous: 'Somebody',
  host: 'The host',
  tidegate: 'Tidegate',
};

/** Who did it, as people call them. */
export function actorText({ actor, actorName }: Pick<AuditRecord, 'actor' | 'actorName'>): string {
  return actorName ?? actorNames[actor] ?? actor;
}

/** What a filter can name: all verbs of a noun at once. */
export const nouns: Record<string, string> = {
  access: 'Access',
  alert: 'Alerts',
  alert_answers: 'Automatic answers',
  audit: 'Audit log',
  caller: 'Callers',
  ceremony: 'Failed ceremonies',
  client: 'Clients',
  credential: 'Suspected copies',
  device: 'Passkeys',
  exception: 'Exceptions',
  ingest_key: 'Ingest keys',
  invite: 'Invitations',
  operator: 'Operators',
  policy: 'Policies',
  recovery: 'Recovery',
  session: 'Sessions',
  settings: 'Settings',
  setup: 'Set-up',
  signing_key: 'Signing keys',
  throttle: 'Throttles',
  token: 'Single tokens',
  tokens: 'Tokens',
};

/** Where the subject of an entry can be looked at; undefined where it has no page. */
export function targetPath(target: string): string | undefined {
  if (target.startsWith('opr_')) return `/operators/${target}`;
  if (target.startsWith('fam_')) return `/tokens/${target}`;
  if (target.startsWith('alr_')) return `/alerts/${target}`;
  if (target.startsWith('cli_')) return `/clients/${target}`;
  return undefined;
}
