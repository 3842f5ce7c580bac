'use client';

import { ChevronDown, ShieldX } from 'lucide-react';
import { useState } from 'react';
import type { SessionSummary } from '../../../../lib/contract/sessions.ts';
import { useMay } from '../../../_session/use-me.ts';
import { type Revocation, RevokeDialog } from '../../../_tokens/revoke-dialog.tsx';
import { Button, ButtonLink } from '../../../_ui/button.tsx';
import { useHotkeys } from '../../../_ui/hotkeys.ts';
import { Kbd } from '../../../_ui/kbd.tsx';
import { Menu, MenuItem, MenuLabel } from '../../../_ui/menu.tsx';
import { holderNarrowing } from './session-columns.tsx';

/** Everything that can be done about one session: end it, or all of its holder or client. */
export function SessionActs({ session }: { session: SessionSummary }) {
  const [revocation, setRevocation] = useState<Revocation>();
  const { id, holder, client, status, current } = session;
  const own: Revocation = {
    target: { kind: 'family', id },
    what: current ? 'the session that you use now' : `this session of ${holder.name}`,
  };
  const mayRevoke = useMay()('session.revoke');
  const isLive = status === 'live' && mayRevoke;
  useHotkeys(isLive ? [{ keys: 'r', label: 'Revoke the session', run: () => setRevocation(own) }] : []);
  return (
    <div className="flex flex-wrap gap-2">
      {isLive && (
        <Button look="strong" icon={ShieldX} aria-keyshortcuts="r" onClick={() => setRevocation(own)}>
          Revoke the session <Kbd>r</Kbd>
        </Button>
      )}
      {mayRevoke && (
        <Menu
          align="start"
          trigger={
            <Button>
              Revoke more <ChevronDown aria-hidden className="size-3.5" />
            </Button>
          }
        >
          <MenuLabel>Every session</MenuLabel>
          <MenuItem onSelect={() => setRevocation(ofHolder(holder))}>of {holder.name}</MenuItem>
          {client !== undefined && holder.kind !== 'client' && (
            <MenuItem
              onSelect={() =>
                setRevocation({
                  target: { kind: 'client', id: client.id },
                  what: `every session through ${client.name}`,
                })
              }
            >
              through {client.name}, of everyone
            </MenuItem>
          )}
        </Menu>
      )}
      <ButtonLink href={`/tokens?status=all&${holderNarrowing(holder)}=${encodeURIComponent(holder.id)}`}>
        Its other sessions
      </ButtonLink>
      <RevokeDialog revocation={revocation} onClose={() => setRevocation(undefined)} />
    </div>
  );
}

function ofHolder({ kind, id, name }: SessionSummary['holder']): Revocation {
  return { target: { kind, id }, what: `every session of ${name}` };
}
