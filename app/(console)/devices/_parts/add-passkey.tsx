'use client';

import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { addPasskey } from '../../../_session/ceremonies.ts';
import { ceremonyText } from '../../../_session/ceremony-text.ts';
import { Button } from '../../../_ui/button.tsx';
import { Dialog, DialogActions, DialogBody } from '../../../_ui/dialog.tsx';
import { Field, Input } from '../../../_ui/field.tsx';
import { toast } from '../../../_ui/toast.tsx';

/** Longest name that the server takes. */
export const deviceNameMax = 64;

export function AddPasskey({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Add a passkey">
      <AddForm onClose={onClose} />
    </Dialog>
  );
}

function AddForm({ onClose }: { onClose: () => void }) {
  const [state, setState] = useState<{ busy: boolean; problem?: string }>({ busy: false });
  const queries = useQueryClient();
  const formId = useId();
  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    setState({ busy: true });
    try {
      const added = await addPasskey(name);
      await queries.invalidateQueries();
      toast({ text: `“${added.name}” is added: you can sign in with it from now on.` });
      onClose();
    } catch (error) {
      setState({ busy: false, problem: ceremonyText(error) });
    }
  }
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
          <p className="text-ink-2">
            Your browser will ask where to keep it: this device, your phone, or a security key that you plug
            in.
          </p>
          <Field label="Name" hint="To recognise it later. Left empty, it is called after its maker.">
            <Input name="name" maxLength={deviceNameMax} autoComplete="off" placeholder="Work laptop" />
          </Field>
          <p role="alert" className="text-deny empty:hidden">
            {state.problem}
          </p>
        </form>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" form={formId} look="primary" busy={state.busy}>
          Create a passkey
        </Button>
      </DialogActions>
    </>
  );
}
