import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { onTestFinished } from 'vitest';
import type { Certificate } from './certificate-authority.ts';
import { createProxy, type ProxyOptions, type UnboundProxy } from './connect-proxy.ts';

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

export interface ConnectProxy extends Omit<UnboundProxy, 'server'> {
  readonly port: number;
}

/** A proxy as `createProxy` makes it. */
export async function startProxy(options: ProxyOptions): Promise<ConnectProxy> {
  const { server, ...seen } = createProxy(options);
  return { port: await listen(server), ...seen };
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
