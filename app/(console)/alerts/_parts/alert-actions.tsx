'use client';

import { BellOff, CheckCheck, ChevronDown, Eye, RotateCcw } from 'lucide-react';
import type { AlertStatus } from '../../../../lib/contract/alert.ts';
import { Button } from '../../../_ui/button.tsx';
import { useHotkeys } from '../../../_ui/hotkeys.ts';
import { Kbd } from '../../../_ui/kbd.tsx';
import { Menu, MenuItem, MenuLabel } from '../../../_ui/menu.tsx';
import { type AlertOrder, muteLengths, useAlertActions } from './use-alert-actions.ts';

interface AlertActionsProps {
  ids: readonly string[];
  /** Of the one alert; undefined for many, whose states differ. */
  status?: AlertStatus;
  /** After many: how many. */
  counted?: boolean;
  onDone?: () => void;
}

const dayMs = 86_400_000;

/** Answers to alerts. Only what changes something is offered; the keys are a, r and m. */
export function AlertActions({ ids, status, counted, onDone }: AlertActionsProps) {
  const { act, busy } = useAlertActions();
  const run = (order: Omit<AlertOrder, 'ids'>) => void act({ ids, ...order }).then(onDone);
  const offers = {
    acknowledge: status === undefined || status === 'open',
    resolve: status === undefined || status === 'open' || status === 'acknowledged',
    mute: status === undefined || status === 'open' || status === 'acknowledged',
    reopen: status !== undefined && status !== 'open',
  };
  useHotkeys([
    ...(offers.acknowledge
      ? [{ keys: 'a', label: 'Acknowledge', run: () => run({ action: 'acknowledge' }) }]
      : []),
    ...(offers.resolve ? [{ keys: 'r', label: 'Resolve', run: () => run({ action: 'resolve' }) }] : []),
    ...(offers.mute
      ? [{ keys: 'm', label: 'Mute for a day', run: () => run({ action: 'mute', forMs: dayMs }) }]
      : []),
  ]);
  const count = counted ? ` ${ids.length}` : '';
  return (
    <>
      {offers.acknowledge && (
        <Button
          icon={Eye}
          look={counted ? 'plain' : 'primary'}
          busy={busy === 'acknowledge'}
          aria-keyshortcuts="a"
          onClick={() => run({ action: 'acknowledge' })}
        >
          Acknowledge{count} <Kbd>a</Kbd>
        </Button>
      )}
      {offers.resolve && (
        <Button
          icon={CheckCheck}
          busy={busy === 'resolve'}
          aria-keyshortcuts="r"
          onClick={() => run({ action: 'resolve' })}
        >
          Resolve{count} <Kbd>r</Kbd>
        </Button>
      )}
      {offers.mute && (
        <MuteMenu count={count} busy={busy === 'mute'} onMute={(forMs) => run({ action: 'mute', forMs })} />
      )}
      {offers.reopen && (
        <Button icon={RotateCcw} busy={busy === 'reopen'} onClick={() => run({ action: 'reopen' })}>
          Reopen
        </Button>
      )}
    </>
  );
}

function MuteMenu(props: { count: string; busy: boolean; onMute: (forMs: number) => void }) {
  return (
    <Menu
      align="start"
      trigger={
        <Button icon={BellOff} busy={props.busy} aria-keyshortcuts="m">
          Mute{props.count} <Kbd>m</Kbd> <ChevronDown aria-hidden className="size-3.5" />
        </Button>
      }
    >
      <MenuLabel>No notifications for</MenuLabel>
      {muteLengths.map(({ ms, label }) => (
        <MenuItem key={ms} onSelect={() => props.onMute(ms)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}
