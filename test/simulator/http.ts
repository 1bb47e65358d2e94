import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** What a handler sees of a request. */
export interface SimRequest {
  readonly method: string;
  /** As sent, still encoded, without the query. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
  readonly requestId: string;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The exception's name, for the record of requests. */
  readonly exception?: string;
}

const maxBodyBytes = 1_048_576;

export async function readRequest(message: IncomingMessage): Promise<SimRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new Error('The request body is larger than 1 MiB.');
    chunks.push(chunk);
  }
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const rawQuery = mark === -1 ? '' : target.slice(mark + 1);
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    rawQuery,
    query: new URLSearchParams(rawQuery),
    headers: message.headers,
    rawHeaders: message.rawHeaders,
    body: Buffer.concat(chunks).toString('utf8'),
    requestId: randomUUID(),
  };
}

/** Members that are undefined are left out. */
export function json(status: number, value: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  };
}

export function redirect(location: string): Reply {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
}

export function formOf(request: SimRequest): URLSearchParams {
  return new URLSearchParams(request.body);
}

/** A header that is sent once. */
export function headerOf(request: SimRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
