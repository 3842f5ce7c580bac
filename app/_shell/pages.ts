/** The pages of the rail, with the keys that lead there. */

import {
  AppWindow,
  FileClock,
  Gauge,
  KeyRound,
  type LucideIcon,
  Radio,
  Route,
  Scale,
  Settings,
  Siren,
  Smartphone,
  UserCog,
  Users,
} from 'lucide-react';

export interface PageLink {
  href: string;
  name: string;
  icon: LucideIcon;
  /** After `g`. */
  key: string;
  /** What is watched, who has access, and how Tidegate works. */
  group: 'traffic' | 'access' | 'settings';
}

export const pages: PageLink[] = [
  { href: '/', name: 'Live', icon: Radio, key: 'l', group: 'traffic' },
  { href: '/alerts', name: 'Alerts', icon: Siren, key: 'a', group: 'traffic' },
  { href: '/users', name: 'Users', icon: Users, key: 'u', group: 'traffic' },
  { href: '/endpoints', name: 'Endpoints', icon: Route, key: 'e', group: 'traffic' },
  { href: '/throttles', name: 'Throttles', icon: Gauge, key: 't', group: 'traffic' },
  { href: '/tokens', name: 'Tokens', icon: KeyRound, key: 'k', group: 'access' },
  { href: '/clients', name: 'Clients', icon: AppWindow, key: 'c', group: 'access' },
  { href: '/devices', name: 'Devices', icon: Smartphone, key: 'd', group: 'access' },
  { href: '/operators', name: 'Operators', icon: UserCog, key: 'o', group: 'access' },
  { href: '/policies', name: 'Policies', icon: Scale, key: 'p', group: 'access' },
  { href: '/audit', name: 'Audit', icon: FileClock, key: 'h', group: 'access' },
  { href: '/settings', name: 'Settings', icon: Settings, key: 's', group: 'settings' },
];

/** Under a thumb on a narrow screen; the others are one tap further. */
export const thumbPages = pages.slice(0, 4);
export const furtherPages = pages.slice(thumbPages.length);

export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
