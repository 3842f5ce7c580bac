/**
 * One console socket from its handshake to its end: who it is, which rooms it may watch, how it renews its token. Every
 * event is held to a budget, to the session and to a schema before anything looks at it; none changes records.
 */

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'socket.io';
import type { ConsoleRoom, ConsoleToServer, ServerToConsole } from '../../lib/contract/console.ts';
import { AppError } from '../http/app-error.ts';
import type { ClientAddress } from '../http/client-address.ts';
import { isAllowed } from '../identity/authorize.ts';
import type { Identity } from '../identity/identity.ts';
import type { Principal } from '../identity/principal.ts';
import type { Log } from '../observe/log.ts';
import type { ConsoleFrames } from './console-frames.ts';
import {
  createSocketBudget,
  eventActions,
  isEventName,
  roomSchema,
  type SocketBudget,
  socketAuthSchema,
} from './socket-guard.ts';

export interface ConsoleSocketDeps {
  identity: Pick<Identity, 'authenticateSocket' | 'createSocketNonce' | 'renewSocket' | 'checkSocketEvent'>;
  clientAddress: ClientAddress;
  clock: { now(): number };
  log: Log;
}

export interface SocketState {
  principal: Principal;
  address: string;
  /** For the next renewal; used once. */
  nonce: string;
  budget: SocketBudget;
  watched: Set<ConsoleRoom>;
  /** Rooms whose frames were skipped because the reader was slow. */
  behind: Set<ConsoleRoom>;
}

export type NoEvents = Record<string, never>;
export type ConsoleSocket = Socket<ConsoleToServer, ServerToConsole, NoEvents, SocketState>;

export async function authenticate(deps: ConsoleSocketDeps, socket: ConsoleSocket): Promise<void> {
  const auth = socketAuthSchema.safeParse(socket.handshake.auth);
  if (!auth.success) throw new AppError('unauthenticated', { internal: 'no token and proof in auth' });
  const address = addressOf(deps, socket.request);
  const principal = await deps.identity.authenticateSocket(auth.data, address);
  socket.data = {
    principal,
    address,
    nonce: deps.identity.createSocketNonce(),
    budget: createSocketBudget(),
    watched: new Set(),
    behind: new Set(),
  };
}

/** What a refused client learns: the code, and the nonce that the next proof needs. */
export function refusalOf(error: unknown): Error {
  return error instanceof AppError ? refusal(error.code, error.headers['dpop-nonce']) : refusal('internal');
}

export function refusal(code: string, nonce?: string): Error {
  return Object.assign(new Error(code), { data: { code, ...(nonce === undefined ? {} : { nonce }) } });
}

export function welcome(deps: ConsoleSocketDeps, frames: ConsoleFrames, socket: ConsoleSocket): void {
  const state = socket.data;
  // Its session may have ended while it was being authenticated.
  if (!holds(deps, socket)) return;
  socket.use(([event, ...args], next) => {
    const ack = ackOf(args);
    const spent = state.budget.spend(deps.clock.now());
    if (spent === 'cut') return void socket.disconnect(true);
    if (spent === 'refused') return ack('rate_limited');
    if (!holds(deps, socket)) return ack('token_revoked');
    if (!isEventName(event)) return ack('invalid_request');
    next();
  });
  const reactions: Record<keyof ConsoleToServer, Reaction> = {
    watch: onRoom(socket, 'watch', (room, ack) => {
      state.watched.add(room);
      state.behind.delete(room);
      void socket.join(room);
      ack('ok');
      if (room === 'live') socket.emit('frame', frames.snapshot());
    }),
    unwatch: onRoom(socket, 'unwatch', (room, ack) => {
      leave(socket, room);
      ack('ok');
    }),
    renew: (sent, ack) => {
      if (!isAllowed(state.principal, eventActions.renew)) return ack('forbidden');
      void renew(deps, socket, sent).then(ack);
    },
  };
  for (const event of Object.keys(reactions)) {
    if (!isEventName(event)) continue;
    socket.on(event, (...args: unknown[]) => reactions[event](args[0], ackOf(args)));
  }
  socket.emit('nonce', state.nonce);
}

type Ack = (result: string) => void;
type Reaction = (sent: unknown, ack: Ack) => void;

/** An event that names a room: parsed, then asked for, then done. */
function onRoom(
  socket: ConsoleSocket,
  event: 'watch' | 'unwatch',
  react: (room: ConsoleRoom, ack: Ack) => void,
): Reaction {
  return (sent, ack) => {
    const room = roomSchema.safeParse(sent);
    if (!room.success) return ack('invalid_request');
    const { principal } = socket.data;
    // Leaving concerns oneself: it is the caller's own place in the room.
    const resource = event === 'watch' ? { id: room.data } : {};
    if (!isAllowed(principal, eventActions[event], resource)) return ack('forbidden');
    react(room.data, ack);
  };
}

export function leave(socket: ConsoleSocket, room: ConsoleRoom): void {
  socket.data.watched.delete(room);
  socket.data.behind.delete(room);
  void socket.leave(room);
}

/** The acknowledgement that the client asked for, if it did. Types say what a client should send, not what it does. */
function ackOf(args: unknown[]): Ack {
  const last = args.at(-1);
  return (result) => {
    if (typeof last === 'function') last(result);
  };
}

async function renew(deps: ConsoleSocketDeps, socket: ConsoleSocket, sent: unknown): Promise<string> {
  const state = socket.data;
  const auth = socketAuthSchema.safeParse(sent);
  const nonce = state.nonce;
  state.nonce = deps.identity.createSocketNonce();
  socket.emit('nonce', state.nonce);
  if (!auth.success) return 'invalid_request';
  try {
    state.principal = await deps.identity.renewSocket(
      state.principal,
      { ...auth.data, nonce },
      state.address,
    );
    return holds(deps, socket) ? 'ok' : 'token_revoked';
  } catch (error) {
    if (!(error instanceof AppError)) {
      deps.log.error({ err: error }, 'a socket could not be renewed');
      return 'internal';
    }
    // Another session's token on this socket is no mistake of an honest page.
    if (error.code === 'forbidden') socket.disconnect(true);
    return error.code;
  }
}

/** Whether the socket's session still holds; one whose session does not is cut. */
export function holds(deps: Pick<ConsoleSocketDeps, 'identity'>, socket: ConsoleSocket): boolean {
  try {
    deps.identity.checkSocketEvent(socket.data.principal);
    return true;
  } catch {
    socket.disconnect(true);
    return false;
  }
}

export function addressOf(deps: Pick<ConsoleSocketDeps, 'clientAddress'>, request: IncomingMessage): string {
  const forwardedFor = request.headers['x-forwarded-for'];
  return deps.clientAddress(
    request.socket.remoteAddress,
    Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor,
  );
}
