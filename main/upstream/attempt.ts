import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { UpstreamOptions, UpstreamRequest, UpstreamResponse } from '../upstream.ts';
import { unlessAborted } from '../waiting.ts';
import { readText } from './body.ts';
import { deadlinePassed, startDeadline } from './deadline.ts';

/** How one attempt ended: with an answer or an error, and whether another one may help. */
export interface Outcome {
  readonly response?: UpstreamResponse;
  readonly error?: unknown;
  readonly retryable: boolean;
  readonly retryAfter: string | null;
}

const redirects = new Set([300, 301, 302, 303, 307, 308]);
const requestIdHeaders = ['x-amzn-requestid', 'x-amz-request-id'];

/**
 * Makes one attempt within its own deadline. Never rejects for what the network or the provider
 * did; rejects with what `prepare` rejects with, and with the signal's reason.
 */
export async function attempt(
  options: UpstreamOptions,
  request: UpstreamRequest,
  number: number,
  overall: AbortSignal,
): Promise<Outcome> {
  const { clock, log } = options;
  const { operation } = request;
  const host = new URL(request.url).host;
  const startedAt = clock.now();
  const timeoutMs = options.attemptTimeoutMs ?? 10_000;
  const deadline = startDeadline(clock, timeoutMs, overall);
  let answer: Response | undefined;

  function done(outcome: Outcome): Outcome {
    const facts = {
      operation,
      host,
      attempt: number,
      durationMs: clock.now() - startedAt,
      ...(answer === undefined ? {} : { status: answer.status }),
      ...(isKeyfobError(outcome.error) ? { code: outcome.error.code } : {}),
      ...requestIdOf(answer),
    };
    const quiet = outcome.error === undefined && !outcome.retryable;
    log(quiet ? 'debug' : 'warn', 'upstream_attempt', facts);
    return outcome;
  }

  try {
    answer = await send(options, request, deadline.signal);
    const { status, headers } = answer;
    const tookMs = clock.now() - startedAt;
    // Else the machine slept meanwhile, or its clock was set: the provider's time was then, not now.
    if (tookMs >= 0 && tookMs <= timeoutMs) options.serverClock.observe(headers.get('date'));
    const retryable = status === 429 || status >= 500;
    const retryAfter = headers.get('retry-after');
    try {
      if (redirects.has(status)) throw redirected(operation, host, answer);
      const text = await readText(answer, {
        operation,
        host,
        method: request.method,
        maxBytes: options.maxBytes ?? 1_048_576,
        signal: deadline.signal,
      });
      return done({ response: { status, headers, text }, retryable, retryAfter });
    } catch (error) {
      if (gaveUp(error)) throw error;
      return done({ error: explain(error), retryable, retryAfter });
    }
  } catch (error) {
    if (gaveUp(error)) throw error;
    const explained = explain(error);
    const retryable = isConnectionError(explained);
    return done({ error: explained, retryable, retryAfter: null });
  } finally {
    deadline.stop();
  }

  /** The caller did: that is no outcome, nor worth a line in the log. */
  function gaveUp(error: unknown): boolean {
    return overall.aborted && error !== deadlinePassed;
  }

  function explain(error: unknown): unknown {
    return error === deadlinePassed
      ? timedOut(operation, request.url, clock.now() - startedAt)
      : error;
  }
}

/** The error for an answer that did not come in time. */
export function timedOut(operation: string, url: string, afterMs: number): KeyfobError {
  const { host } = new URL(url);
  const seconds = Math.round(afterMs / 100) / 10;
  return new KeyfobError('timeout', `${host} did not answer ${operation} within ${seconds} s.`, {
    hint: 'Check the network, the VPN and the proxy (HTTPS_PROXY), then try again.',
    details: { operation, host },
  });
}

async function send(
  options: UpstreamOptions,
  request: UpstreamRequest,
  signal: AbortSignal,
): Promise<Response> {
  signal.throwIfAborted();
  const given = { ...request.headers };
  const headers = request.prepare === undefined ? given : await request.prepare(given);
  const answer = options.fetch(request.url, {
    method: request.method,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(request.certificate === undefined ? {} : { certificate: request.certificate }),
    signal,
  });
  return await unlessAborted(answer, signal);
}

function redirected(operation: string, host: string, answer: Response): KeyfobError {
  answer.body?.cancel().catch(() => undefined);
  const location = hostOf(answer.headers.get('location'));
  const where = location === undefined ? 'elsewhere' : `to ${location}`;
  return new KeyfobError('response_redirected', `${host} redirected ${operation} ${where}.`, {
    hint: 'Keyfob sends secrets to the provider alone and follows no redirect. A captive portal or a proxy may want you to sign in to the network first.',
    details: {
      operation,
      host,
      status: answer.status,
      ...(location === undefined ? {} : { location }),
    },
  });
}

function hostOf(location: string | null): string | undefined {
  if (location === null || !URL.canParse(location)) return undefined;
  const { host } = new URL(location);
  return host === '' ? undefined : host;
}

/** True where no answer came: the request may not have arrived, and another one may. */
function isConnectionError(error: unknown): boolean {
  if (isKeyfobError(error, 'network_error', 'timeout')) return true;
  // A proxy that answered has refused; one that did not may be restarting.
  return isKeyfobError(error, 'proxy_error') && error.details?.status === undefined;
}

function requestIdOf(answer: Response | undefined): { requestId?: string } {
  for (const name of requestIdHeaders) {
    const value = answer?.headers.get(name);
    if (value != null && /^[\w.:=+/-]{1,128}$/.test(value)) return { requestId: value };
  }
  return {};
}
