'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { DeviceList } from '../../lib/contract/account.ts';
import { api } from '../_session/api.ts';
import { signalPasskeys } from '../_session/passkey-signals.ts';
import { askingEvery } from '../_ui/asking-every.ts';

/** Other sessions of the same operator change the account too. */
export const accountEveryMs = 5_000;

export const myDevicesKey = ['devices'];

/** The operator's own passkeys. Each list that comes is told to the browser's passkey provider too. */
export function useMyDevices() {
  const query = useQuery({
    queryKey: myDevicesKey,
    queryFn: ({ signal }) => api<DeviceList>({ path: '/api/devices', signal }),
    refetchInterval: askingEvery(accountEveryMs),
  });
  const signal = query.data?.signal;
  useEffect(() => {
    if (signal) signalPasskeys(signal);
  }, [signal]);
  return query;
}
