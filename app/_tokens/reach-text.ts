/** The blast radius of a revocation as one sentence. Pure. */

import type { RevocationPreview } from '../../lib/contract/sessions.ts';
import { formatCount } from '../_ui/format.ts';
import { plural } from '../_ui/words.ts';

type Reach = Pick<RevocationPreview, 'families' | 'operators' | 'users' | 'clients'>;

/** `12 sessions end, of 2 operators and 9 people, through 3 clients.` */
export function reachText({ families, operators, users, clients }: Reach): string {
  if (families === 0) return 'No session is live; access tokens that are still out end.';
  const holders = [
    operators > 0 && `${formatCount(operators)} ${plural(operators, 'operator')}`,
    users > 0 && `${formatCount(users)} ${plural(users, 'person', 'people')}`,
  ].filter((part) => part !== false);
  const through = clients > 0 ? `, through ${formatCount(clients)} ${plural(clients, 'client')}` : '';
  const of = holders.length > 0 ? `, of ${holders.join(' and ')}` : '';
  return `${formatCount(families)} ${plural(families, 'session ends', 'sessions end')}${of}${through}.`;
}
