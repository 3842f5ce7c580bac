'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Device, DeviceName } from '../../../../lib/contract/account.ts';
import { myDevicesKey } from '../../../_devices/use-my-devices.ts';
import { api } from '../../../_session/api.ts';
import { problemText } from '../../../_session/problem.ts';
import { Button } from '../../../_ui/button.tsx';
import { Dialog, DialogActions, DialogBody } from '../../../_ui/dialog.tsx';
import { Field, Input } from '../../../_ui/field.tsx';
import { deviceNameMax } from './add-passkey.tsx';

export function RenamePasskey({ device, onClose }: { device: Device | undefined; onClose: () => void }) {
  return (
    <Dialog open={device !== undefined} onClose={onClose} title="Rename the passkey">
      {device && <RenameForm device={device} onClose={onClose} />}
    </Dialog>
  );
}

function RenameForm({ device, onClose }: { device: Device; onClose: () => void }) {
  const [name, setName] = useState(device.name);
  const queries = useQueryClient();
  const formId = useId();
  const rename = useMutation({
    mutationFn: (body: DeviceName) =>
      api<Device>({ method: 'PATCH', path: `/api/devices/${device.id}`, body }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: myDevicesKey });
      onClose();
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    rename.mutate({ name: name.trim() });
  }
  return (
    <>
      <DialogBody>
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
          <Field label="Name" hint="Only shown in Tidegate; your browser keeps its own name for it.">
            <Input
              required
              maxLength={deviceNameMax}
              autoComplete="off"
              value={name}
              onChange={({ target }) => setName(target.value)}
            />
          </Field>
          {rename.isError && (
            <p role="alert" className="text-deny">
              Not renamed: {problemText(rename.error)}
            </p>
          )}
        </form>
      </DialogBody>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          form={formId}
          look="primary"
          busy={rename.isPending}
          disabled={name.trim() === ''}
        >
          Rename
        </Button>
      </DialogActions>
    </>
  );
}
