import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How many connections may be open that have not shown a valid token. Node takes one at a time and
 * reads in between, so whoever has connected is heard long before this many others have come.
 */
const mostStrangers = 1_024;
/** How many may be open that have. */
const mostKnown = 1_024;

const known = new WeakSet<Socket>();
const rooms = new WeakMap<Socket, () => void>();

/**
 * Lets nobody on this machine shut others out by holding connections: of those without a valid
 * token the oldest makes room, and likewise of those with one.
 */
export function keepRoom(server: Server): void {
  const strangers = new Set<Socket>();
  const friends = new Set<Socket>();

  function trim(sockets: Set<Socket>, most: number): void {
    for (const socket of sockets) {
      if (sockets.size <= most) return;
      sockets.delete(socket);
      socket.destroy();
    }
  }

  server.on('connection', (socket) => {
    strangers.add(socket);
    trim(strangers, mostStrangers);
    rooms.set(socket, () => {
      strangers.delete(socket);
      friends.add(socket);
      trim(friends, mostKnown);
    });
    socket.once('close', () => {
      strangers.delete(socket);
      friends.delete(socket);
    });
  });
}

/** Tells that a valid token has come over this connection. */
export function welcome(socket: Socket): void {
  if (known.has(socket)) return;
  known.add(socket);
  rooms.get(socket)?.();
}
