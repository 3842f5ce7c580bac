'use client';

/** Ends of many at once: what the filter means, one token that an alert or a log names, or everything. */

import { ChevronDown, ShieldX } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import type { SessionFilter } from '../../../../lib/contract/sessions.ts';
import { type Revocation, RevokeDialog } from '../../../_tokens/revoke-dialog.tsx';
import { Button } from '../../../_ui/button.tsx';
import { Dialog, DialogActions, DialogBody } from '../../../_ui/dialog.tsx';
import { Field, Input } from '../../../_ui/field.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Menu, MenuItem, MenuSeparator } from '../../../_ui/menu.tsx';
import { plural } from '../../../_ui/words.ts';

interface RevokeMenuProps {
  filter: SessionFilter;
  isNarrowed: boolean;
  /** How many match; undefined while they are on their way. */
  total: number | undefined;
}

export function RevokeMenu({ filter, isNarrowed, total }: RevokeMenuProps) {
  const [revocation, setRevocation] = useState<Revocation>();
  const [isAskingToken, askToken] = useState(false);
  // Only live sessions can end; a list of ended ones has nothing to offer.
  const isOfLive = filter.status === 'live';
  const canRevokeFilter = isNarrowed && (isOfLive || filter.status === undefined) && (total ?? 0) > 0;
  const sessions = total === undefined ? '' : `${formatCount(total)} ${plural(total, 'session')}`;
  const filterOffer = isOfLive
    ? `The ${sessions} that ${plural(total ?? 0, 'matches', 'match')}`
    : 'The live ones that match';
  const revokeFilter = () =>
    setRevocation({ target: { kind: 'filter', filter }, what: 'every session that matches the filter' });
  return (
    <>
      {canRevokeFilter && isOfLive && (
        <Button look="strong" icon={ShieldX} onClick={revokeFilter}>
          Revoke {plural(total ?? 0, 'this', 'these')} {sessions}
        </Button>
      )}
      <Menu
        trigger={
          <Button>
            Revoke… <ChevronDown aria-hidden className="size-3.5" />
          </Button>
        }
      >
        <MenuItem disabled={!canRevokeFilter} onSelect={revokeFilter}>
          {canRevokeFilter ? filterOffer : 'What a filter matches: set one first'}
        </MenuItem>
        <MenuItem onSelect={() => askToken(true)}>One token by its id</MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => setRevocation({ target: { kind: 'everything' }, what: 'everything' })}>
          Everything, of everyone
        </MenuItem>
      </Menu>
      <TokenDialog
        open={isAskingToken}
        onClose={() => askToken(false)}
        onToken={(tokenId) => setRevocation({ target: { kind: 'token', tokenId }, what: '1 access token' })}
      />
      <RevokeDialog revocation={revocation} onClose={() => setRevocation(undefined)} />
    </>
  );
}

interface TokenDialogProps {
  open: boolean;
  onClose: () => void;
  onToken: (tokenId: string) => void;
}

function TokenDialog({ open, onClose, onToken }: TokenDialogProps) {
  const [id, setId] = useState('');
  const formId = useId();
  function submit(event: FormEvent) {
    event.preventDefault();
    onClose();
    onToken(id.trim());
    setId('');
  }
  return (
    <Dialog open={open} onClose={onClose} title="Revoke one access token">
      <DialogBody>
        <form id={formId} onSubmit={submit}>
          <Field
            label="Id of the token"
            hint="Its claim jti, as logs and introspection name it. The token itself never belongs here."
          >
            <Input
              required
              pattern="[A-Za-z0-9_\-]{16,64}"
              title="16 to 64 letters, digits, - and _"
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              value={id}
              onChange={({ target }) => setId(target.value)}
            />
          </Field>
        </form>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" form={formId} look="strong" disabled={id.trim() === ''}>
          Go on
        </Button>
      </DialogActions>
    </Dialog>
  );
}
