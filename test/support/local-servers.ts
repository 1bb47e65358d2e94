import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificate-authority.ts';

/** Servers on 127.0.0.1 for one test; they end with it. Each resolves to its port. */

export async function startHttp(answer: RequestListener): Promise<number> {
  return await listen(createServer(answer));
}

export async function startTls(certificate: Certificate, answer: RequestListener): Promise<number> {
  return await listen(createTlsServer({ ...certificate }, answer));
}

/** Answers each connection with whatever `talk` writes. */
export async function startTcp(talk: (socket: Socket) => void): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    talk(socket);
  });
  return await listen(server);
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

export interface ConnectProxy {
  readonly port: number;
  /** What was asked for: `CONNECT host:port`. */
  readonly requests: string[];
  /** The Proxy-Authorization headers, in the same order. */
  readonly credentials: (string | undefined)[];
}

/**
 * A proxy that leads every CONNECT to `targetPort` on this machine, whatever host it names, so that
 * tests can use names that exist nowhere. `refuse` is the status to refuse with.
 */
export async function startProxy(options: {
  readonly targetPort: number;
  readonly refuse?: number;
  readonly certificate?: Certificate;
}): Promise<ConnectProxy> {
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
  return { port: await listen(server), requests, credentials };
}

async function listen(
  server: Pick<Server, 'listen' | 'close' | 'address' | 'on'>,
): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}
