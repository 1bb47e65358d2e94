import type { IncomingMessage } from 'node:http';
import { KeyfobError } from '../../shared/errors.ts';
import type { FailureOptions } from './answers.ts';

/** The longest request body, in bytes. */
export const maxBodyBytes = 64 * 1024;
/** The longest header block, in bytes. node:http counts names and values, the guard all of it. */
export const maxHeaderBytes = 16 * 1024;

/** Why a request goes no further. */
export interface Refusal {
  readonly error: KeyfobError;
  readonly options: FailureOptions;
}

/** Looks at a request's head before anything else does. */
export type Guard = (request: IncomingMessage) => Refusal | undefined;

/**
 * Makes the guard of a listener. Only our own kind of clients may speak to it: command-line tools
 * and SDKs. Whatever a browser would send (`Origin`, a cross-site `Sec-Fetch-Site`, a Host that
 * was rebound to this machine) is refused, and so is all that HTTP has beyond plain requests.
 *
 * node:http itself refuses (400) what can be read in two ways: both Content-Length and
 * Transfer-Encoding, several lengths, folded headers, spaces before a colon, bare line feeds,
 * methods that it does not know.
 *
 * @param hosts the values of `Host` that this listener goes by, in lower case
 */
export function createGuard(
  hosts: readonly string[],
  methods: readonly string[] = ['GET', 'POST'],
): Guard {
  const known = new Set(hosts);

  return (request) => {
    const { method, headers, httpVersionMajor, rawHeaders, url } = request;
    if (headerBytes(rawHeaders, url) > maxHeaderBytes) return headersTooLarge();
    // node:http reads the first line of a later protocol as if it were its own.
    if (httpVersionMajor !== 1) return refused('it is no HTTP/1.1', 'Send HTTP/1.1.', 505);
    if (method === undefined || !methods.includes(method)) return wrongMethod(method, methods);
    // Repeated Host headers arrive joined by a comma, so they match nothing.
    const { host } = headers;
    if (host === undefined || !(known.has(host) || known.has(host.toLowerCase()))) {
      return refused('its Host is not this endpoint', `Send Host: ${hosts[0]}.`);
    }
    if (headers.origin !== undefined) {
      return refused('it has an Origin, as web pages send', 'Call from a program, not a page.');
    }
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'none') {
      return refused('it comes from a web page', 'Call from a program, not a page.');
    }
    if (headers.upgrade !== undefined) return noUpgrade();
    if (url?.charCodeAt(0) !== slash) {
      return refused(
        'its target is not a path',
        'Speak to the endpoint directly, not as to a proxy.',
        400,
      );
    }
    return wrongBody(method, headers['content-length'], headers['transfer-encoding']);
  };
}

const slash = 47;

/** The answer to an upgrade or a CONNECT, which reach no guard. */
export function noUpgrade(): Refusal {
  return refused('it asks for another protocol', 'Send plain HTTP/1.1 requests.', 400);
}

/** The answer to a body longer than announced or allowed. */
export function bodyTooLarge(): Refusal {
  return {
    error: new KeyfobError('too_large', `Expected a body of at most ${maxBodyBytes} bytes.`, {
      hint: 'Send less in one request.',
    }),
    options: { headers: closing },
  };
}

/** The answer to a header block that is too long. */
export function headersTooLarge(): Refusal {
  const message = `Expected a header block of at most ${maxHeaderBytes} bytes.`;
  return {
    error: new KeyfobError('too_large', message, { hint: 'Send fewer or shorter headers.' }),
    options: { status: 431, headers: closing },
  };
}

const requestLine = 'POST  HTTP/1.1\r\n\r\n'.length;

function headerBytes(rawHeaders: readonly string[], url: string | undefined): number {
  let bytes = requestLine + (url?.length ?? 0);
  // Each name ends in a colon and a space, each value in a line break.
  for (const part of rawHeaders) bytes += part.length + 2;
  return bytes;
}

function wrongBody(
  method: string,
  length: string | undefined,
  coding: string | undefined,
): Refusal | undefined {
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || method === 'GET')) {
    return refused('its Transfer-Encoding is not taken here', 'Send Content-Length.', 400);
  }
  return length !== undefined && Number(length) > maxBodyBytes ? bodyTooLarge() : undefined;
}

function wrongMethod(method: string | undefined, methods: readonly string[]): Refusal {
  return {
    error: new KeyfobError('refused', `${method} is not a method of this endpoint.`, {
      hint: `Use ${methods.join(' or ')}.`,
    }),
    options: { status: 405, headers: [...closing, 'Allow', methods.join(', ')] },
  };
}

// What is refused may still have a body under way, which nobody here will read.
const closing = ['Connection', 'close'];

/** A refusal that says why, and hangs up. */
export function refused(why: string, hint: string, status = 403): Refusal {
  return {
    error: new KeyfobError('refused', `The request was refused: ${why}.`, { hint }),
    options: { status, headers: closing },
  };
}
