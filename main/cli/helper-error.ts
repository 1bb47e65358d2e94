import { type ErrorCode, errorCodes, KeyfobError } from '../../shared/errors.ts';
import { type HttpAnswer, notOurs } from './http-answer.ts';

/** Reads JSON, or throws `response_invalid`: a helper never answers anything else. */
export function parseAnswer(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body);
  } catch {
    throw notOurs();
  }
}

/**
 * The failure that a helper's answer tells of. A code that this build does not know, from a newer
 * helper, becomes `internal` with the helper's own words.
 */
export function helperError(body: unknown): KeyfobError {
  const error = field(body, 'error');
  const code = field(error, 'code');
  const message = field(error, 'message');
  const hint = field(error, 'hint');
  if (typeof code !== 'string' || typeof message !== 'string') return notOurs();
  return new KeyfobError(isErrorCode(code) ? code : 'internal', message, {
    hint: typeof hint === 'string' ? hint : undefined,
  });
}

/** A property of an unknown value, if it is an object that has one. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function isErrorCode(code: string): code is ErrorCode {
  return (errorCodes as readonly string[]).includes(code);
}
