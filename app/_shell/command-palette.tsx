'use client';

/** Ctrl+K: pages, users, endpoints, alerts and actions behind one field. Loaded when it is first opened. */

import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import {
  Fingerprint,
  KeyRound,
  LogOut,
  type LucideIcon,
  Moon,
  Pause,
  Route,
  Siren,
  Sun,
  User,
  UserPlus,
} from 'lucide-react';
import { type ReactNode, useDeferredValue, useState } from 'react';
import type { AlertSummary, EndpointSummary, Page, UserSummary } from '../../lib/contract/console.ts';
import { useGo } from '../_live/go.ts';
import { togglePause } from '../_live/live-store.ts';
import { api, withQuery } from '../_session/api.ts';
import { signOut } from '../_session/session.ts';
import { Dialog } from '../_ui/dialog.tsx';
import { endpointPath, userPath } from '../_ui/paths.ts';
import { pages } from './pages.ts';
import { applyTheme } from './theme.ts';

interface Hit {
  id: string;
  text: string;
  note: string;
  icon: LucideIcon;
  run: () => void;
}

const perKind = 5;

export default function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [text, setText] = useState('');
  const go = useGo();
  const hits = useHits(useDeferredValue(text.trim()), open, go);
  const close = () => {
    setText('');
    onClose();
  };
  const item = (hit: Hit) => (
    <Item
      key={hit.id}
      hit={hit}
      run={() => {
        close();
        hit.run();
      }}
    />
  );
  return (
    <Dialog open={open} onClose={close} title="Search" look="bare">
      <Command label="Search" loop className="flex flex-col">
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder="Search users, endpoints, alerts, or type an action"
          className="h-12 border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-ink-3"
        />
        <Command.List className="max-h-[50vh] overflow-y-auto p-2">
          <Command.Empty className="px-2 py-6 text-center text-ink-2">Nothing found</Command.Empty>
          {hits.length > 0 && <Group heading="Found">{hits.map(item)}</Group>}
          <Group heading="Go to">
            {pages.map(({ href, name, icon, key }) =>
              item({ id: href, text: name, note: `g ${key}`, icon, run: () => go(href) }),
            )}
          </Group>
          <Group heading="Do">{actions(go).map(item)}</Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}

function actions(go: (path: string) => void): Hit[] {
  return [
    {
      id: 'key',
      text: 'Make an ingest key',
      note: 'Clients',
      icon: KeyRound,
      run: () => go('/clients?tab=keys'),
    },
    { id: 'passkey', text: 'Add a passkey', note: 'Devices', icon: Fingerprint, run: () => go('/devices') },
    {
      id: 'invite',
      text: 'Invite an operator',
      note: 'Operators',
      icon: UserPlus,
      run: () => go('/operators?tab=invites'),
    },
    { id: 'pause', text: 'Pause or resume live updates', note: 'p', icon: Pause, run: togglePause },
    { id: 'dark', text: 'Dark theme', note: '', icon: Moon, run: () => applyTheme('dark') },
    { id: 'light', text: 'Light theme', note: '', icon: Sun, run: () => applyTheme('light') },
    { id: 'out', text: 'Sign out', note: '', icon: LogOut, run: () => void signOut().catch(() => undefined) },
  ];
}

interface Found {
  users: UserSummary[];
  endpoints: EndpointSummary[];
  alerts: AlertSummary[];
}

function useHits(text: string, open: boolean, go: (path: string) => void): Hit[] {
  const { data } = useQuery<Found>({
    queryKey: ['search', text],
    enabled: open && text.length > 1,
    placeholderData: (before) => before,
    queryFn: async ({ signal }) => {
      const find = <T,>(path: string) =>
        api<Page<T>>({ path: withQuery(path, { text, limit: perKind }), signal });
      const [users, endpoints, alerts] = await Promise.all([
        find<UserSummary>('/api/users'),
        find<EndpointSummary>('/api/endpoints'),
        find<AlertSummary>('/api/alerts'),
      ]);
      return { users: users.items, endpoints: endpoints.items, alerts: alerts.items };
    },
  });
  if (data === undefined || text.length < 2) return [];
  const go_ = (path: string) => () => go(path);
  return [
    ...data.users.map(({ user }) => ({
      id: `u${user}`,
      text: user,
      note: 'User',
      icon: User,
      run: go_(userPath(user)),
    })),
    ...data.endpoints.slice(0, perKind).map(({ endpoint }) => ({
      id: `e${endpoint}`,
      text: endpoint,
      note: 'Endpoint',
      icon: Route,
      run: go_(endpointPath(endpoint)),
    })),
    ...data.alerts.map(({ id, summary }) => ({
      id,
      text: summary,
      note: 'Alert',
      icon: Siren,
      run: go_(`/alerts/${id}`),
    })),
  ];
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3"
    >
      {children}
    </Command.Group>
  );
}

function Item({ hit, run }: { hit: Hit; run: () => void }) {
  const Icon = hit.icon;
  return (
    <Command.Item
      value={`${hit.text} ${hit.id}`}
      onSelect={run}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 data-[selected=true]:bg-raised"
    >
      <Icon aria-hidden className="size-4 shrink-0 text-ink-2" strokeWidth={1.75} />
      <span className="truncate">{hit.text}</span>
      <span className="ml-auto shrink-0 text-xs text-ink-3">{hit.note}</span>
    </Command.Item>
  );
}
