import { connect } from 'node:net';
import type { Clock } from '../ports.ts';
import { request } from './node-http.ts';

/** Another helper, at the socket where we would listen. */
export interface Peer {
  readonly pid?: number;
  readonly version?: string;
}

/** Whether anybody listens at `path`. One that does not take the connection in time counts. */
export function isListening(path: string, clock: Clock, waitMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const finish = (listening: boolean) => {
      cancel();
      socket.destroy();
      resolve(listening);
    };
    const cancel = clock.after(waitMs, () => finish(true));
    socket.on('connect', () => finish(true));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(!['ECONNREFUSED', 'ENOENT', 'ECONNRESET'].includes(error.code ?? '')),
    );
  });
}

/** Asks who listens; empty where what answers is no helper, or does not answer. */
export async function askPeer(path: string, clock: Clock, waitMs = 2_000): Promise<Peer> {
  const { pid, version } = await exchange(path, clock, waitMs, 'GET', '/v1/status');
  return {
    ...(typeof pid === 'number' ? { pid } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  };
}

/** Asks whoever listens to shut down. It may take a while to be gone. */
export async function stopPeer(path: string, clock: Clock, waitMs = 2_000): Promise<void> {
  await exchange(path, clock, waitMs, 'POST', '/v1/commands/shutdown');
}

function exchange(
  socketPath: string,
  clock: Clock,
  waitMs: number,
  method: string,
  path: string,
): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const finish = (answer: Record<string, unknown>) => {
      cancel();
      outgoing.destroy();
      resolve(answer);
    };
    const outgoing = request({ socketPath, method, path, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part: string) => {
        text += part;
        if (text.length > 65_536) finish({});
      });
      incoming.on('end', () => finish(parseObject(text)));
    });
    const cancel = clock.after(waitMs, () => finish({}));
    outgoing.on('error', () => finish({}));
    outgoing.end();
  });
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
