'use client';

/** The draft of this browser: kept over reloads until it is published or discarded. Nothing of it is in force. */

import { useCallback, useMemo } from 'react';
import type { PolicyText, PolicyVersion } from '../../../../lib/contract/policies.ts';
import { useRemembered } from '../../../_ui/remembered.ts';
import { type Draft, isDraft, isSame } from './draft.ts';

export function useDraft(current: PolicyVersion) {
  const [kept, keep] = useRemembered<Draft | null>('policy-draft', null, isDraft);
  const policies = kept?.policies ?? current.policies;
  const isChanged = useMemo(() => !isSame(policies, current.policies), [policies, current.policies]);
  const basedOn = isChanged ? (kept?.basedOn ?? current.version) : current.version;
  const edit = useCallback(
    (next: PolicyText[]) => keep(isSame(next, current.policies) ? null : { basedOn, policies: next }),
    [keep, current.policies, basedOn],
  );
  const discard = useCallback(() => keep(null), [keep]);
  /** Goes on with this text on top of what is in force now. */
  const rebase = useCallback(
    () => keep({ basedOn: current.version, policies }),
    [keep, current.version, policies],
  );
  return { policies, isChanged, basedOn, edit, discard, rebase };
}
