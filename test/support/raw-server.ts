import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A listener on a socket that answers with whatever bytes a test wants. */
export interface RawServer {
  readonly socket: string;
  readonly folder: string;
  /** What each connection sent, in order. */
  readonly requests: string[];
  /** Listens at a second address, with the same answers. */
  listenAlsoAt(socket: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param answer called once a connection's whole request head has arrived, with what was sent
 */
export async function startRawServer(
  answer: (connection: Socket, request: string) => void,
): Promise<RawServer> {
  const folder = await mkdtemp(join(tmpdir(), 'keyfob-raw-'));
  const socket =
    process.platform === 'win32'
      ? `\\\\.\\pipe\\${folder.replaceAll('\\', '-')}`
      : join(folder, 's');
  const requests: string[] = [];
  const open = new Set<Socket>();
  const accept = (connection: Socket) => {
    open.add(connection);
    let text = '';
    let answered = false;
    connection.on('error', () => undefined);
    connection.on('close', () => open.delete(connection));
    connection.on('data', (chunk) => {
      text += chunk.toString();
      if (answered || !isWhole(text)) return;
      answered = true;
      requests.push(text);
      answer(connection, text);
    });
  };
  const servers: Server[] = [];
  const listenAlsoAt = (at: string) =>
    new Promise<void>((resolve) => {
      const server = createServer(accept);
      servers.push(server);
      server.listen(at, resolve);
    });
  await listenAlsoAt(socket);
  return {
    socket,
    folder,
    requests,
    listenAlsoAt,
    async close() {
      for (const connection of open) connection.destroy();
      for (const server of servers) await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return false;
  const length = /content-length: (\d+)/i.exec(text)?.[1] ?? '0';
  return Buffer.byteLength(text.slice(end + 4)) >= Number(length);
}

/** An answer with a JSON body, as the helper sends it. */
export function jsonAnswer(value: unknown, status = '200 OK', protocol = '1'): string {
  const body = JSON.stringify(value);
  return [
    `HTTP/1.1 ${status}`,
    'Content-Type: application/json',
    ...(protocol === '' ? [] : [`Keyfob-Protocol: ${protocol}`]),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}
