import { exitCodeFor } from './exit-codes.ts';
import { unexpected } from './hot.ts';
import { write } from './output.ts';
import { errorText } from './printable.ts';

/**
 * Tells a person what went wrong, on stderr (AWS tools pass it on), and returns the exit code.
 * `KEYFOB_DEBUG=1` adds the stack of what Keyfob itself did wrong.
 */
export function reportFailure(error: unknown, env = process.env): number {
  const failure = unexpected(error);
  write(2, errorText(failure));
  if (failure.code === 'internal' && env.KEYFOB_DEBUG === '1') {
    const cause = failure.cause instanceof Error ? failure.cause : failure;
    write(2, `${cause.stack}\n`);
  }
  return exitCodeFor(failure.code);
}
