/**
 * What a passkey is asked to confirm, in words. The operation comes from the server, so that the dialog says what will
 * be confirmed and not what a page believes it asked for.
 */

const verbs: Record<string, string> = {
  'alert.revoke': 'Revoke the tokens behind the alert',
  'alert_answers.update': 'Change how alerts are answered',
  'client.create': 'Make a client',
  'client.update': 'Change the client',
  'client.revoke': 'Revoke the client and all its tokens',
  'client.create_secret': 'Make another secret for the client',
  'client.revoke_secret': 'Revoke a secret of the client',
  'caller.create_link': 'Make a sign-in link for the caller',
  'caller.disable': 'Disable the caller',
  'caller.enable': 'Enable the caller again',
  'signing_key.rotate': 'Begin to sign tokens with a new key',
  'signing_key.revoke': 'Revoke the signing key and every token signed with it',
  'session.revoke': 'Revoke',
  'device.add': 'Add a passkey to your account',
  'device.remove': 'Remove the passkey',
  'operator_device.remove': 'Remove the passkey',
  'recovery.create_codes': 'Make new recovery codes',
  'recovery.create_link': 'Make a recovery link for',
  'operator.update': 'Change the rights of',
  'operator.disable': 'Disable the operator',
  'operator.enable': 'Enable the operator again:',
  'invite.create': 'Invite an operator',
  'policy.update': 'Put other policies in force',
};

/** @param operation `device.remove dev_…`; @param subject what people call it, in place of its id */
export function operationText(operation: string, subject: string | undefined): string {
  const [action = '', ...id] = operation.split(' ');
  const verb = verbs[action] ?? 'Go on with this session';
  const named = subject ?? id.join(' ');
  return named === '' ? verb : `${verb} ${named}`;
}
