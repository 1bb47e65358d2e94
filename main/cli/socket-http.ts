import { connect } from 'node:net';
import { KeyfobError } from '../../shared/errors.ts';
import { createHttpAnswerReader, type HttpAnswer, truncated } from './http-answer.ts';

export interface SocketRequest {
  /** A UNIX socket's path or a named pipe. */
  readonly socket: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** The program that runs this command, if it is known: letters, digits and `._+-`. */
  readonly startedBy?: string | undefined;
  readonly deadlineMs: number;
  /** The longest answer accepted; default 1 MiB. */
  readonly maxBytes?: number;
}

/**
 * One HTTP/1.1 exchange over the helper's socket; the connection is closed after it.
 *
 * Rejects with `no_helper` (nobody listens; `details.startable` says whether starting one can
 * help), `timeout`, `response_truncated`, `response_invalid`, `response_too_large`.
 */
export function requestOverSocket(request: SocketRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const reader = createHttpAnswerReader(request.maxBytes ?? 1024 * 1024);
    let connected = false;
    let heard = false;
    const socket = connect(request.socket);
    const timer = setTimeout(() => fail(timedOut(request.deadlineMs)), request.deadlineMs);

    function finish(): void {
      clearTimeout(timer);
      // Tearing a socket down costs half a millisecond, which a process about to exit can spare.
      setImmediate(() => socket.destroy());
    }
    function fail(error: unknown): void {
      finish();
      reject(error);
    }
    function brokenOff(): KeyfobError {
      // A question may be asked again of the next helper; a command may have been carried out.
      return !heard && request.method === 'GET' ? wentAway(request.socket) : truncated();
    }
    function read(step: () => HttpAnswer | undefined): void {
      try {
        const answer = step();
        if (answer === undefined) return;
        finish();
        resolve(answer);
      } catch (error) {
        fail(error);
      }
    }

    socket.on('connect', () => {
      connected = true;
    });
    socket.on('data', (chunk: Buffer) => {
      heard = true;
      read(() => reader.push(chunk));
    });
    socket.on('end', () => (heard ? read(() => reader.end()) : fail(brokenOff())));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      fail(connected ? brokenOff() : notReached(request.socket, error)),
    );
    socket.write(requestText(request));
  });
}

function requestText({ method, path, body, startedBy }: SocketRequest): string {
  const agent = startedBy === undefined ? 'keyfob' : `keyfob (started by ${startedBy})`;
  const head = `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: ${agent}\r\nConnection: close\r\n`;
  if (body === undefined) return `${head}\r\n`;
  const length = Buffer.byteLength(body);
  return `${head}Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n${body}`;
}

function timedOut(deadlineMs: number): KeyfobError {
  return new KeyfobError(
    'timeout',
    `The helper did not answer within ${Math.round(deadlineMs / 1000)} seconds.`,
    {
      hint: 'Run `keyfob doctor`. If it stays, end the helper with `keyfob daemon --stop`; the next command starts it.',
    },
  );
}

/** Nobody there (a missing socket, or one left by a killed helper) can be mended by starting one. */
const startableCodes = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];

function wentAway(path: string): KeyfobError {
  return new KeyfobError('no_helper', 'The helper went away before it answered.', {
    hint: 'Try again. If it stays, run `keyfob doctor`.',
    details: { socket: path, reason: 'closed', startable: true },
  });
}

function notReached(path: string, error: NodeJS.ErrnoException): KeyfobError {
  const code = error.code ?? 'unknown';
  const details = { socket: path, reason: code, startable: startableCodes.includes(code) };
  if (details.startable) {
    return new KeyfobError('no_helper', 'No Keyfob helper is running.', {
      hint: 'Start one with `keyfob daemon`, or leave out --no-autostart (KEYFOB_NO_AUTOSTART).',
      details,
    });
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const folder = path.slice(0, path.lastIndexOf('/'));
    return new KeyfobError(
      'no_helper',
      `The helper's socket ${path} can't be reached: permission denied.`,
      {
        hint: `If ${folder} is yours, run \`chmod 700 ${folder}\`. Otherwise run this as the user who started the helper, or set KEYFOB_SOCK.`,
        details,
      },
    );
  }
  return new KeyfobError('no_helper', `The helper's socket ${path} can't be opened (${code}).`, {
    hint: 'Set KEYFOB_SOCK to a short path in a folder of your own (a socket path has at most about 100 bytes).',
    details,
  });
}
