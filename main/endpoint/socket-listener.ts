import { KeyfobError } from '../../shared/errors.ts';
import type { Clock, Sockets } from '../ports.ts';
import { beginListening } from './begin-listening.ts';
import { askPeer, isListening, stopPeer } from './peer.ts';
import type { EndpointServer } from './server.ts';

export interface SocketListenerDeps {
  readonly server: EndpointServer;
  readonly sockets: Sockets;
  readonly clock: Clock;
  /** This process's id. */
  readonly pid: number;
}

export interface ListenOptions {
  /** Asks a helper that already listens there to shut down, and takes its place. */
  readonly replace?: boolean;
  /** How long one that is shutting down may take; default 20,000. */
  readonly patienceMs?: number;
}

/** Requests backing up while a thousand tools ask at once; the system may cap it. */
const backlog = 4_096;
const retryMs = 25;

/**
 * Listens on the private socket at `path`. Resolves to the way to remove the socket's name.
 * Rejects with `helper_running` (naming pid and socket), `folder_unsafe`, `socket_unusable`.
 */
export async function listenOnSocket(
  path: string,
  deps: SocketListenerDeps,
  options: ListenOptions = {},
): Promise<() => Promise<void>> {
  const { server, sockets, clock } = deps;
  if (sockets.handedOver !== undefined) {
    await listenOnHandedOver(path, sockets.handedOver, deps);
    // Whoever handed it over keeps its name.
    return async () => undefined;
  }
  const deadline = clock.now() + (options.patienceMs ?? 20_000);
  const claim = {
    inUse: (at: string) => isListening(at, clock),
    listen: (at: string) => listenAt(server, at),
  };
  let replaced: number | undefined;
  for (;;) {
    const release = await sockets.claim(path, claim);
    if (release !== null) return release;
    const peer = await askPeer(path, clock);
    if (peer === 'stranger') throw taken(path);
    const leaving = peer === 'leaving' || peer.pid === replaced;
    if (clock.now() >= deadline) throw peer === 'leaving' ? taken(path) : running(path, peer.pid);
    if (leaving) {
      await pause(clock);
      continue;
    }
    if (options.replace !== true) throw running(path, peer.pid);
    replaced = peer.pid;
    await stopPeer(path, clock);
    if (peer.activated) return await takeFromActivated(path, peer.pid, deadline, deps);
  }
}

/**
 * Takes the place of a helper whose socket stays open after its end: the service manager would
 * start another one for whoever asks. So the name is taken first, and then its end is waited for.
 */
async function takeFromActivated(
  path: string,
  pid: number,
  deadline: number,
  { server, sockets, clock }: SocketListenerDeps,
): Promise<() => Promise<void>> {
  const release = await sockets.claim(path, {
    inUse: async () => false,
    listen: (at) => listenAt(server, at),
  });
  while (sockets.isRunning(pid)) {
    if (clock.now() >= deadline) {
      await release?.();
      throw running(path, pid);
    }
    await pause(clock);
  }
  return release ?? (async () => undefined);
}

/**
 * Listens on the socket that a service manager has opened, if that is the one at `path`: clients
 * look there, and where it is another they would start a second helper.
 */
async function listenOnHandedOver(
  path: string,
  fd: number,
  { server, sockets, clock, pid }: SocketListenerDeps,
): Promise<void> {
  await sockets.checkPlace(path);
  await listenAt(server, path, { fd });
  const peer = await askPeer(path, clock);
  if (typeof peer === 'object' && peer.pid === pid) return;
  if (typeof peer === 'object') throw running(path, peer.pid);
  throw new KeyfobError('socket_unusable', `The socket handed over is not the one at ${path}.`, {
    hint: 'Have the service manager listen there, or set KEYFOB_SOCK to where it listens. `keyfob service install` writes units that agree.',
    details: { socket: path },
  });
}

async function listenAt(
  { http }: EndpointServer,
  path: string,
  where: { readonly path: string } | { readonly fd: number } = { path },
): Promise<void> {
  try {
    await beginListening(http, { ...where, backlog });
  } catch (error) {
    const cause = error as NodeJS.ErrnoException;
    throw new KeyfobError(
      'socket_unusable',
      `The socket ${path} can't be opened (${cause.code}).`,
      {
        hint: 'Set KEYFOB_SOCK to a path in a folder of your own, on a disk of this machine.',
        details: { socket: path, reason: cause.code ?? 'unknown' },
        cause,
      },
    );
  }
}

function pause(clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    clock.after(retryMs, resolve);
  });
}

function running(path: string, pid: number): KeyfobError {
  return new KeyfobError('helper_running', `A helper is already running: pid ${pid}, ${path}.`, {
    hint: 'Use that one, take its place with `keyfob daemon --replace`, or set KEYFOB_SOCK for one of your own.',
    details: { socket: path, pid },
  });
}

function taken(path: string): KeyfobError {
  return new KeyfobError('socket_unusable', `Something that is no helper listens on ${path}.`, {
    hint: 'End that program, or set KEYFOB_SOCK to a path in a folder of your own.',
    details: { socket: path },
  });
}
