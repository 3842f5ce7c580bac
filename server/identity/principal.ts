import type { Asker } from '../policies/asker.ts';
import type { Authority } from '../policies/authority.ts';

/** Who is calling, as every route and socket event sees it. */
export interface Principal extends Asker {
  /** Whom to ask what this principal may do: see authorize.ts. */
  authority: Pick<Authority, 'decide' | 'judge' | 'wasAsked' | 'epoch'>;
}
