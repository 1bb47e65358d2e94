import type { IncomingMessage } from 'node:http';
import { createGuard, type Guard, type Refusal, refused } from './guard.ts';

/**
 * The guard of the listener on 127.0.0.1, which every program and every web page on this machine
 * can reach. Beside what the guard of the socket refuses: a Host that is not the address as it is
 * written (names can be rebound), whatever only a browser sends, methods but GET, and any body.
 *
 * @param host `127.0.0.1:<port>`
 */
export function createLoopbackGuard(host: string): Guard {
  const guard = createGuard([host], ['GET']);
  return (request) => guard(request) ?? fromPage(request) ?? withBody(request);
}

/** Sec-Fetch-Mode is not among them: Node's own fetch sends it. */
const pageHeaders = ['referer', 'cookie', 'sec-fetch-dest', 'sec-fetch-user'] as const;

function fromPage({ headers }: IncomingMessage): Refusal | undefined {
  if (pageHeaders.every((name) => headers[name] === undefined)) return undefined;
  return refused('it comes from a browser', 'Call from a program, not a page.');
}

function withBody({ headers }: IncomingMessage): Refusal | undefined {
  const length = headers['content-length'];
  if (length === undefined || length === '0') return undefined;
  return refused('it has a body', 'Send GET without a body.', 400);
}
