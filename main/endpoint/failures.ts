import { asKeyfobError, isKeyfobError, type KeyfobError } from '../../shared/errors.ts';
import type { Log } from '../ports.ts';

/**
 * Turns whatever was thrown into what a client may see. What nobody expected is logged with the
 * place it came from, but without its message: nobody has checked that it holds no secret.
 */
export function failureOf(error: unknown, log: Log, where: string): KeyfobError {
  if (!isKeyfobError(error)) log('error', 'unexpected_failure', { where, ...placeOf(error) });
  return asKeyfobError(error);
}

/** The kind of an error and the functions it passed through; no message. */
export function placeOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return {
    kind: error.name,
    ...('code' in error ? { code: String(error.code) } : {}),
    frames: frames.slice(0, 8).map((line) => line.trim()),
  };
}
