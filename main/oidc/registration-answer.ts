import * as oauth from 'oauth4webapi';
import { malformed, notJson, refusal } from './errors.ts';

/** What a registration endpoint is asked for, and is sent. */
export const json = 'application/json';

/**
 * The JSON object that a registration endpoint answered with, whatever is in it; an empty one
 * after a deletion. (The library knows the answer to a new registration alone.)
 *
 * Rejects with the provider's own code, and as the library does where it is no JSON.
 */
export async function readObject(
  response: Response,
  operation: string,
  method: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, headers } = response;
  if (method === 'DELETE' && (status === 204 || status === 200)) return {};
  const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  const body = type === json ? parse(await response.text()) : undefined;
  if (status >= 200 && status < 300) {
    if (type !== json) throw notConform(response);
    if (body === undefined) throw notJson(operation);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw malformed(operation, 'with something that is no object');
    }
    return body as Record<string, unknown>;
  }
  if (typeof body === 'object' && body !== null && 'error' in body) {
    throw refusal(operation, status, response, body);
  }
  const challenge = headers.get('www-authenticate');
  const error = challenge === null ? undefined : /\berror="?([\w-]{1,60})/.exec(challenge)?.[1];
  // RFC 7592 section 2.1 and RFC 6750 section 3: the token is not good, whatever the words.
  if (error !== undefined) throw refusal(operation, status, response, { error });
  throw notConform(response);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notConform(response: Response): oauth.OperationProcessingError {
  const options = { cause: response, code: oauth.RESPONSE_IS_NOT_CONFORM };
  return new oauth.OperationProcessingError('', options);
}
