/**
 * One socket for the page, opened while someone is signed in. Every (re)connection and every renewal carries a fresh
 * proof; rooms are watched again after a reconnection, and a gap in a room's frames asks for its snapshot.
 */

import { io, type Socket } from 'socket.io-client';
import type { ConsoleRoom, ConsoleToServer, ServerToConsole } from '../../lib/contract/console.ts';
import { noticeText } from '../_devices/notice-text.ts';
import { api } from '../_session/api.ts';
import { access, currentSession, refresh, subscribeSession } from '../_session/session.ts';
import { socketProof } from '../_session/signed-fetch.ts';
import { toast } from '../_ui/toast.tsx';
import { resetLive, setConnection, takeFrame } from './live-store.ts';

type ConsoleSocket = Socket<ServerToConsole, ConsoleToServer>;

const rooms: ConsoleRoom[] = ['live', 'alerts'];
let socketNonce: string | undefined;
let tokenInUse: string | undefined;

/** Opens the socket; the returned function closes it. */
export function openLive(): () => void {
  const socket: ConsoleSocket = io('/console', {
    transports: ['websocket'],
    reconnectionDelay: 500,
    reconnectionDelayMax: 5_000,
    // A refused handshake leaves the manager's connection open; sharing it with a next page would leak its state.
    forceNew: true,
    auth: (send) => void handshake().then(send, () => send({})),
  });
  let retry: ReturnType<typeof setTimeout> | undefined;
  socket.on('connect', () => {
    setConnection({ state: 'live' });
    for (const room of rooms) watch(socket, room);
  });
  socket.on('disconnect', (reason) => {
    setConnection({ state: 'lost', since: Date.now() });
    // The server cut us (expiry or revocation), and then socket.io does not try again by itself.
    if (reason === 'io server disconnect') retry = setTimeout(() => void reconnect(socket), 500);
  });
  socket.on('connect_error', () => {
    setConnection({ state: 'lost', since: Date.now() });
    if (!socket.active) retry = setTimeout(() => void reconnect(socket), 2_000);
  });
  socket.on('frame', (frame) => {
    if (takeFrame(frame) && frame.room === 'live') watch(socket, 'live');
  });
  socket.on('nonce', (nonce) => {
    socketNonce = nonce;
  });
  socket.on('notice', (notice) => {
    toast({ text: noticeText(notice), link: { href: '/devices', label: 'Was it not you?' } });
  });
  const unsubscribe = subscribeSession(() => void renew(socket));
  return () => {
    unsubscribe();
    clearTimeout(retry);
    socket.removeAllListeners();
    socket.disconnect();
    resetLive();
  };
}

async function handshake(): Promise<{ token: string; dpop: string }> {
  const { token, keyPair } = await access();
  tokenInUse = token;
  return { token, dpop: await socketProof({ keyPair, accessToken: token }) };
}

/** A call by HTTP first: it brings a fresh nonce and, where the token was the trouble, a fresh token. */
async function reconnect(socket: ConsoleSocket): Promise<void> {
  await api({ path: '/api/me' }).catch(() => undefined);
  if (currentSession().state === 'signed-in') socket.connect();
}

async function renew(socket: ConsoleSocket): Promise<void> {
  if (!socket.connected || currentSession().state !== 'signed-in') return;
  const { token, keyPair } = await access();
  if (token === tokenInUse) return;
  tokenInUse = token;
  const dpop = await socketProof({ keyPair, accessToken: token, nonce: socketNonce });
  socket.emit('renew', { token, dpop }, (result) => {
    if (result !== 'ok') void refresh(token).catch(() => undefined);
  });
}

function watch(socket: ConsoleSocket, room: ConsoleRoom): void {
  socket.emit('watch', room, (result) => {
    if (result !== 'ok') setConnection({ state: 'lost', since: Date.now() });
  });
}
