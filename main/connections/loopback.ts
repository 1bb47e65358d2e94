import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { KeyfobError } from '../../shared/errors.ts';
import { createServer } from '../endpoint/node-http.ts';
import type { Clock, Log } from '../ports.ts';
import { settled } from '../waiting.ts';
import { type CallbackPage, callbackPage } from './callback-page.ts';

/** What came back with the right state (RFC 6749 section 4.1.2). */
export interface Callback {
  /** Exactly one of the two. */
  readonly code?: string;
  readonly error?: string;
  /** All of the parameters. */
  readonly parameters: URLSearchParams;
  /** Shows the outcome to the person, who has waited for it. */
  respond(page: CallbackPage): Promise<void>;
}

/** The listener of one browser sign-in. */
export interface CallbackListener {
  /** With the port, as RFC 8252 section 7.3 wants it: an address literal. */
  readonly redirectUri: string;
  /**
   * From now on `state` is the right one. Resolves with the first request that has it; anything
   * else gets a polite page and changes nothing. Never rejects.
   */
  answer(state: string): Promise<Callback>;
  /** Ends every connection, whatever it was doing. */
  close(): Promise<void>;
}

const usualUri = 'http://127.0.0.1/oauth/callback';
/** A browser opens a handful. The oldest idle ones make room, so that holding many shuts nobody out. */
const mostSockets = 64;
const flushLimitMs = 1_000;

/**
 * Listens on this machine for `wanted`, an http address on 127.0.0.1, [::1] or localhost; absent:
 * one of our own. Where it names no port, the system picks one. Rejects with `sign_in_failed` where
 * that is not possible.
 */
export async function listenForCallback(
  ports: { clock: Clock; log: Log },
  wanted = usualUri,
): Promise<CallbackListener> {
  const { clock, log } = ports;
  const redirect = new URL(wanted);
  const path = redirect.pathname;
  const sockets = new Set<Socket>();
  const open = new Set<ServerResponse>();
  let expected: Buffer | undefined;
  let taken = false;
  let closing = false;
  const callback = Promise.withResolvers<Callback>();

  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 5_000,
      requestTimeout: 10_000,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      request.resume();
      open.add(response);
      response.once('close', () => open.delete(response));
      response.on('error', () => undefined);
      const page = consider(request, response);
      if (page === undefined) return;
      log('debug', 'callback_refused', { page });
      send(response, page);
    },
  );
  server.on('connection', (socket) => {
    makeRoom();
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    else socket.destroy();
  });

  function makeRoom(): void {
    const answering = new Set([...open].map((response) => response.socket));
    for (const socket of sockets) {
      if (sockets.size < mostSockets) return;
      if (answering.has(socket)) continue;
      sockets.delete(socket);
      socket.destroy();
    }
  }

  /** Says which page to send, or takes the request as the callback. */
  function consider(request: IncomingMessage, response: ServerResponse): CallbackPage | undefined {
    if (request.headers.host !== host) return 'not_ours';
    const target = request.url ?? '';
    const queryAt = target.indexOf('?');
    if ((queryAt < 0 ? target : target.slice(0, queryAt)) !== path) return 'not_found';
    if (request.method !== 'GET') return 'not_allowed';
    const parameters = new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt));
    const state = single(parameters, 'state');
    if (expected === undefined || state === undefined) return 'not_ours';
    if (!timingSafeEqual(digest(state), expected)) return 'not_ours';
    const name = parameters.has('error') ? 'error' : 'code';
    const value = single(parameters, name);
    if (value === undefined) return 'not_ours';
    if (taken) return 'answered';
    taken = true;
    callback.resolve({ [name]: value, parameters, respond: (page) => deliver(response, page) });
    return undefined;
  }

  async function deliver(response: ServerResponse, page: CallbackPage): Promise<void> {
    if (response.closed) return;
    const gone = new Promise<void>((resolve) => response.once('close', resolve));
    send(response, page);
    await settled(clock, flushLimitMs, gone);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(notListening(redirect, cause)));
    const host = redirect.hostname === '[::1]' ? '::1' : '127.0.0.1';
    server.listen({ host, port: Number(redirect.port) }, resolve);
  });
  server.on('error', (error) => log('warn', 'callback_listener', { error: error.name }));
  const { port } = server.address() as AddressInfo;
  const host = port === 80 ? redirect.hostname : `${redirect.hostname}:${port}`;

  return {
    redirectUri: `http://${host}${path}`,
    answer(state) {
      expected = digest(state);
      return callback.promise;
    },
    async close() {
      if (closing) return;
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const response of open) if (!response.headersSent) send(response, 'ended');
      server.closeIdleConnections();
      await settled(clock, flushLimitMs, drained());
      server.closeAllConnections();
      await closed;
    },
  };

  /** Until the answers that were begun are out. */
  async function drained(): Promise<void> {
    await Promise.all(
      [...open].map((response) => new Promise<void>((resolve) => response.once('close', resolve))),
    );
  }
}

function send(response: ServerResponse, page: CallbackPage): void {
  if (response.headersSent || response.destroyed) return;
  const { status, headers, body } = callbackPage(page);
  response.writeHead(status, { ...headers, ...(status === 405 ? { Allow: 'GET' } : {}) });
  response.end(body);
}

/** A parameter given twice is none (RFC 6749 section 3.1), and an empty one neither. */
function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...others] = parameters.getAll(name);
  return others.length === 0 && value !== '' ? value : undefined;
}

/** Digests have one length, so that comparing them takes one time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function notListening({ host }: URL, cause: unknown): KeyfobError {
  return new KeyfobError(
    'sign_in_failed',
    `Keyfob could not listen on ${host} for the end of the sign-in.`,
    {
      hint: 'Another program may hold that port. Sign in with a device code instead: `keyfob login NAME --device`.',
      cause,
    },
  );
}
