'use client';

import { useQuery } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { useState } from 'react';
import type { OperatorDevice } from '../../../../lib/contract/account.ts';
import type { Page } from '../../../../lib/contract/console.ts';
import type { OperatorAccount } from '../../../../lib/contract/operators.ts';
import { DeviceRow } from '../../../_devices/device-row.tsx';
import { RemoveDevice } from '../../../_devices/remove-device.tsx';
import { api, withQuery } from '../../../_session/api.ts';
import { useMay } from '../../../_session/use-me.ts';
import { Button } from '../../../_ui/button.tsx';
import { formatCount } from '../../../_ui/format.ts';
import { Panel } from '../../../_ui/panel.tsx';
import { Empty, Failing, SkeletonRows } from '../../../_ui/states.tsx';
import { plural } from '../../../_ui/words.ts';

/** More than the server lets anyone have. */
const devicesMax = 50;

/** The passkeys of one operator, for whoever administers them. */
export function OperatorDevices({ operator }: { operator: OperatorAccount }) {
  const may = useMay();
  const [removing, setRemoving] = useState<OperatorDevice>();
  const { data, error, isError, errorUpdatedAt, refetch } = useQuery({
    queryKey: ['operator-devices', operator.id],
    queryFn: ({ signal }) =>
      api<Page<OperatorDevice>>({
        path: withQuery('/api/operator-devices', { operatorId: operator.id, limit: devicesMax }),
        signal,
      }),
  });
  const items = data?.items;
  const isLast = items?.length === 1;
  return (
    <Panel title="Passkeys" note={items && `${formatCount(items.length)} ${plural(items.length, 'passkey')}`}>
      {items === undefined ? (
        isError ? (
          <Failing
            what={`the passkeys of ${operator.name}`}
            error={error}
            since={errorUpdatedAt}
            retry={refetch}
          />
        ) : (
          <SkeletonRows rows={2} label={`Loading the passkeys of ${operator.name}`} />
        )
      ) : items.length === 0 ? (
        <Empty icon={Fingerprint} title="No passkey">
          {operator.name} cannot sign in. Make a recovery link to let them make one.
        </Empty>
      ) : (
        <ul>
          {items.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              actions={
                may('operator_device.remove') && (
                  <Button
                    size="sm"
                    aria-label={`Remove ${device.name} of ${operator.name}`}
                    title={isLast ? 'The only passkey stays: disable the operator instead' : undefined}
                    disabled={isLast}
                    onClick={() => setRemoving(device)}
                  >
                    Remove
                  </Button>
                )
              }
            />
          ))}
        </ul>
      )}
      <RemoveDevice device={removing} owner={operator.name} onClose={() => setRemoving(undefined)} />
    </Panel>
  );
}
