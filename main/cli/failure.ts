import type { Environment } from '../../shared/places.ts';
import { exitCodeFor } from './exit-codes.ts';
import { unexpected } from './hot.ts';
import { write } from './output.ts';
import { errorText } from './printable.ts';

/** What a failed command says and ends with. */
export interface Ending {
  readonly text: string;
  readonly exitCode: number;
}

/** `KEYFOB_DEBUG=1` adds the stack of what Keyfob itself did wrong. */
export function endingFor(error: unknown, env: Environment): Ending {
  const failure = unexpected(error);
  const cause = failure.cause instanceof Error ? failure.cause : failure;
  const stack = failure.code === 'internal' && env.KEYFOB_DEBUG === '1' ? `${cause.stack}\n` : '';
  return { text: errorText(failure) + stack, exitCode: exitCodeFor(failure.code) };
}

/** Tells a person what went wrong, on stderr (AWS tools pass it on), and returns the exit code. */
export function reportFailure(error: unknown): number {
  const { text, exitCode } = endingFor(error, process.env);
  write(2, text);
  return exitCode;
}
