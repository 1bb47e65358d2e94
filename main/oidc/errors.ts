import * as oauth from 'oauth4webapi';
import { type ErrorCode, type ErrorDetails, KeyfobError } from '../../shared/errors.ts';
import { explanations, oauthCodes } from './explanations.ts';

/**
 * The typed error for what oauth4webapi threw. The library's errors hold whole bodies and tokens,
 * so none of it is passed on, not even as the cause; nor is `error_description`, which may repeat
 * what we sent. Of that, only the numbers are kept that Entra ID gives its errors.
 *
 * @param operation with its article: `the token request`
 */
export async function oauthFailure(operation: string, thrown: unknown): Promise<unknown> {
  if (thrown instanceof oauth.ResponseBodyError) {
    return refusal(operation, thrown.status, thrown.response, thrown.cause);
  }
  if (thrown instanceof oauth.WWWAuthenticateChallengeError) {
    // RFC 6749 section 5.2 sends both: the body says what was wrong with a token request.
    const body = (await jsonOf(thrown.response)) ?? {};
    const challenge = thrown.cause.find(({ parameters }) => parameters.error !== undefined);
    const error = typeof body.error === 'string' ? body : (challenge?.parameters ?? {});
    return refusal(operation, thrown.status, thrown.response, error);
  }
  if (thrown instanceof oauth.UnsupportedOperationError) {
    return malformed(operation, unusable(thrown));
  }
  if (!(thrown instanceof oauth.OperationProcessingError)) return thrown;
  const { cause } = thrown;
  switch (thrown.code) {
    case oauth.MISSING_SERVER_METADATA:
    case oauth.INVALID_SERVER_METADATA:
      return notOffered(operation, attributeOf(cause));
    case oauth.RESPONSE_IS_NOT_CONFORM:
    case oauth.RESPONSE_IS_NOT_JSON:
      return cause instanceof Response ? unexpected(operation, cause) : malformed(operation);
    case oauth.PARSE_ERROR:
      return notJson(operation);
    default:
      return malformed(operation, unusable(thrown));
  }
}

/** The library names the member that it stumbled over, and nothing of its value. */
function unusable({ message }: Error): string | undefined {
  const found = /^"response" body "(\w{1,40})" property|^unsupported `(\w{1,40})` value$/.exec(
    message,
  );
  const name = found?.[1] ?? found?.[2];
  return name === undefined ? undefined : `without a ${name} that can be used`;
}

/** Throws what an answer means that says no with HTTP 200, as some providers do (GitHub). */
export function refuseIfError(
  operation: string,
  response: Response,
  body: { readonly error?: unknown; readonly error_description?: unknown } | undefined,
): void {
  if (typeof body?.error !== 'string') return;
  throw refusal(operation, response.status, response, body);
}

/** Runs one oauth4webapi call, or several, and turns what it throws into KeyfobErrors. */
export async function explained<T>(operation: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw await oauthFailure(operation, thrown);
  }
}

/** What an `error` member means, wherever it came from: a body, a challenge, a redirect. */
export function refusal(
  operation: string,
  status: number | undefined,
  response: Response | undefined,
  body: { readonly error?: unknown; readonly error_description?: unknown },
): KeyfobError {
  const said = plain(body.error);
  const code = codeOf(said, status);
  const explanation = explanations[code];
  const details = {
    operation,
    ...hostOf(response),
    ...(status === undefined ? {} : { status }),
    ...(said === undefined ? {} : { error: said }),
    ...providerCode(body.error_description),
  };
  const asides = [
    ...(status === undefined ? [] : [`HTTP ${status}`]),
    ...Object.values(providerCode(body.error_description)),
  ];
  const aside = asides.length === 0 ? '' : ` (${asides.join(', ')})`;
  const message = `The provider answered ${operation}: ${explanation?.message ?? said ?? 'no'}${aside}.`;
  const hint = explanation?.hint ?? 'Ask whoever runs the provider what it means.';
  return new KeyfobError(code, message, { hint, details });
}

/** The endpoints that there is another way for, which a person can take. */
const ways: Readonly<
  Record<string, { readonly message: string; readonly instead: string } | undefined>
