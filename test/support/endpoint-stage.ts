import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createGuard } from '../../main/endpoint/guard.ts';
import {
  createEndpointServer,
  defaultLimits,
  type EndpointServer,
  type Limits,
  type Respond,
} from '../../main/endpoint/server.ts';
import { createClock } from '../../main/platform/clock.ts';

/** A private folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keyfob-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export interface Stage {
  readonly server: EndpointServer;
  readonly socket: string;
}

/** An endpoint on a socket of its own, as the helper's socket listener has it. */
export async function openEndpoint(respond: Respond, limits: Partial<Limits> = {}): Promise<Stage> {
  const socket = join(await temporaryFolder(), 'helper.sock');
  const guard = createGuard(['localhost', 'keyfob']);
  const server = createEndpointServer(guard, respond, createClock(), {
    ...defaultLimits,
    ...limits,
  });
  await new Promise<void>((resolve) => void server.http.listen(socket, resolve));
  onTestFinished(() => server.close());
  return { server, socket };
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** Everything that came before the peer closed. */
  readonly text: string;
}

/**
 * Sends bytes as they are, to a socket or a port of 127.0.0.1, and returns what came back until the peer hung up. Ask for
 * `Connection: close` where the peer would not.
 */
export function sendBytes(
  to: string | number,
  ...parts: readonly (string | Buffer)[]
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const connection =
      typeof to === 'string' ? connect(to) : connect({ host: '127.0.0.1', port: to });
    const received: Buffer[] = [];
    connection.on('data', (part) => received.push(part));
    // A peer that hangs up before it has read everything resets the connection.
    connection.on('error', () => {});
    connection.on('close', () => resolve(parseAnswer(Buffer.concat(received).toString())));
    for (const part of parts) connection.write(part);
  });
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const head = end === -1 ? text : text.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    head,
    body: end === -1 ? '' : text.slice(end + 4),
    text,
  };
}

/** A request's bytes; `Host: localhost` and `Connection: close` unless `headers` say otherwise. */
export function requestBytes(
  target: string,
  headers: Readonly<Record<string, string>> = {},
  options: { method?: string; body?: string } = {},
): string {
  const { method = 'GET', body = '' } = options;
  const all = { Host: 'localhost', Connection: 'close', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
