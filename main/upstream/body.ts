import { KeyfobError } from '../../shared/errors.ts';
import type { FetchInit } from '../ports.ts';
import { unlessAborted } from '../waiting.ts';

/**
 * Reads a body as UTF-8 text, counting while it streams in, so that nobody can fill the memory.
 *
 * Rejects with `response_too_large`, `response_truncated` (it broke off, or is not as long as its
 * Content-Length says), and with the signal's reason.
 */
export async function readText(
  response: Response,
  options: {
    readonly operation: string;
    readonly host: string;
    readonly method: FetchInit['method'];
    readonly maxBytes: number;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const { operation, host, maxBytes, signal } = options;
  const expected = announcedLength(response, options.method);
  const details = { operation, host, status: response.status };
  const tooLarge = () =>
    new KeyfobError(
      'response_too_large',
      `The answer of ${host} to ${operation} is larger than ${maxBytes} bytes.`,
      { hint: `Check that ${host} is the provider, and not something in between.`, details },
    );
  const truncated = (cause?: unknown) =>
    new KeyfobError('response_truncated', `The answer of ${host} to ${operation} broke off.`, {
      hint: 'Try again. If it stays, look at the network or the proxy between you and the provider.',
      details,
      cause,
    });

  const reader = response.body?.getReader();
  if (reader === undefined) {
    if (expected !== undefined && expected > 0) throw truncated();
    return '';
  }
  const decoder = new TextDecoder();
  let text = '';
  let received = 0;
  let complete = false;
  try {
    if (expected !== undefined && expected > maxBytes) throw tooLarge();
    for (;;) {
      const { done, value } = await next(reader, signal, truncated);
      if (done) break;
      received += value.byteLength;
      if (received > maxBytes) throw tooLarge();
      text += decoder.decode(value, { stream: true });
    }
    if (expected !== undefined && received !== expected) throw truncated();
    complete = true;
    return text + decoder.decode();
  } finally {
    // Frees the connection; not awaited, since a stuck one would keep us here.
    if (!complete) reader.cancel().catch(() => undefined);
  }
}

async function next(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
  truncated: (cause: unknown) => KeyfobError,
): Promise<{ done: true; value?: undefined } | { done: false; value: Uint8Array }> {
  try {
    const { done, value } = await unlessAborted(reader.read(), signal);
    return done ? { done } : { done, value };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw truncated(error);
  }
}

/** The length that the body must have, where the header tells it. */
function announcedLength(response: Response, method: FetchInit['method']): number | undefined {
  // These carry the length of a body that they don't have (RFC 9110 section 8.6).
  if (method === 'HEAD' || response.status === 204 || response.status === 304) return undefined;
  // Counted before decompression, so it says nothing about what we read.
  if ((response.headers.get('content-encoding') ?? 'identity') !== 'identity') return undefined;
  const header = response.headers.get('content-length');
  return header !== null && /^\d+$/.test(header) ? Number(header) : undefined;
}
