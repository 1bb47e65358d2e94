import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Certificate } from './certificate-authority.ts';

/** Speaks TLS in front of a plain server of 127.0.0.1. */
export interface TlsFront {
  readonly url: string;
  /** Which certificate it shows from now on; null: what comes back is no TLS at all. */
  show(certificate: Certificate | null): void;
  close(): Promise<void>;
}

/** Starts one before the server at `target`, an http URL. */
export async function startTlsFront(target: string, certificate: Certificate): Promise<TlsFront> {
  const { port } = new URL(target);
  const open = new Set<Socket>();
  let shown: Certificate | null = certificate;

  const server: Server = createServer((plain) => {
    open.add(plain);
    plain.on('close', () => open.delete(plain));
    plain.on('error', () => undefined);
    if (shown === null) {
      plain.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const secureContext = createSecureContext(shown);
    const client = new TLSSocket(plain, { isServer: true, secureContext });
    const behind = connect(Number(port), '127.0.0.1');
    client.on('error', () => behind.destroy());
    behind.on('error', () => client.destroy());
    client.on('close', () => behind.destroy());
    client.pipe(behind).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show(next) {
      shown = next;
      for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
