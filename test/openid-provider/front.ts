import { IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoint, endpointOf, type Fault, type JournalEntry } from './endpoints.ts';
import { applyHostile, type Hostile, type Outgoing } from './hostile.ts';
import { withSeedGrants } from './registration.ts';
import type { Handed } from './secrets.ts';
import type { ProviderState } from './state.ts';

export interface Front {
  readonly state: ProviderState;
  readonly handed: Handed;
  readonly journal: JournalEntry[];
  /** The fault for this request, which is then counted. */
  takeFault(endpoint: Endpoint): Fault | undefined;
  takeHostile(endpoint: Endpoint): Hostile | undefined;
}

/** What stands before oidc-provider: it notes, breaks and falsifies. */
export function createFront(front: Front): RequestListener {
  return (request, response) => {
    // Whoever hangs up in the middle of an answer, as one of 5 MB, is no fault of ours.
    response.on('error', () => response.destroy());
    serve(front, request, response).catch(() => response.destroy());
  };
}

async function serve(
  { state, handed, journal, takeFault, takeHostile }: Front,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // Node's own would not go by a clock that a test has moved.
  response.setHeader('date', new Date().toUTCString());
  const endpoint = endpointOf(new URL(request.url ?? '/', state.issuer).pathname);
  const body = await bodyOf(request);
  const entry: JournalEntry = {
    endpoint,
    method: request.method ?? '',
    grantType: new URLSearchParams(body.toString('utf8')).get('grant_type') ?? undefined,
    headers: request.headers,
    body: body.toString('utf8'),
    status: 0,
  };
  journal.push(entry);
  const fault = takeFault(endpoint);
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') return void response.destroy();
  if (fault?.kind === 'status') {
    entry.status = fault.status;
    return void response.writeHead(fault.status, fault.headers).end();
  }
  if (fault?.kind === 'slow') await delay(fault.delayMs);

  const { device_code } = Object.fromEntries(new URLSearchParams(entry.body));
  const error = device_code === undefined ? undefined : state.switches.deviceError;
  if (error !== undefined && endpoint === 'token') {
    entry.status = 400;
    response.writeHead(400, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ error }));
  }

  const whole = await capture(response, async () => {
    const asked = endpoint === 'registration' && state.switches.ssoServer;
    const sent = asked ? Buffer.from(withSeedGrants(entry.body)) : body;
    await state.provider.callback()(replayed(request, sent), response);
  });
  const location = response.getHeader('location');
  const outgoing: Outgoing = {
    status: response.statusCode,
    contentType: String(response.getHeader('content-type') ?? ''),
    body: whole,
  };
  await speakAsSsoServer(state, endpoint, outgoing);
  const hostile = takeHostile(endpoint);
  const final = hostile ? await applyHostile(hostile, state.keys, outgoing) : outgoing;
  const leads = typeof location === 'string' ? location : undefined;
  for (const text of new Set([outgoing.body, final.body])) handed.observe(text, leads);
  entry.status = final.status;
  await send(response, final, fault);
}

/** Runs `answer`, and holds back what it writes. */
async function capture(response: ServerResponse, answer: () => Promise<void>): Promise<string> {
  const chunks: Buffer[] = [];
  const ended = Promise.withResolvers<void>();
  const { end, write } = response;
  response.write = ((chunk: Buffer | string) => {
    chunks.push(Buffer.from(chunk));
    return true;
  }) as typeof response.write;
  response.end = ((chunk?: Buffer | string | null) => {
    if (chunk !== undefined && chunk !== null) chunks.push(Buffer.from(chunk));
    ended.resolve();
    return response;
  }) as typeof response.end;
  try {
    await answer();
    await ended.promise;
  } finally {
    response.end = end;
    response.write = write;
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function send(response: ServerResponse, outgoing: Outgoing, fault?: Fault): Promise<void> {
  if (fault?.kind === 'lost') return void response.destroy();
  let { status, contentType, body } = outgoing;
  if (fault?.kind === 'html') {
    status = 502;
    contentType = 'text/html';
    body = '<!DOCTYPE html><title>Bad gateway</title><h1>Bad gateway</h1>';
  }
  if (fault?.kind === 'redirect') {
    status = 302;
    response.setHeader('location', fault.location);
  }
  if (fault?.kind === 'oversized') {
    body = JSON.stringify({ ...(JSON.parse(body) as object), padding: 'x'.repeat(fault.bytes) });
  }
  response.statusCode = status;
  if (contentType === '') response.removeHeader('content-type');
  else response.setHeader('content-type', contentType);
  const bytes = Buffer.from(body);
  response.setHeader('content-length', bytes.length);
  if (fault?.kind === 'cut') {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
    return void setImmediate(() => response.destroy());
  }
  if (fault?.kind === 'slow_body') {
    for (const byte of bytes) {
      if (response.destroyed) return;
      response.write(Buffer.of(byte));
      await delay(fault.delayMs);
    }
    return void response.end();
  }
  response.end(bytes);
}

async function speakAsSsoServer(
  { switches, keys }: ProviderState,
  endpoint: Endpoint,
  outgoing: Outgoing,
): Promise<void> {
  if (!switches.ssoServer || outgoing.status !== 200) return;
  if (endpoint === 'discovery') {
    const metadata = JSON.parse(outgoing.body) as Record<string, unknown>;
    metadata.code_challenge_methods_support = metadata.code_challenge_methods_supported;
    delete metadata.code_challenge_methods_supported;
    outgoing.body = JSON.stringify(metadata);
  }
  if (endpoint === 'introspection' && outgoing.contentType.includes('token-introspection')) {
    outgoing.contentType = 'application/jwt';
    const hostile = { endpoint, sign: { header: { typ: 'JWT' } } };
    const plain = outgoing.body.split('.').length === 3;
    if (plain) Object.assign(outgoing, await applyHostile(hostile, keys, outgoing));
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Buffer));
  return Buffer.concat(chunks);
}

/** The request once more, since its body has been read. */
function replayed(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  const { method, url, rawHeaders, httpVersion } = request;
  const length = body.length === 0 ? {} : { 'content-length': String(body.length) };
  const headers = { ...request.headers, ...length };
  Object.assign(copy, { method, url, headers, rawHeaders, httpVersion, complete: true });
  copy.push(body);
  copy.push(null);
  return copy;
}
