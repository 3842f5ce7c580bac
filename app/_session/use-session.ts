'use client';

import { useSyncExternalStore } from 'react';
import { currentSession, type Session, subscribeSession } from './session.ts';

const onServer: Session = { state: 'unknown' };

export function useSession(): Session {
  return useSyncExternalStore(subscribeSession, currentSession, () => onServer);
}
