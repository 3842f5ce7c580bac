/** Which sessions an alert is about, and what answering it can do to them. Pure. */

import type { AlertAnswer } from '../../../../lib/contract/alert-answers.ts';
import type { Scope } from '../../../../lib/contract/decision.ts';
import type { RevocationTarget } from '../../../../lib/contract/sessions.ts';

export interface AlertRoot {
  target: RevocationTarget;
  /** Where they are listed. */
  href: string;
  /** A caller's rate is limited by throttles, and a machine has no passkey to ask for. */
  answers: readonly AlertAnswer[];
}

/** The session that it names, else all of its holder's; undefined where Tidegate gave out nothing that it names. */
export function rootOf({ user, tokenId }: Scope): AlertRoot | undefined {
  const holder = user === undefined ? undefined : holderOf(user);
  if (tokenId?.startsWith('fam_')) {
    const answers = holder?.answers ?? ['step_up', 'revoke_family'];
    return { target: { kind: 'family', id: tokenId }, href: `/tokens/${tokenId}`, answers };
  }
  return holder;
}

function holderOf(id: string): AlertRoot | undefined {
  const query = encodeURIComponent(id);
  if (id.startsWith('opr_')) {
    return {
      target: { kind: 'operator', id },
      href: `/tokens?operator=${query}`,
      answers: ['throttle', 'step_up', 'revoke_family'],
    };
  }
  if (id.startsWith('cal_')) {
    return {
      target: { kind: 'user', id },
      href: `/tokens?user=${query}`,
      answers: ['step_up', 'revoke_family'],
    };
  }
  if (id.startsWith('cli_')) {
    return { target: { kind: 'client', id }, href: `/tokens?client=${query}`, answers: ['revoke_family'] };
  }
  return undefined;
}
