import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { KeyfobError } from '../../shared/errors.ts';
import type { Clock } from '../ports.ts';
import { type PreparedAnswer, prepareFailure, send } from './answers.ts';
import { type Guard, headersTooLarge, maxHeaderBytes, noUpgrade, type Refusal } from './guard.ts';
import { createServer } from './node-http.ts';

/** How much a client may ask of the endpoint, and how slowly. Times in milliseconds. */
export interface Limits {
  /** For the header block to arrive, from the connection's or the last answer's end. */
  readonly headersTimeoutMs: number;
  /** For a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** How long a connection may idle between requests. */
  readonly keepAliveTimeoutMs: number;
  /** How often the first two are looked at. */
  readonly checkEveryMs: number;
  readonly connections: number;
  readonly requestsPerConnection: number;
}

export const defaultLimits: Limits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  keepAliveTimeoutMs: 60_000,
  checkEveryMs: 5_000,
  connections: 4_000,
  requestsPerConnection: 1_000_000,
};

/** Answers a request that the guard let through. */
export type Respond = (request: IncomingMessage, response: ServerResponse) => void;

/** A server without an address yet. Each listener has one of its own, with its own guard. */
export interface EndpointServer {
  readonly http: Server;
  /** Stops: new requests get `helper_stopping`. */
  refuseNew(): void;
  /** Resolves when no answer is in flight any more. */
  idle(): Promise<void>;
  /**
   * Closes the listener, and after `graceMs` whatever connections are left: those who had just
   * connected get to hear that they are late.
   */
  close(graceMs?: number): Promise<void>;
}

/** Creates a server that shows each request to the guard first. */
export function createEndpointServer(
  guard: Guard,
  respond: Respond,
  clock: Clock,
  limits: Limits = defaultLimits,
): EndpointServer {
  let stopping = false;
  let inFlight = 0;
  let onIdle: (() => void) | undefined;
  // Sockets with an answer under way, in the midst of which no other may be written.
  const answering = new WeakSet<Duplex>();
  // Sockets that were told to go. Nothing that comes after that is worth an answer.
  const refusedOn = new WeakSet<Duplex>();

  const http = createServer({
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    // By default node:http keeps the first of several and drops the rest unseen.
    joinDuplicateHeaders: true,
  });
  // By default node:http drops what exceeds 2,000 headers unseen; maxHeaderSize bounds them anyway.
  http.maxHeadersCount = 0;
  http.maxConnections = limits.connections;
  http.maxRequestsPerSocket = limits.requestsPerConnection;

  function enter(request: IncomingMessage, response: ServerResponse): void {
    if (stopping) {
      send(response, stoppingAnswer());
      return;
    }
    respond(request, response);
    // What could be answered at once, as the hot route is, is not worth keeping track of.
    if (!response.writableEnded) keepTrack(request.socket, response);
  }

  function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): void {
    refusedOn.add(request.socket);
    send(response, prepareFailure(refusal.error, refusal.options));
  }

  function keepTrack(socket: Duplex, response: ServerResponse): void {
    inFlight += 1;
    answering.add(socket);
    response.once('close', () => {
      answering.delete(socket);
      inFlight -= 1;
      if (inFlight === 0) onIdle?.();
    });
  }

  http.on('request', (request, response) => {
    const refusal = guard(request);
    if (refusal === undefined) enter(request, response);
    else refuse(request, response, refusal);
  });
  http.on('checkContinue', (request, response) => {
    const refusal = guard(request);
    if (refusal === undefined) {
      response.writeContinue();
      enter(request, response);
    } else refuse(request, response, refusal);
  });
  http.on('checkExpectation', (_request, response) => {
    const error = new KeyfobError('refused', 'The request was refused: its Expect is not known.', {
      hint: 'Leave the Expect header out.',
    });
    send(response, prepareFailure(error, { status: 417, headers: ['Connection', 'close'] }));
  });
  const refuseUpgrade = (_request: IncomingMessage, socket: Duplex) => {
    const { error, options } = noUpgrade();
    sendRaw(socket, prepareFailure(error, options));
  };
  http.on('upgrade', refuseUpgrade);
  http.on('connect', refuseUpgrade);
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (refusedOn.has(socket)) socket.end(() => socket.destroy());
    else if (error.code === 'ECONNRESET' || answering.has(socket)) socket.destroy();
    else sendRaw(socket, unreadable(error.code));
  });

  return {
    http,
    refuseNew() {
      stopping = true;
      http.closeIdleConnections();
    },
    async idle() {
      if (inFlight === 0) return;
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
    },
    async close(graceMs = 0) {
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      const cancel = clock.after(graceMs, () => http.closeAllConnections());
      await closed;
      cancel();
    },
  };
}

/** Answers where node:http has given up on the request, then hangs up. */
function sendRaw(socket: Duplex, answer: PreparedAnswer): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { headers } = answer;
  let head = `HTTP/1.1 ${answer.status} Refused\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.on('error', () => socket.destroy());
  socket.end(`${head}\r\n${answer.body}`, () => socket.destroy());
}

function unreadable(reason: string | undefined): PreparedAnswer {
  if (reason === 'HPE_HEADER_OVERFLOW') {
    const refusal = headersTooLarge();
    return prepareFailure(refusal.error, refusal.options);
  }
  const headers = ['Connection', 'close'];
  if (reason === 'ERR_HTTP_REQUEST_TIMEOUT') {
    const error = new KeyfobError('timeout', 'The request took too long to arrive.', {
      hint: 'Send the request at once.',
    });
    return prepareFailure(error, { status: 408, headers });
  }
  const error = new KeyfobError('invalid_input', 'What arrived is not an HTTP/1.1 request.', {
    hint: 'Send plain HTTP/1.1, as `curl --unix-socket` does.',
    details: { reason: reason ?? 'unknown' },
  });
  return prepareFailure(error, { headers });
}

/** Tells a client that it came too late; a new helper may soon listen at the same place. */
function stoppingAnswer(): PreparedAnswer {
  const error = new KeyfobError('helper_stopping', 'The helper is shutting down.', {
    hint: 'Try again in a moment.',
  });
  return prepareFailure(error, { headers: ['Connection', 'close', 'Retry-After', '1'] });
}
