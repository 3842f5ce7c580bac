/** The pages of the rail, with the keys that lead there. The rail shows only what exists. */

import { Gauge, type LucideIcon, Radio, Route, Settings, Siren, Users } from 'lucide-react';

export interface PageLink {
  href: string;
  name: string;
  icon: LucideIcon;
  /** After `g`. */
  key: string;
}

export const pages: PageLink[] = [
  { href: '/', name: 'Live', icon: Radio, key: 'l' },
  { href: '/alerts', name: 'Alerts', icon: Siren, key: 'a' },
  { href: '/users', name: 'Users', icon: Users, key: 'u' },
  { href: '/endpoints', name: 'Endpoints', icon: Route, key: 'e' },
  { href: '/throttles', name: 'Throttles', icon: Gauge, key: 't' },
  { href: '/settings', name: 'Settings', icon: Settings, key: 's' },
];

export function isCurrent(href: string, pathname: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}
