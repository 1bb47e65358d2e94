import type { ListenOptions, Server } from 'node:net';

/**
 * Has a server listen. Rejects with Node's own error (`EADDRINUSE` and the like). However it ends,
 * no listener stays with the server, as the callback of `listen` does after each failure.
 */
export function beginListening(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = () => {
      server.off('error', failed);
      resolve();
    };
    const failed = (error: NodeJS.ErrnoException) => {
      server.off('listening', done);
      reject(error);
    };
    server.once('listening', done).once('error', failed).listen(where);
  });
}
