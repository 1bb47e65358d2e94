import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Certificate } from './certificate-authority.ts';

export interface ProxyOptions {
  readonly targetPort: number;
  /** The status to refuse with. */
  readonly refuse?: number;
  readonly certificate?: Certificate;
}

export interface UnboundProxy {
  readonly server: Server;
  /** What was asked for: `CONNECT host:port`. */
  readonly requests: string[];
  /** The Proxy-Authorization headers, in the same order. */
  readonly credentials: (string | undefined)[];
}

/**
 * A proxy that leads every CONNECT to `targetPort` on this machine, whatever host it names, so that
 * tests can use names that exist nowhere. It does not listen yet.
 */
export function createProxy(options: ProxyOptions): UnboundProxy {
  const requests: string[] = [];
  const credentials: (string | undefined)[] = [];
  const { certificate } = options;
  const server = certificate === undefined ? createServer() : createTlsServer({ ...certificate });
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    requests.push(`CONNECT ${request.url}`);
    credentials.push(request.headers['proxy-authorization']);
    client.on('error', () => undefined);
    if (options.refuse !== undefined) {
      client.end(`HTTP/1.1 ${options.refuse} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const target = connect(options.targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  return { server, requests, credentials };
}
