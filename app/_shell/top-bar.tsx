'use client';

import { CircleHelp, CircleUserRound, Fingerprint, LogOut, Monitor, Moon, Search, Sun } from 'lucide-react';
import { useState } from 'react';
import { useGo } from '../_live/go.ts';
import { problemText } from '../_session/problem.ts';
import { signOut } from '../_session/session.ts';
import { useSession } from '../_session/use-session.ts';
import { IconButton } from '../_ui/button.tsx';
import { Kbd } from '../_ui/kbd.tsx';
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuSeparator } from '../_ui/menu.tsx';
import { toast } from '../_ui/toast.tsx';
import { LiveStatus } from './live-status.tsx';
import { applyTheme, currentTheme, type Theme } from './theme.ts';
import { TimeRange } from './time-range.tsx';
import { Wordmark } from './wordmark.tsx';

export function TopBar({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  return (
    <header className="sticky top-0 z-20 flex h-12 shrink-0 items-center gap-1 border-b border-line bg-canvas/95 px-3 backdrop-blur sm:px-5">
      <div className="mr-auto md:hidden">
        <Wordmark />
      </div>
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K"
        className="flex h-8 items-center gap-2 rounded-md text-ink-3 max-md:size-8 max-md:justify-center max-md:text-ink-2 md:mr-auto md:w-72 md:border md:border-line-strong md:bg-panel md:px-2.5 md:hover:text-ink-2"
      >
        <Search aria-hidden className="size-4" strokeWidth={1.75} />
        <span className="max-md:sr-only">Search or act</span>
        <span className="ml-auto max-md:hidden">
          <Kbd>Ctrl K</Kbd>
        </span>
      </button>
      <TimeRange />
      <LiveStatus />
      <span className="max-md:hidden">
        <IconButton icon={CircleHelp} label="Keyboard shortcuts (?)" onClick={onHelp} />
      </span>
      <ThemeMenu />
      <AccountMenu />
    </header>
  );
}

const themes: { value: Theme; label: string; icon: typeof Sun }[] = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
];

function ThemeMenu() {
  const [theme, setTheme] = useState<Theme>('system');
  return (
    <Menu trigger={<IconButton icon={Sun} label="Theme" onFocus={() => setTheme(currentTheme())} />}>
      {themes.map(({ value, label, icon: Icon }) => (
        <MenuCheck
          key={value}
          checked={theme === value}
          onSelect={() => {
            applyTheme(value);
            setTheme(value);
          }}
        >
          <Icon aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
          {label}
        </MenuCheck>
      ))}
    </Menu>
  );
}

function AccountMenu() {
  const session = useSession();
  const go = useGo();
  return (
    <Menu trigger={<IconButton icon={CircleUserRound} label="Your account" />}>
      <MenuLabel>
        {session.state === 'signed-in' ? `Signed in as ${session.operator.name}` : 'Not signed in'}
      </MenuLabel>
      <MenuSeparator />
      <MenuItem onSelect={() => go('/devices')}>
        <Fingerprint aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
        Your passkeys
      </MenuItem>
      <MenuItem onSelect={() => void leave()}>
        <LogOut aria-hidden className="size-4 text-ink-2" strokeWidth={1.75} />
        Sign out
      </MenuItem>
    </Menu>
  );
}

async function leave(): Promise<void> {
  await signOut().catch((error: unknown) =>
    toast({ text: `Signed out here; the server was not told: ${problemText(error)}`, failing: true }),
  );
}
