/** What the console calls holders, states and ends of sessions. */

import type { HolderKind, SessionStatus, SessionSummary } from '../../../../lib/contract/sessions.ts';
import type { StatusFilter } from './session-filter.ts';

export const holderNames: Record<HolderKind, string> = {
  operator: 'Operator',
  user: 'Person',
  client: 'Machine',
};

export const sessionStatusNames: Record<SessionStatus, string> = {
  live: 'Live',
  expired: 'Expired',
  revoked: 'Revoked',
};

export const statusFilterNames: Record<StatusFilter, string> = { ...sessionStatusNames, all: 'All' };

/** Operators use the console itself, which is no client of the customer's. */
export function clientName({ client }: Pick<SessionSummary, 'client'>): string {
  return client?.name ?? 'Console';
}

const endReasons: Record<string, string | undefined> = {
  signed_out: 'the holder signed out',
  reuse: 'a spent token was shown again, so two parties held this session',
  code_reuse: 'its authorization code was shown twice',
  superseded: 'a newer sign-in in the same browser took its place',
  operator_disabled: 'the account was disabled',
  revoked: 'an operator revoked it',
  device_removed: 'the passkey that opened it was removed',
  returned: 'its client gave it up',
};

/** Why a session ended, as the end of a sentence. */
export function endReason(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : (endReasons[reason] ?? reason.replaceAll('_', ' '));
}

/** The part of a browser's description that people recognise: `Chrome 140 on Linux`. */
export function browserName(userAgent: string): string {
  const browser = browsers.find(([pattern]) => pattern.test(userAgent));
  const system = systems.find(([pattern]) => pattern.test(userAgent))?.[1];
  if (browser === undefined) return userAgent === '' ? 'not told' : userAgent;
  const version = browser[0].exec(userAgent)?.[1];
  return [browser[1], version, system && `on ${system}`].filter(Boolean).join(' ');
}

// More telling names first: Edge and Opera also call themselves Chrome, and Chrome also Safari.
const browsers: [pattern: RegExp, name: string][] = [
  [/Edg\/(\d+)/, 'Edge'],
  [/OPR\/(\d+)/, 'Opera'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
  [/Version\/(\d+)\S* (?:Mobile\/\S+ )?Safari/, 'Safari'],
];

const systems: [pattern: RegExp, name: string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
];
