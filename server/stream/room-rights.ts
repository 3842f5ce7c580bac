/**
 * Whether what a socket was allowed to watch it still may: asked again for everyone in the moment that policies or an
 * operator's standing change, and for a few sockets at each tick, since time, risk and age of a sign-in move by
 * themselves. Tabs of one session share an answer, so that a full round costs one decision a session and room.
 */

import type { ConsoleRoom } from '../../lib/contract/console.ts';
import { isAllowed } from '../identity/authorize.ts';
import type { Principal } from '../identity/principal.ts';
import { type ConsoleSocket, leave } from './console-socket.ts';
import { eventActions } from './socket-guard.ts';

/** Sockets looked at in one tick: with ten ticks a second, a thousand sockets are all seen within five seconds. */
const perTick = 20;

type Answers = Map<string, boolean>;

export function createRoomRights(sockets: () => Iterable<ConsoleSocket>) {
  let round: ConsoleSocket[] = [];

  return {
    /** All of them, now. */
    recheckAll(): void {
      const answers: Answers = new Map();
      for (const socket of sockets()) recheck(socket, answers);
    },

    recheckSome(): void {
      if (round.length === 0) round = [...sockets()];
      const answers: Answers = new Map();
      for (const socket of round.splice(0, perTick)) if (socket.connected) recheck(socket, answers);
    },
  };
}

function recheck(socket: ConsoleSocket, answers: Answers): void {
  const { principal, watched } = socket.data;
  for (const room of watched) if (!stillMay(principal, room, answers)) leave(socket, room);
}

function stillMay(principal: Principal, room: ConsoleRoom, answers: Answers): boolean {
  const key = `${principal.familyId}|${principal.address}|${principal.tokenId}|${room}`;
  const known = answers.get(key);
  if (known !== undefined) return known;
  const action = eventActions.watch;
  const { outcome } = principal.authority.judge(principal, action, { id: room });
  // Only a loss is news for the audit.
  const may = outcome === 'allow' || isAllowed(principal, action, { id: room });
  answers.set(key, may);
  return may;
}

export type RoomRights = ReturnType<typeof createRoomRights>;
