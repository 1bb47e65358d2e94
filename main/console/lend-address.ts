import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KeyfobError } from '../../shared/errors.ts';
import { createServer } from '../endpoint/node-http.ts';
import type { Ports } from '../ports.ts';

/** A secret address under a name that may be seen. */
export interface LentAddress {
  /** Leads to the secret one, once. */
  readonly url: string;
  takeBack(): void;
}

/** How long a browser may take to start. */
const lentForMs = 60_000;

/**
 * Lends a secret address to the browser. What opens browsers passes the address as an argument,
 * which every user of the machine can read in the list of processes; so it gets one on 127.0.0.1
 * that leads to the secret one a single time. Rejects with `browser_failed` where nothing can
 * listen there.
 */
export async function lendAddress(
  address: string,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
): Promise<LentAddress> {
  const path = Buffer.from(`/${Buffer.from(random.bytes(32)).toString('base64url')}`);
  let taken = false;

  const server = createServer({ requestTimeout: 10_000, maxHeaderSize: 64 * 1024 }, answer);
  server.on('clientError', (_error, socket) => socket.destroy());

  function answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const asked = Buffer.from(request.url ?? '');
    const right =
      request.method === 'GET' &&
      request.headers.host === host &&
      asked.length === path.length &&
      timingSafeEqual(asked, path);
    const headers = { 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' };
    if (!right || taken) {
      response.writeHead(404, { ...headers, Connection: 'close' }).end();
      return;
    }
    taken = true;
    response.once('close', takeBack);
    response.writeHead(302, { ...headers, Connection: 'close', Location: address }).end();
  }

  function takeBack(): void {
    cancel();
    server.close();
    server.closeAllConnections();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(notListening(cause)));
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const cancel = clock.after(lentForMs, takeBack);
  return { url: `http://${host}${path.toString()}`, takeBack };
}

function notListening(cause: unknown): KeyfobError {
  return new KeyfobError('browser_failed', 'Keyfob could not listen on 127.0.0.1.', {
    hint: 'Open the console from the access portal.',
    cause,
  });
}
