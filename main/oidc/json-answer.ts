import { KeyfobError } from '../../shared/errors.ts';
import { malformed, notJson } from './errors.ts';

/** The media type of an answer, in small letters and without parameters. */
export function contentTypeOf(response: Response): string {
  return response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * The object that an answer holds, where oauth4webapi has no reader for it.
 *
 * Throws `response_content_type`, `response_not_json`, `response_invalid` (no object). None of
 * them quotes the text.
 *
 * @param operation with its article: `the userinfo request`
 */
export function jsonObject(
  response: Response,
  text: string,
  operation: string,
): Readonly<Record<string, unknown>> {
  const type = contentTypeOf(response);
  if (!/^application\/(?:json|[\w.-]+\+json)$/.test(type)) {
    const shown = /^[\w.+-]+\/[\w.+-]{1,60}$/.test(type) ? `as ${type}` : 'without a type';
    throw new KeyfobError(
      'response_content_type',
      `The provider answered ${operation} ${shown}, not as JSON.`,
      {
        hint: 'A proxy or a captive portal may have answered instead of the provider: open any page in a browser, and check HTTPS_PROXY and NO_PROXY.',
        details: { operation },
      },
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw notJson(operation);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw malformed(operation, 'with something that is no JSON object');
}
