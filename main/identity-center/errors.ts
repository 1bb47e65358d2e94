import { type ErrorCode, type ErrorDetails, KeyfobError } from '../../shared/errors.ts';
import type { UpstreamResponse } from '../upstream.ts';
import { exceptions, explanations, kmsHint, oauthErrors } from './exceptions.ts';

/** A call to AWS and what came back. */
export interface Exchange {
  /** As AWS names it, e.g. `CreateToken`. */
  readonly operation: string;
  readonly url: string;
  readonly response: UpstreamResponse;
}

/**
 * The typed error for an answer that is no success.
 *
 * The type is looked for in the header `x-amzn-ErrorType`, the body's `code`, its `__type`, then
 * its `error`; the first one known counts. A status of 429 or 5xx counts before all of them, so
 * that a failing provider never ends a session. Details: operation, host, status, requestId,
 * awsType, reason, endpoint, region. AWS's own description is left out: it may repeat what we sent.
 */
export function failureFrom(exchange: Exchange): KeyfobError {
  const { response } = exchange;
  const body = parseObject(response.text);
  const candidates = [
    response.headers.get('x-amzn-errortype'),
    body?.code ?? body?.Code,
    body?.__type,
  ].flatMap(cleanType);
  const known = candidates.find((type) => Object.hasOwn(exceptions, type));
  const code = byStatus(response.status) ?? byType(known, body);
  const details = {
    ...basics(exchange),
    ...plain('awsType', known ?? candidates[0]),
    ...plain('reason', body?.reason),
    ...plain('region', body?.region),
    ...endpoint(body?.endpoint),
  };
  if (code === undefined && body === undefined && response.text.trim() !== '')
    return unreadable(exchange, details);
  return explained(code ?? byOtherStatus(response.status), exchange, details);
}

/** AWS sent something that is no JSON: `response_content_type`, or `response_not_json`. */
export function unreadable(exchange: Exchange, details: ErrorDetails): KeyfobError {
  const { operation, url, response } = exchange;
  const { host } = new URL(url);
  const options = {
    hint: 'A proxy or a captive portal may have answered instead of AWS: open any page in a browser, and check HTTPS_PROXY and NO_PROXY.',
    details,
  };
  if (!isJson(response.headers)) {
    const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    const shown = /^[\w.+-]+\/[\w.+-]{1,60}$/.test(type) ? `as ${type}` : 'without a type';
    const message = `${host} answered ${operation} ${shown}, not as JSON.`;
    return new KeyfobError('response_content_type', message, options);
  }
  const message = `${host} answered ${operation} with something that is not JSON.`;
  return new KeyfobError('response_not_json', message, options);
}

/** Operation, host, status and AWS's id of the request: what its support asks for. */
export function basics(exchange: Exchange): ErrorDetails {
  const { operation, url, response } = exchange;
  const requestId = response.headers.get('x-amzn-requestid');
  return {
    operation,
    host: new URL(url).host,
    status: response.status,
    ...plain('requestId', requestId),
  };
}

/** application/json, and AWS's and other dialects of it. */
export function isJson(headers: Headers): boolean {
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^application\/(?:json|x-amz-json-1\.[01]|[\w.-]+\+json)$/.test(type);
}

function explained(code: ErrorCode, exchange: Exchange, details: ErrorDetails): KeyfobError {
  const { operation, response } = exchange;
  const explanation = explanations[code];
  const message = `AWS said to ${operation}: ${explanation?.message ?? 'no'} (HTTP ${response.status}).`;
  return new KeyfobError(code, message, { hint: hintFor(), details });

  function hintFor(): string {
    if (typeof details.reason === 'string' && details.reason.startsWith('KMS_')) return kmsHint;
    if (code === 'invalid_request_region' && details.region !== undefined)
      return `This Identity Center instance is in ${details.region}: add the connection again with that region.`;
    return explanation?.hint ?? 'Try again. If it stays, run `keyfob doctor`.';
  }
}

/** What the status alone decides. */
function byStatus(status: number): ErrorCode | undefined {
  if (status === 429) return 'too_many_requests';
  return status >= 500 ? 'server_error' : undefined;
}

function byType(type: string | undefined, body: Body | undefined): ErrorCode | undefined {
  // What was sent may be the name of something that every object has.
  if (type !== undefined) return Object.hasOwn(exceptions, type) ? exceptions[type] : undefined;
  const code = body?.error as ErrorCode;
  if (!oauthErrors.has(code)) return undefined;
  // The two share this `error`; only the one about regions names one.
  const aboutRegion = code === 'invalid_request' && typeof body?.region === 'string';
  return aboutRegion ? 'invalid_request_region' : code;
}

function byOtherStatus(status: number): ErrorCode {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'not_found' : 'upstream_error';
}

type Body = Readonly<Record<string, unknown>>;

function parseObject(text: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}

/** `com.amazonaws.sso#InvalidGrantException:http://…` → `InvalidGrantException`. */
function cleanType(value: unknown): string[] {
  if (typeof value !== 'string') return [];
  const name = value.split(/[:,]/)[0]?.split('#').at(-1)?.trim();
  return name === undefined || name === '' ? [] : [name];
}

/** One detail, if it is the short name that it should be: what a stranger sent is not shown. */
function plain(name: string, value: unknown): ErrorDetails {
  return typeof value === 'string' && /^[\w.:-]{1,80}$/.test(value) ? { [name]: value } : {};
}

function endpoint(value: unknown): ErrorDetails {
  if (typeof value !== 'string' || !URL.canParse(value)) return {};
  return plain('endpoint', new URL(value).host);
}
