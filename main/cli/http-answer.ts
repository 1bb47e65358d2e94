import { KeyfobError } from '../../shared/errors.ts';

/**
 * Reads one HTTP/1.1 answer from raw bytes (RFC 9112). It exists because loading `node:http` alone
 * costs more than the whole bare start of Node, and the hot commands run thousands of times a day.
 */

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; of a repeated header, the last one. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface HttpAnswerReader {
  /** Takes what arrived. Returns the answer once it is whole. Throws `response_invalid`, `response_too_large`. */
  push(chunk: Buffer): HttpAnswer | undefined;
  /** The peer closed. Throws `response_truncated` if the answer was not whole. */
  end(): HttpAnswer;
}

interface Head {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
}

const maxHeadBytes = 64 * 1024;
const headEnd = '\r\n\r\n';
const lastChunk = Buffer.from('0\r\n\r\n');

/** @param maxBytes the longest body accepted */
export function createHttpAnswerReader(maxBytes: number): HttpAnswerReader {
  let head: Head | undefined;
  let parts: Buffer[] = [];
  let received = 0;

  function takeHead(): boolean {
    const bytes = Buffer.concat(parts);
    const end = bytes.indexOf(headEnd);
    if (end > maxHeadBytes || (end === -1 && bytes.length > maxHeadBytes)) throw notOurs();
    if (end === -1) {
      if (bytes.length >= 5 && bytes.toString('latin1', 0, 5) !== 'HTTP/') throw notOurs();
      parts = [bytes];
      return false;
    }
    head = parseHead(bytes.toString('latin1', 0, end));
    const rest = bytes.subarray(end + headEnd.length);
    parts = [rest];
    received = rest.length;
    if (head.status >= 200) return true;
    head = undefined; // An interim answer (RFC 9110 section 15.2): the real one follows.
    return takeHead();
  }

  function whole(closed: boolean): HttpAnswer | undefined {
    if (head === undefined) return undefined;
    const body = readBody(head, parts, received, closed, maxBytes);
    if (body === undefined) return undefined;
    return { status: head.status, headers: head.headers, body: body.toString('utf8') };
  }

  return {
    push(chunk) {
      parts.push(chunk);
      received += chunk.length;
      if (head === undefined && !takeHead()) return undefined;
      // Chunk framing adds a little to each chunk; twice the limit leaves room for it.
      if (received > maxBytes * 2 + lastChunk.length) throw tooLarge(maxBytes);
      return whole(false);
    },
    end() {
      const answer = whole(true);
      if (answer === undefined) throw truncated();
      return answer;
    },
  };
}

function parseHead(text: string): Head {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1];
  if (status === undefined) throw notOurs();
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) throw notOurs();
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return { status: Number(status), headers };
}

/** The body, or undefined while bytes are missing. Framing by RFC 9112 section 6.3. */
function readBody(
  head: Head,
  parts: Buffer[],
  received: number,
  closed: boolean,
  maxBytes: number,
): Buffer | undefined {
  if (head.status === 204 || head.status === 304) return Buffer.alloc(0);
  if (head.headers.get('transfer-encoding')?.toLowerCase() === 'chunked') {
    // Looking at the end first keeps a long answer from being decoded anew with each packet.
    if (!closed && !endsWithLastChunk(parts)) return undefined;
    return decodeChunks(Buffer.concat(parts), maxBytes);
  }
  const announced = head.headers.get('content-length');
  if (announced === undefined) {
    if (received > maxBytes) throw tooLarge(maxBytes);
    return closed ? Buffer.concat(parts) : undefined;
  }
  if (!/^\d{1,15}$/.test(announced)) throw notOurs();
  const length = Number(announced);
  if (length > maxBytes) throw tooLarge(maxBytes);
  return received < length ? undefined : Buffer.concat(parts).subarray(0, length);
}

function endsWithLastChunk(parts: readonly Buffer[]): boolean {
  let tail = Buffer.alloc(0);
  for (let i = parts.length - 1; i >= 0 && tail.length < lastChunk.length; i -= 1) {
    tail = Buffer.concat([parts[i] ?? tail, tail]);
  }
  return tail.subarray(-lastChunk.length).equals(lastChunk);
}

function decodeChunks(bytes: Buffer, maxBytes: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  let total = 0;
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;.*)?$/.exec(
      bytes.toString('latin1', at, lineEnd),
    )?.[1];
    if (size === undefined) throw notOurs();
    const length = Number.parseInt(size, 16);
    const start = lineEnd + 2;
    if (length === 0) return Buffer.concat(chunks, total);
    total += length;
    if (total > maxBytes) throw tooLarge(maxBytes);
    if (bytes.length < start + length + 2) return undefined;
    if (bytes.toString('latin1', start + length, start + length + 2) !== '\r\n') throw notOurs();
    chunks.push(bytes.subarray(start, start + length));
    at = start + length + 2;
  }
}

/** What answers is no helper: other bytes than HTTP, or HTTP that makes no sense. */
export function notOurs(): KeyfobError {
  return new KeyfobError('response_invalid', 'What answers on the socket is not a Keyfob helper.', {
    hint: 'Run `keyfob status` to see the socket. Unset KEYFOB_SOCK, or stop the program that listens there.',
  });
}

/** The helper went away in the middle of its answer. */
export function truncated(): KeyfobError {
  return new KeyfobError(
    'response_truncated',
    'The helper broke off in the middle of its answer.',
    {
      hint: 'Try again. If it stays, end the helper with `keyfob daemon --stop`; the next command starts it.',
    },
  );
}

function tooLarge(maxBytes: number): KeyfobError {
  return new KeyfobError(
    'response_too_large',
    `Expected an answer of at most ${maxBytes} bytes, got a longer one.`,
    { hint: 'End the helper with `keyfob daemon --stop`; the next command starts it.' },
  );
}
