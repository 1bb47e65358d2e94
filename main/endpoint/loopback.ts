import type { IncomingMessage } from 'node:http';
import { asKeyfobError } from '../../shared/errors.ts';
import type { Grants } from '../grants/grants.ts';
import type { Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';
import { keepRoom } from './connection-room.ts';
import type { Guard } from './guard.ts';
import { createLoopbackGuard } from './loopback-guard.ts';
import { listenOnKeptPort, loopbackHost } from './port.ts';
import { createEndpointServer, defaultLimits, type Limits, type Respond } from './server.ts';

/** The endpoint on 127.0.0.1, for what speaks no socket: SDKs, containers, remote hosts. */
export interface Loopback {
  /**
   * Listens; the address is in the state then. Never rejects: without it the socket still serves,
   * so a port that is taken is only a problem to be shown.
   */
  open(): Promise<string | undefined>;
  /** The address; where nobody listens it tries again. Rejects with `port_taken`. */
  url(): Promise<string>;
  /** Stops: new requests get `helper_stopping`. */
  refuseNew(): void;
  /** Resolves when no answer is in flight any more. */
  idle(): Promise<void>;
  /** Frees the port. */
  close(graceMs?: number): Promise<void>;
}

export interface LoopbackDeps {
  readonly ports: Ports;
  readonly state: StateStore;
  readonly grants: Pick<Grants, 'load' | 'lasting'>;
  readonly respond: Respond;
  /** Default: `loopbackLimits`. */
  readonly limits?: Limits;
}

/** Stricter than on the socket: everybody on this machine can connect. */
const loopbackLimits: Limits = {
  ...defaultLimits,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 5_000,
  checkEveryMs: 1_000,
  // Never reached: the oldest make room before.
  connections: 4_096,
};

/** Creates the endpoint on 127.0.0.1; nothing listens before `open`. */
export function createLoopback(deps: LoopbackDeps): Loopback {
  const { ports, state, grants, respond, limits = loopbackLimits } = deps;
  let guard: Guard | undefined;
  let present: Promise<string> | undefined;
  let closed = false;
  const server = createEndpointServer(
    // Nobody gets here before the port is known.
    (request: IncomingMessage) => guard?.(request),
    respond,
    ports.clock,
    limits,
  );
  keepRoom(server.http);
  // After it has begun to listen nothing but running out of files can go wrong, which passes.
  server.http.on('error', (error) => ports.log('warn', 'loopback', { error: error.name }));

  async function listen(): Promise<string> {
    const port = await listenOnKeptPort(server, {
      ports,
      state,
      reliedOn: async () => {
        await grants.load();
        return grants.lasting();
      },
    });
    const host = `${loopbackHost}:${port}`;
    guard = createLoopbackGuard(host);
    const url = `http://${host}`;
    state.update('helper', (helper) => ({ ...helper, url }));
    state.update('problems', (problems) => problems.filter(({ code }) => code !== 'port_taken'));
    return url;
  }

  function url(): Promise<string> {
    present ??= listen().catch((error: unknown) => {
      present = undefined;
      throw error;
    });
    return present;
  }

  return {
    url,
    async open() {
      try {
        return await url();
      } catch (error) {
        ports.log('warn', 'loopback_not_opened', { reason: asKeyfobError(error).code });
        noteProblem(state, ports.clock, error);
        return undefined;
      }
    },
    refuseNew: server.refuseNew,
    idle: server.idle,
    async close(graceMs) {
      if (closed) return;
      closed = true;
      await present?.catch(() => undefined);
      if (server.http.listening) await server.close(graceMs);
    },
  };
}
