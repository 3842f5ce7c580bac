'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import {
  clearanceByRole,
  type InviteCreated,
  type InviteDraft,
  inviteNoteCharsMax,
} from '../../../../lib/contract/operators.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { roleNames } from '../../../_session/role-words.ts';
import { Button } from '../../../_ui/button.tsx';
import { Dialog, DialogActions, DialogBody } from '../../../_ui/dialog.tsx';
import { Field, Input } from '../../../_ui/field.tsx';
import { type Rights, RightsFields } from './rights-fields.tsx';

interface InviteDialogProps {
  open: boolean;
  onClose: () => void;
  onMade: (made: InviteCreated) => void;
}

export function InviteDialog({ open, onClose, onMade }: InviteDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Invite an operator">
      <InviteForm onClose={onClose} onMade={onMade} />
    </Dialog>
  );
}

const preset: Rights = { role: 'analyst', team: '', clearance: clearanceByRole.analyst };

/** Mounted with each opening, so that it starts empty. */
function InviteForm({ onClose, onMade }: Omit<InviteDialogProps, 'open'>) {
  const [rights, setRights] = useState(preset);
  const [note, setNote] = useState('');
  const queries = useQueryClient();
  const formId = useId();
  const draft: InviteDraft = { ...rights, team: rights.team.trim(), note: note.trim() };
  const role = roleNames[draft.role].toLowerCase();
  const invite = useMutation({
    mutationFn: () =>
      api<InviteCreated>({
        method: 'POST',
        path: '/api/invites',
        body: draft,
        subject: `as ${role}${draft.note === '' ? '' : `: ${draft.note}`}`,
      }),
    onSuccess: (made) => {
      onMade(made);
      onClose();
      void queries.invalidateQueries({ queryKey: ['/api/invites'] });
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    invite.mutate();
  }
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
          <Field
            label="For whom"
            hint="Only for you and the other owners; the invited choose their own name."
          >
            <Input
              maxLength={inviteNoteCharsMax}
              autoComplete="off"
              placeholder="Anna, on call from October"
              value={note}
              onChange={({ target }) => setNote(target.value)}
            />
          </Field>
          <RightsFields rights={rights} onChange={setRights} />
          {invite.isError && (
            <p role="alert" className="text-deny">
              Not invited: {problemText(invite.error)}
            </p>
          )}
        </form>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" form={formId} look="primary" busy={invite.isPending}>
          Make 1 link for {draft.role === 'viewer' ? 'a' : 'an'} {role}
        </Button>
      </DialogActions>
    </>
  );
}
