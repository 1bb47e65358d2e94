import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Client } from '../../shared/commands.ts';
import type { ProcessOf, ProgramOf } from '../ports.ts';

const nameless = 'a local program';

/** Says who is at the other end of a request's connection; the same for all of its requests. */
export function createClientOf(
  programOf: ProgramOf | undefined,
  processOf?: ProcessOf,
): (request: IncomingMessage) => Client {
  const known = new WeakMap<Socket, Client>();
  return (request) => {
    const { socket } = request;
    const present = known.get(socket);
    if (present !== undefined) return present;
    let program: Promise<string | undefined> | undefined;
    const client = {
      name: nameFrom(request.headers['user-agent']),
      program() {
        program ??= programOf?.(socket) ?? Promise.resolve(undefined);
        return program;
      },
      async process() {
        return await processOf?.(socket);
      },
    };
    known.set(socket, client);
    return client;
  };
}

/**
 * `curl` of `curl/8.5.0`: the product of RFC 9110 section 10.1.5, if it looks like one. Our own
 * command says beside it which program runs it, in the words of `programOf`.
 */
function nameFrom(userAgent: string | undefined): string {
  const ours = /^keyfob \(started by [A-Za-z0-9][\w.+-]{0,63}\)$/.exec(userAgent ?? '')?.[0];
  if (ours !== undefined) return ours;
  return /^[A-Za-z0-9][\w.+-]{0,63}(?=[/\s]|$)/.exec(userAgent ?? '')?.[0] ?? nameless;
}