> = {
  device_authorization_endpoint: {
    message: 'The provider offers no sign-in by code.',
    instead: 'Sign in by the browser',
  },
  authorization_endpoint: {
    message: 'The provider offers no sign-in by the browser.',
    instead: 'Sign in by a code',
  },
  registration_endpoint: {
    message: 'The provider lets no client register itself.',
    instead: 'Have one registered there and add the connection again with --client-id',
  },
};

/** The provider has no such endpoint, as far as its metadata says. */
export function notOffered(operation: string, attribute: string | undefined): KeyfobError {
  const endpoint = attribute ?? 'endpoint';
  const way = ways[endpoint];
  if (way !== undefined) {
    const { message, instead } = way;
    return new KeyfobError('not_offered', message, {
      hint: `${instead} instead. If the provider has a ${endpoint} all the same, give its address with the connection.`,
      details: { operation, endpoint },
    });
  }
  return new KeyfobError('not_offered', `The provider's metadata has no ${endpoint}.`, {
    hint: `${upper(operation)} goes there. If the provider has one all the same, give its address with the connection.`,
    details: { operation, endpoint },
  });
}

/** An answer of the right kind, without what belongs in it. @param what names members, no values */
export function malformed(operation: string, what?: string): KeyfobError {
  const which = what === undefined ? 'in a form that the standards do not know' : `: ${what}`;
  const glue = what === undefined ? ' ' : '';
  return new KeyfobError('response_invalid', `The provider answered ${operation}${glue}${which}.`, {
    hint: 'Check that the address is the provider, and report this if it is.',
    details: { operation },
  });
}

/** A status that is none of the documented ones, or a page where JSON belongs. */
function unexpected(operation: string, response: Response): KeyfobError {
  const { status } = response;
  const details = { operation, ...hostOf(response), status };
  const code = codeOf(undefined, status);
  if (status === 401 || status === 403 || status === 404) {
    return new KeyfobError(code, `The provider answered ${operation} with HTTP ${status}.`, {
      hint: explanations[code]?.hint ?? 'Check the addresses of the connection.',
      details,
    });
  }
  const type = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  if (type !== 'application/json') {
    const shown = /^[\w.+-]+\/[\w.+-]{1,60}$/.test(type) ? `as ${type}` : 'without a type';
    return new KeyfobError(
      'response_content_type',
      `The provider answered ${operation} ${shown}, not as JSON.`,
      { hint: betweenHint, details },
    );
  }
  return new KeyfobError(
    'upstream_error',
    `The provider answered ${operation} with HTTP ${status}.`,
    {
      hint: 'Check the addresses of the connection, and that they lead to the provider.',
      details,
    },
  );
}

/** Text where JSON belongs. None of it is passed on. */
export function notJson(operation: string): KeyfobError {
  return new KeyfobError(
    'response_not_json',
    `The provider answered ${operation} with something that is not JSON.`,
    { hint: betweenHint, details: { operation } },
  );
}

const betweenHint =
  'A proxy or a captive portal may have answered instead of the provider: open any page in a browser, and check HTTPS_PROXY and NO_PROXY.';

function codeOf(said: string | undefined, status: number | undefined): ErrorCode {
  const known = oauthCodes.find((code) => code === said);
  if (known !== undefined) return known;
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  return status === 404 ? 'not_found' : 'upstream_error';
}

/**
 * Error codes are a few words (RFC 6749 section 5.2, and all that are registered). Anything else is
 * not shown: it may be a token that we sent, come back.
 */
function plain(error: unknown): string | undefined {
  const fits =
    typeof error === 'string' && error.length <= 60 && /^[a-z]+(?:_[a-z]+)*$/.test(error);
  return fits ? error : undefined;
}

function providerCode(description: unknown): ErrorDetails {
  const found = typeof description === 'string' && /\bAADSTS\d{4,8}\b/.exec(description);
  return found ? { providerCode: found[0] } : {};
}

function hostOf(response: Response | undefined): ErrorDetails {
  return response?.url ? { host: new URL(response.url).host } : {};
}

function attributeOf(cause: unknown): string | undefined {
  const attribute = (cause as { attribute?: unknown } | undefined)?.attribute;
  return typeof attribute === 'string' ? attribute : undefined;
}

async function jsonOf(response: Response): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = await response.clone().json();
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function upper(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
