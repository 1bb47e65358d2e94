import { connect } from 'node:net';
import type { Clock } from '../ports.ts';
import { request } from './node-http.ts';

/** Who listens where we would like to. */
export type Peer =
  /** A helper that runs; `activated`: on the socket of a service manager, which stays. */
  | { readonly pid: number; readonly activated: boolean }
  /** One that is shutting down, is gone by now, or is too busy to say. */
  | 'leaving'
  /** Something that is no helper. */
  | 'stranger';

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

/** Asks who listens at `path`. */
export async function askPeer(path: string, clock: Clock, waitMs = 2_000): Promise<Peer> {
  const answer = await exchange(path, clock, waitMs, 'GET', '/v1/status');
  if (answer === undefined) return 'leaving';
  if (typeof answer.pid === 'number') {
    return { pid: answer.pid, activated: answer.activated === true };
  }
  return answer.code === 'helper_stopping' ? 'leaving' : 'stranger';
}

/** Asks whoever listens to shut down. It may take a while to be gone. */
export async function stopPeer(path: string, clock: Clock, waitMs = 2_000): Promise<void> {
  await exchange(path, clock, waitMs, 'POST', '/v1/commands/shutdown');
}

/** One request; undefined where no answer came, and an empty one where it is not ours. */
function exchange(
  socketPath: string,
  clock: Clock,
  waitMs: number,
  method: string,
  path: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  return new Promise((resolve) => {
    const finish = (answer: Readonly<Record<string, unknown>> | undefined) => {
      cancel();
      outgoing.destroy();
      resolve(answer);
    };
    const outgoing = request({ socketPath, method, path, agent: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (part: string) => {
        text += part;
        if (text.length > maxLength) finish({});
      });
      incoming.on('end', () => finish(parseObject(text)));
      incoming.on('error', () => finish(undefined));
    });
    const cancel = clock.after(waitMs, () => finish(undefined));
    // node:http's parser says HPE_… of what is no HTTP.
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code?.startsWith('HPE_') ? {} : undefined),
    );
    outgoing.end();
  });
}

const maxLength = 65_536;

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
