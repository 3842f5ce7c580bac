'use client';

/** The operator's passkeys: add, name, remove. The last one stays, since nothing could sign in without it. */

import { Fingerprint, Pencil, Plus } from 'lucide-react';
import { useState } from 'react';
import type { Device } from '../../../../lib/contract/account.ts';
import { DeviceRow } from '../../../_devices/device-row.tsx';
import { RemoveDevice } from '../../../_devices/remove-device.tsx';
import { useMyDevices } from '../../../_devices/use-my-devices.ts';
import { Button, IconButton } from '../../../_ui/button.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Empty, Failing, SkeletonRows } from '../../../_ui/states.tsx';
import { plural } from '../../../_ui/words.ts';
import { AddPasskey } from './add-passkey.tsx';
import { RenamePasskey } from './rename-passkey.tsx';

export function Passkeys() {
  const { data, error, isError, errorUpdatedAt, refetch } = useMyDevices();
  const [isAdding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<Device>();
  const [removing, setRemoving] = useState<Device>();
  const items = data?.items;
  return (
    <Panel
      title="Your passkeys"
      note={items && `${formatCount(items.length)} ${plural(items.length, 'passkey')}`}
      actions={
        <Button size="sm" icon={Plus} onClick={() => setAdding(true)}>
          Add a passkey
        </Button>
      }
    >
      {data?.addAnother && <AddAnother />}
      {items === undefined ? (
        isError ? (
          <Failing what="your passkeys" error={error} since={errorUpdatedAt} retry={refetch} />
        ) : (
          <SkeletonRows rows={2} label="Loading your passkeys" />
        )
      ) : items.length === 0 ? (
        <Empty icon={Fingerprint} title="No passkey is left">
          Add one now: without it you cannot sign in again.
        </Empty>
      ) : (
        <ul>
          {items.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              actions={
                <PasskeyActions
                  device={device}
                  isLast={items.length === 1}
                  onRename={() => setRenaming(device)}
                  onRemove={() => setRemoving(device)}
                />
              }
            />
          ))}
        </ul>
      )}
      <AddPasskey open={isAdding} onClose={() => setAdding(false)} />
      <RenamePasskey device={renaming} onClose={() => setRenaming(undefined)} />
      <RemoveDevice device={removing} onClose={() => setRemoving(undefined)} />
    </Panel>
  );
}

interface PasskeyActionsProps {
  device: Device;
  isLast: boolean;
  onRename: () => void;
  onRemove: () => void;
}

function PasskeyActions({ device, isLast, onRename, onRemove }: PasskeyActionsProps) {
  return (
    <>
      <IconButton small icon={Pencil} label={`Rename ${device.name}`} onClick={onRename} />
      <Button
        size="sm"
        aria-label={`Remove ${device.name}`}
        title={isLast ? 'Your only passkey stays: add another one first' : undefined}
        disabled={isLast}
        onClick={onRemove}
      >
        Remove
      </Button>
    </>
  );
}

function AddAnother() {
  return (
    <p className="border-b border-line bg-raised px-4 py-2.5 text-ink-2">
      <strong className="font-medium text-ink">This is your only passkey.</strong> Once it is lost only a
      recovery code or an owner lets you back in: add one on a second device, or on a security key that you
      keep elsewhere.
    </p>
  );
}
