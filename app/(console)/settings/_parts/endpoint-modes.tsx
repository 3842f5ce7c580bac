'use client';

/** Endpoints that differ from the global mode: try a new limit on one of them, or let one go. */

import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { type FormEvent, useDeferredValue, useState } from 'react';
import type { EndpointSummary, Page } from '../../../../lib/contract/console.ts';
import type { Mode } from '../../../../lib/contract/decision.ts';
import { api, withQuery } from '../../../_session/api.ts';
import { May } from '../../../_session/may.tsx';
import { modeMeanings, modeNames } from '../../../_settings/mode-words.ts';
import { useChangeDetection, useDetection } from '../../../_settings/use-detection.ts';
import { ModeBadge } from '../../../_ui/badges.tsx';
import { Button, IconButton } from '../../../_ui/button.tsx';
import { Confirm } from '../../../_ui/confirm.tsx';
import { Input, Select } from '../../../_ui/field.tsx';
import { Link } from '../../../_ui/link.tsx';
import { Panel } from '../../../_ui/panel.tsx';
import { endpointPath } from '../../../_ui/paths.ts';
import { Skeleton } from '../../../_ui/states.tsx';

interface Wish {
  endpoint: string;
  /** Undefined: as everywhere. */
  mode: Mode | undefined;
}

export function EndpointModes() {
  const { data, isError } = useDetection();
  const change = useChangeDetection();
  const [wish, setWish] = useState<Wish>();
  if (data === undefined) {
    return (
      <Panel title="Modes of endpoints">
        <div className="p-4">
          {isError ? (
            <p className="text-ink-2">Not known while the detection settings cannot be loaded.</p>
          ) : (
            <Skeleton className="h-16" />
          )}
        </div>
      </Panel>
    );
  }
  const modes = Object.entries(data.modeByEndpoint);
  const next = wish?.mode ?? data.mode;
  return (
    <Panel title="Modes of endpoints" note={modes.length > 0 && `${modes.length} of their own`}>
      <May action="settings.update">
        <AddMode preset={data.mode === 'shadow' ? 'enforce' : 'shadow'} onAdd={setWish} />
      </May>
      {modes.length === 0 ? (
        <p className="px-4 py-3 text-ink-2">
          Every endpoint follows the global mode, {data.mode}. Put one into shadow to watch before you
          enforce.
        </p>
      ) : (
        <ul>
          {modes.map(([endpoint, mode]) => (
            <li
              key={endpoint}
              className="flex h-10 items-center gap-3 border-b border-line pr-2 pl-4 last:border-b-0"
            >
              <Link
                href={endpointPath(endpoint)}
                title={endpoint}
                className="min-w-0 grow truncate font-mono text-xs hover:underline"
              >
                {endpoint}
              </Link>
              <ModeBadge mode={mode} />
              <May action="settings.update">
                <IconButton
                  small
                  icon={X}
                  label={`Let ${endpoint} follow the global mode`}
                  onClick={() => setWish({ endpoint, mode: undefined })}
                />
              </May>
            </li>
          ))}
        </ul>
      )}
      <Confirm
        open={wish !== undefined}
        onClose={() => setWish(undefined)}
        title={
          wish?.mode === undefined ? 'Follow the global mode?' : `${modeNames[wish.mode]} on 1 endpoint?`
        }
        action={next === 'shadow' ? 'Stop refusing there' : 'Enforce there'}
        done={`${wish?.endpoint} is now in ${next} mode.`}
        run={() => change({ modeByEndpoint: wish ? { [wish.endpoint]: wish.mode } : {} })}
      >
        <strong className="font-mono text-xs font-medium text-ink wrap-anywhere">{wish?.endpoint}</strong>:{' '}
        {modeMeanings[next]}
      </Confirm>
    </Panel>
  );
}

function AddMode({ preset, onAdd }: { preset: Mode; onAdd: (wish: Wish) => void }) {
  const [endpoint, setEndpoint] = useState('');
  const [mode, setMode] = useState<Mode>();
  const text = useDeferredValue(endpoint.trim());
  const { data } = useQuery({
    queryKey: ['endpoint-names', text],
    queryFn: ({ signal }) =>
      api<Page<EndpointSummary>>({
        path: withQuery('/api/endpoints', { text, sort: 'name', limit: 20 }),
        signal,
      }),
    placeholderData: (before) => before,
  });
  const isEndpoint = /^[A-Z]+ \S/.test(endpoint.trim());
  function submit(event: FormEvent) {
    event.preventDefault();
    if (isEndpoint) onAdd({ endpoint: endpoint.trim(), mode: mode ?? preset });
  }
  return (
    <form onSubmit={submit} className="flex flex-wrap gap-2 border-b border-line p-4">
      <Input
        aria-label="Endpoint, with its method"
        list="endpoint-names"
        placeholder="GET /v1/orders/{id}"
        value={endpoint}
        autoComplete="off"
        spellCheck={false}
        className="min-w-48 flex-1"
        onChange={({ target }) => setEndpoint(target.value)}
      />
      <datalist id="endpoint-names">
        {data?.items.map((item) => (
          <option key={item.endpoint} value={item.endpoint} />
        ))}
      </datalist>
      <Select
        aria-label="Mode"
        value={mode ?? preset}
        onChange={({ target }) => setMode(target.value === 'enforce' ? 'enforce' : 'shadow')}
      >
        <option value="shadow">{modeNames.shadow}</option>
        <option value="enforce">{modeNames.enforce}</option>
      </Select>
      <Button type="submit" disabled={!isEndpoint}>
        Set the mode
      </Button>
    </form>
  );
}
