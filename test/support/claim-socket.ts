import { once } from 'node:events';
import { createServer } from 'node:net';
import { isListening } from '../../main/endpoint/peer.ts';
import { createClock } from '../../main/platform/clock.ts';
import { createSockets } from '../../main/platform/sockets.ts';

/**
 * Claims the socket named by its argument as soon as it is told to on stdin, so that several
 * processes can do so at the same instant. Says `set`, then `got it` or `taken`; tells its process
 * id to whoever connects.
 */

const [, , path = ''] = process.argv;
const sockets = createSockets(process.platform, []);
const clock = createClock();
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.end(String(process.pid));
});

process.stdout.write('set\n');
await once(process.stdin, 'data');
const release = await sockets.claim(path, {
  inUse: (at) => isListening(at, clock),
  listen: (at) => new Promise((resolve) => void server.listen(at, resolve)),
});
process.stdout.write(release === null ? 'taken\n' : 'got it\n');
