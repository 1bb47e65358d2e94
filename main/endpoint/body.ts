import type { IncomingMessage } from 'node:http';
import { KeyfobError } from '../../shared/errors.ts';
import { bodyTooLarge, maxBodyBytes } from './guard.ts';

/**
 * Reads a request's body as JSON; an empty one counts as `{}`. Rejects with `too_large` as soon as
 * it grows beyond the limit, and with `invalid_input` where it is not JSON in UTF-8 or breaks off.
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const text = decode(await readBytes(request));
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw notJson();
  }
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length <= maxBodyBytes) parts.push(part);
      else reject(bodyTooLarge().error);
    });
    request.on('end', () => resolve(Buffer.concat(parts)));
    request.on('error', () => reject(brokenOff()));
    request.on('close', () => {
      if (!request.complete) reject(brokenOff());
    });
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw notJson();
  }
}

function notJson(): KeyfobError {
  return new KeyfobError('invalid_input', 'Expected the body to be JSON in UTF-8.', {
    hint: 'Send a JSON object, such as {}.',
  });
}

function brokenOff(): KeyfobError {
  return new KeyfobError('invalid_input', 'The request broke off before its body was whole.', {
    hint: 'Send as many bytes as Content-Length says.',
  });
}
