'use client';

/** Who may sign in to Tidegate, as what, and who is invited to. */

import { UserPlus } from 'lucide-react';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import type { InviteCreated } from '../../../../lib/contract/operators.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button } from '../../../_ui/button.tsx';
import { NewLink } from '../../../_ui/new-link.tsx';
import { Page, Panel } from '../../../_ui/panel.tsx';
import { Segmented } from '../../../_ui/segmented.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { InviteList } from './invite-list.tsx';
import { OperatorList } from './operator-list.tsx';
import { useInvites, useOperators } from './use-operators.ts';

const tabs = ['operators', 'invites'] as const;
const tab = parseAsStringLiteral(tabs).withDefault('operators');

export function OperatorsView() {
  const [shown, show] = useQueryState('tab', tab);
  const [isInviting, setInviting] = useState(false);
  const [made, setMade] = useState<InviteCreated>();
  const may = useMay();
  const operators = useOperators();
  const invites = useInvites();
  const open = invites.data?.items.filter(({ state }) => state === 'open').length;
  function take(created: InviteCreated) {
    setMade(created);
    void show('invites');
  }
  return (
    <Page
      title="Operators"
      note={<span className="max-lg:hidden">Who may sign in to Tidegate, and as what.</span>}
      actions={
        <>
          <Segmented
            label="What to show"
            value={shown}
            onChange={(next) => void show(next)}
            options={[
              { value: 'operators', label: 'Operators', count: operators.data?.total },
              { value: 'invites', label: 'Invitations', count: open },
            ]}
          />
          {may('invite.create') && (
            <Button look="primary" icon={UserPlus} onClick={() => setInviting(true)}>
              Invite
            </Button>
          )}
        </>
      }
    >
      {made && <NewInvite made={made} onDone={() => setMade(undefined)} />}
      {shown === 'operators' ? (
        <OperatorList query={operators} onInvite={() => setInviting(true)} />
      ) : (
        <InviteList query={invites} onInvite={() => setInviting(true)} />
      )}
      <InviteDialog open={isInviting} onClose={() => setInviting(false)} onMade={take} />
    </Page>
  );
}

function NewInvite({ made, onDone }: { made: InviteCreated; onDone: () => void }) {
  const { note } = made.invite;
  return (
    <Panel title="New invitation">
      <NewLink
        title={`Copy the link${note === '' ? '' : ` for ${note}`} now. It is shown only this once.`}
        link={made.link}
        onDone={onDone}
      >
        Good once, for two days. Send it to nobody else: whoever opens it first becomes the operator.
      </NewLink>
    </Panel>
  );
}
