import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { KeyfobError } from '../../shared/errors.ts';
import { createJsonDocument } from '../json-document.ts';
import type { Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';
import { beginListening } from './begin-listening.ts';
import type { EndpointServer } from './server.ts';

/** The one address that the endpoint goes by. */
export const loopbackHost = '127.0.0.1';

/**
 * Connections that wait to be taken, of which Node takes one at a time. Whoever comes when it is
 * full waits for a second: longer than some SDKs do.
 */
const backlog = 4_096;
/** Where neither well-known services lie nor the ports that systems hand out by themselves. */
const from = 20_000;
const below = 32_000;
const attempts = 20;
const retryMs = 100;

const fileSchema = z.object({ version: z.literal(1), port: z.int().min(1_024).max(65_535) });

export interface PortOptions {
  readonly ports: Ports;
  readonly state: StateStore;
  /** Whether somebody was told the address for longer than this helper runs. */
  readonly reliedOn: () => Promise<boolean>;
  /** How long whoever has the port may take to leave it; default 2,000. */
  readonly patienceMs?: number;
}

/**
 * Gives a server its place on 127.0.0.1. Resolves to the port: the one in `endpoint.json`, or, the
 * first time, one that is free, which is kept from then on.
 *
 * Where another program has the kept port, that is only left for a new one if no lasting grant
 * relies on it: else the tools' tokens would go on arriving at that program, and nobody would
 * notice. Rejects then with `port_taken`.
 */
export async function listenOnKeptPort(
  server: EndpointServer,
  { ports, state, reliedOn, patienceMs = 2_000 }: PortOptions,
): Promise<number> {
  const { clock, files, random } = ports;
  const document = createJsonDocument({
    files,
    name: 'endpoint.json',
    schema: fileSchema.nullable(),
    empty: null,
    onDamaged: (error) => noteProblem(state, clock, error),
  });

  async function listenAtKept(port: number): Promise<boolean> {
    const deadline = clock.now() + patienceMs;
    while (!(await listenAt(server, port))) {
      if (clock.now() >= deadline) return false;
      await new Promise<void>((resolve) => void clock.after(retryMs, resolve));
    }
    return true;
  }

  async function listenAnywhere(): Promise<number> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const port = from + Math.floor(random.fraction() * (below - from));
      if (await listenAt(server, port)) return port;
    }
    if (!(await listenAt(server, 0))) throw taken(undefined);
    return (server.http.address() as AddressInfo).port;
  }

  const kept = await document.read();
  if (kept !== null && (await listenAtKept(kept.port))) return kept.port;
  if (kept !== null && (await reliedOn())) throw taken(kept.port);
  const port = await listenAnywhere();
  // Without the file it is another one next time, which whoever is told of this one must know.
  await document.write({ version: 1, port }).catch((error) => noteProblem(state, clock, error));
  return port;
}

/** False where the port is not to be had. */
async function listenAt({ http }: EndpointServer, port: number): Promise<boolean> {
  try {
    await beginListening(http, { host: loopbackHost, port, backlog, exclusive: true });
    return true;
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    // EACCES: reserved by Windows, or by somebody who wants the port alone.
    if (cause.code === 'EADDRINUSE' || cause.code === 'EACCES') return false;
    throw taken(port, cause);
  }
}

function taken(port: number | undefined, cause?: NodeJS.ErrnoException): KeyfobError {
  if (port === undefined || cause !== undefined) {
    return new KeyfobError('port_taken', `Keyfob can't listen on ${loopbackHost}.`, {
      hint: 'Look at the loopback interface. What uses the socket works all the same.',
      details: { reason: cause?.code ?? 'no free port' },
      cause,
    });
  }
  return new KeyfobError('port_taken', `Another program has port ${port} of ${loopbackHost}.`, {
    hint: `End that program. If you don't know it, it may have been sent your tools' tokens: revoke them with \`keyfob grant revoke --all\`; the next \`keyfob grant create\` takes another port. What uses the socket works all the same.`,
    details: { port },
  });
}
