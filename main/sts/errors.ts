import { type ErrorDetails, KeyfobError } from '../../shared/errors.ts';
import type { UpstreamResponse } from '../upstream.ts';
import { errorAnswer } from './answers.ts';
import {
  type Explanation,
  exceptions,
  explanations,
  type StsErrorCode,
  webIdentityDenied,
} from './exceptions.ts';
import { parseXml } from './xml.ts';

/** A call to STS and what came back. */
export interface StsExchange {
  readonly operation: string;
  readonly url: string;
  readonly response: UpstreamResponse;
}

/**
 * The typed error for an answer of STS that is no success. Details: operation, host, status,
 * requestId, awsType. AWS's own words are left out: they may repeat what was sent.
 */
export async function stsFailure(exchange: StsExchange): Promise<KeyfobError> {
  const { operation, response } = exchange;
  const parsed = errorAnswer.safeParse(await parseXml(response.text));
  const error = parsed.success ? parsed.data.ErrorResponse.Error : undefined;
  const type = error?.Code;
  const details = {
    ...factsOf(exchange),
    ...(type === undefined || !/^[\w.]{1,80}$/.test(type) ? {} : { awsType: type }),
  };
  if (error === undefined && response.status < 500 && response.text.trim() !== '') {
    return unreadableXml(exchange);
  }
  const code = codeOf(response, type, error?.Message);
  const { message, hint } = explain(code, operation);
  return new KeyfobError(
    code,
    `STS said to ${operation}: ${message} (HTTP ${response.status}${type === undefined ? '' : `, ${details.awsType ?? 'unknown'}`}).`,
    { hint, details },
  );
}

function codeOf(
  { status }: UpstreamResponse,
  type: string | undefined,
  message: string | undefined,
): StsErrorCode {
  if (status === 429) return 'too_many_requests';
  if (status >= 500) return 'server_error';
  if (type === undefined || !isKnown(type)) return 'upstream_error';
  const code = exceptions[type];
  const aboutMfa = code === 'access_denied' && /MultiFactorAuthentication/i.test(message ?? '');
  return aboutMfa ? 'mfa_failed' : code;
}

function isKnown(type: string): type is keyof typeof exceptions {
  return Object.hasOwn(exceptions, type);
}

function explain(code: StsErrorCode, operation: string): Explanation {
  if (code === 'access_denied' && operation === 'AssumeRoleWithWebIdentity') {
    return webIdentityDenied;
  }
  return explanations[code];
}

/** STS, or what answered in its place, sent no XML of its own. */
export function unreadableXml(exchange: StsExchange): KeyfobError {
  const { operation, url } = exchange;
  return new KeyfobError(
    'response_invalid',
    `${new URL(url).host} answered ${operation} with something that is not STS's XML.`,
    {
      hint: 'A proxy or a captive portal may have answered instead of AWS: open any page in a browser, and check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL_STS.',
      details: factsOf(exchange),
    },
  );
}

/** Operation, host, status and AWS's id of the request: what its support asks for. */
export function factsOf({ operation, url, response }: StsExchange): ErrorDetails {
  const requestId = response.headers.get('x-amzn-requestid');
  return {
    operation,
    host: new URL(url).host,
    status: response.status,
    ...(requestId !== null && /^[\w-]{1,80}$/.test(requestId) ? { requestId } : {}),
  };
}
