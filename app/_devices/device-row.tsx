'use client';

import { Fingerprint, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Device } from '../../lib/contract/account.ts';
import { formatCount } from '../_ui/format.ts';
import { Ago, Moment } from '../_ui/time.tsx';
import { plural } from '../_ui/words.ts';

/** One passkey: what it is, where it lives, when it was used, and what may be wrong with it. */
export function DeviceRow({ device, actions }: { device: Device; actions: ReactNode }) {
  const { name, authenticator, current } = device;
  return (
    <li className="flex items-start gap-3 border-b border-line px-4 py-3 last:border-b-0">
      <span className="mt-0.5 flex size-8 shrink-0 items-center justify-center rounded-lg border border-line bg-raised">
        <Fingerprint aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
      </span>
      <div className="flex min-w-0 grow flex-col gap-0.5">
        <p className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="font-medium wrap-anywhere">{name}</span>
          {authenticator !== undefined && authenticator !== name && (
            <span className="text-xs text-ink-3">{authenticator}</span>
          )}
          {current && (
            <span className="rounded bg-accent-soft px-1.5 text-xs leading-5 font-medium text-accent">
              Opened this session
            </span>
          )}
        </p>
        <DeviceFacts device={device} />
        {device.cloneSuspectedAt !== undefined && (
          <p className="mt-1 flex items-start gap-1.5 text-xs text-deny">
            <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" strokeWidth={1.75} />
            <span>
              A copy of it may exist: its counter ran backwards <Moment at={device.cloneSuspectedAt} />.
              Remove it and make another.
            </span>
          </p>
        )}
      </div>
      <div className="flex shrink-0 items-center gap-1">{actions}</div>
    </li>
  );
}

function DeviceFacts({ device }: { device: Device }) {
  const { kind, backedUp, createdAt, lastUsedAt, lastAddress, sessions } = device;
  return (
    <p className="text-xs text-ink-3">
      <span
        title={
          kind === 'synced'
            ? 'Its provider may copy it to other devices of the same account'
            : 'It cannot leave the device that made it'
        }
      >
        {kind === 'device_bound' ? 'This device only' : backedUp ? 'Synced' : 'Synced, not backed up yet'}
      </span>
      {' · added '}
      <Ago at={createdAt} />
      {' · '}
      {lastUsedAt === undefined ? (
        'never used'
      ) : (
        <>
          used <Ago at={lastUsedAt} />
          {lastAddress !== undefined && ` from ${lastAddress}`}
        </>
      )}
      {' · '}
      {sessions === 0 ? 'no live session' : `${formatCount(sessions)} live ${plural(sessions, 'session')}`}
    </p>
  );
}
