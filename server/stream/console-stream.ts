/**
 * The console's live updates: socket.io namespace `/console`, WebSocket only, readers only. A socket proves itself at
 * the handshake and is asked again at every event and before every frame; it is cut in the moment its session ends,
 * and when its token does. A reader that is too slow gets fewer frames and then a snapshot, never a growing queue.
 * It is attached to an HTTP server that never listens: server/http/ alone owns `upgrade`.
 */

import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Namespace, Server } from 'socket.io';
import type { AccountNotice } from '../../lib/contract/account.ts';
import type {
  ConsoleFrame,
  ConsoleRoom,
  ConsoleToServer,
  ServerToConsole,
} from '../../lib/contract/console.ts';
import { createRefuseByHand } from '../http/refuse-by-hand.ts';
import type { Identity } from '../identity/identity.ts';
import type { Authority } from '../policies/authority.ts';
import type { Timers } from '../timers.ts';
import { admitConnections, isRefusal } from './connection-caps.ts';
import { type ConsoleFrames, type ConsoleFramesDeps, createConsoleFrames } from './console-frames.ts';
import {
  addressOf,
  authenticate,
  type ConsoleSocket,
  type ConsoleSocketDeps,
  holds,
  type NoEvents,
  refusal,
  refusalOf,
  type SocketState,
  welcome,
} from './console-socket.ts';
import { createRoomRights } from './room-rights.ts';

export interface ConsoleStreamDeps extends ConsoleFramesDeps, ConsoleSocketDeps {
  identity: ConsoleSocketDeps['identity'] & Pick<Identity, 'onSessionEnded' | 'onNotice'>;
  authority: Pick<Authority, 'onChanged'>;
  /** Its origin is the only one that may open a socket. */
  publicUrl: URL;
  timers: Timers;
}

export interface ConsoleStream {
  /** For the owner of `upgrade`: requests whose path starts with `/socket.io/`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  counts(): { sockets: number };
  close(): Promise<void>;
}

type ConsoleServer = Server<ConsoleToServer, ServerToConsole, NoEvents, SocketState>;
type ConsoleNamespace = Namespace<ConsoleToServer, ServerToConsole, NoEvents, SocketState>;

/** Frames of one room at most this often. */
const tickMs = 100;
/** The largest event is a renewal with token and proof, about 3 kB. */
const messageBytesMax = 64 * 1024;
/** A connection that names no namespace is cut after this. */
const connectMsMax = 5_000;
const pingIntervalMs = 15_000;
const pingTimeoutMs = 10_000;

export function createConsoleStream(deps: ConsoleStreamDeps): ConsoleStream {
  const neverListening = createServer();
  const io: ConsoleServer = new Server(neverListening, {
    serveClient: false,
    transports: ['websocket'],
    allowUpgrades: false,
    maxHttpBufferSize: messageBytesMax,
    connectTimeout: connectMsMax,
    pingInterval: pingIntervalMs,
    pingTimeout: pingTimeoutMs,
    allowRequest: admitConnections({
      origin: deps.publicUrl.origin,
      addressOf: (request) => addressOf(deps, request),
      connections: () => io.engine.clientsCount,
    }),
  });
  const refuseByHand = createRefuseByHand({ https: deps.publicUrl.protocol === 'https:' });
  // Before the library answers in its own way, which is a 400 without any header. What is a socket already is its own.
  io.engine.on('connection_error', ({ req, context }) => {
    if ('websocket' in req) return;
    refuseByHand(req.socket, isRefusal(context?.message) ? context.message : 'invalid_request');
  });
  // Every other namespace: the default one is refused here, unknown ones by socket.io itself.
  io.use((_socket, next) => next(refusal('not_found')));
  const room: ConsoleNamespace = io.of('/console');
  const frames = createConsoleFrames(deps);
  room.use(
    (socket, next) =>
      void authenticate(deps, socket).then(
        () => next(),
        (error) => next(refusalOf(error)),
      ),
  );
  room.on('connection', (socket) => welcome(deps, frames, socket));

  const rights = createRoomRights(() => room.sockets.values());
  const tellAlerts = createPace(deps, () => sendFrame(deps, frames, room, 'alerts'));
  const stops = [
    deps.timers.every(tickMs, () => {
      rights.recheckSome();
      sendFrame(deps, frames, room, 'live');
    }),
    deps.alerts.onChanged(tellAlerts),
    deps.identity.onSessionEnded(() => cutEnded(deps, room)),
    deps.identity.onNotice((operatorId, notice) => tellOthers(deps, room, operatorId, notice)),
    // Whoever was disabled is cut, whoever lost a right leaves its rooms, before the change is answered.
    deps.authority.onChanged(() => {
      cutEnded(deps, room);
      rights.recheckAll();
    }),
  ];
  return {
    handleUpgrade: (request, socket, head) => {
      neverListening.emit('upgrade', request, socket, head);
    },
    counts: () => ({ sockets: room.sockets.size }),
    async close() {
      for (const stop of stops) stop();
      frames.close();
      await io.close();
    },
  };
}

function cutEnded(deps: ConsoleStreamDeps, room: ConsoleNamespace): void {
  for (const socket of room.sockets.values()) holds(deps, socket);
}

/** The account's owner hears of it wherever else it is signed in; the session that did it knows. */
function tellOthers(
  deps: ConsoleStreamDeps,
  room: ConsoleNamespace,
  operatorId: string,
  notice: AccountNotice,
): void {
  for (const socket of room.sockets.values()) {
    const { principal } = socket.data;
    const concerns = principal.operatorId === operatorId && principal.familyId !== notice.sessionId;
    if (concerns && holds(deps, socket)) socket.emit('notice', notice);
  }
}

/** Somebody waits for an alert: after a pause its frame goes at once, and the next as soon as a tick has passed. */
function createPace({ timers, clock }: ConsoleStreamDeps, send: () => void): () => void {
  let sentAt = Number.NEGATIVE_INFINITY;
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    // The host's clock may be set back: then, too, nobody waits for longer than a tick.
    const leftMs = Math.min(tickMs, Math.max(0, sentAt + tickMs - clock.now()));
    timers.after(leftMs, () => {
      waits = false;
      sentAt = clock.now();
      send();
    });
  };
}

function sendFrame(
  deps: ConsoleStreamDeps,
  frames: ConsoleFrames,
  room: ConsoleNamespace,
  name: ConsoleRoom,
): void {
  for (const socket of room.sockets.values()) {
    if (holds(deps, socket)) keepPace(frames, socket);
  }
  const frame = frames.take(name);
  if (frame) room.to(name).emit('frame', frame);
}

/**
 * A reader whose last frame has not left the process yet is not sent the next one: it leaves its rooms until the
 * transport drains, and then starts from a snapshot. One that lost the right to watch is in no room that could be sent.
 */
function keepPace(frames: ConsoleFrames, socket: ConsoleSocket): void {
  const { watched, behind } = socket.data;
  const isSlow = !socket.conn.transport.writable;
  for (const room of watched) {
    if (isSlow && !behind.has(room)) {
      behind.add(room);
      void socket.leave(room);
    } else if (!isSlow && behind.has(room)) {
      behind.delete(room);
      void socket.join(room);
      socket.emit('frame', catchUp(frames, room));
    }
  }
}

function catchUp(frames: ConsoleFrames, room: ConsoleRoom): ConsoleFrame {
  return room === 'live' ? frames.snapshot() : frames.recentAlerts();
}
