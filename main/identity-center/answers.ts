import type { z } from 'zod';
import { KeyfobError } from '../../shared/errors.ts';
import { basics, type Exchange, failureFrom, isJson, unreadable } from './errors.ts';

/**
 * The content of AWS's JSON answer.
 *
 * Rejects with the error that the answer is, with `response_content_type` or `response_not_json`
 * where it is no JSON, and with `response_invalid` where members are missing or of a wrong kind;
 * the error names the members, never their values.
 */
export function readAnswer<T>(exchange: Exchange, schema: z.ZodType<T>): T {
  const { operation, url, response } = exchange;
  if (response.status < 200 || response.status > 299) throw failureFrom(exchange);
  const details = basics(exchange);
  if (!isJson(response.headers)) throw unreadable(exchange, details);
  let content: unknown;
  try {
    content = JSON.parse(response.text);
  } catch {
    // The parser's message quotes the text, which may hold tokens.
    throw unreadable(exchange, details);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const members = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'body'))];
  const { host } = new URL(url);
  throw new KeyfobError(
    'response_invalid',
    `${host} answered ${operation} without what belongs there: ${members.join(', ')}.`,
    {
      hint: 'Check that AWS itself answers there: AWS_ENDPOINT_URL_* and proxies can lead elsewhere. If it does, report this.',
      details: { ...details, members },
    },
  );
}
