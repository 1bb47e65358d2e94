import { type ErrorCode, KeyfobError } from '../../shared/errors.ts';

/** The system's code of a failed call, `ENOENT` for one. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a file system said, as one of ours. `done` is what was to be done to it: `read`, `written`. */
export function fileError(
  code: Extract<ErrorCode, 'file_unreadable' | 'file_write_failed'>,
  error: unknown,
  path: string,
  done: string,
): KeyfobError {
  if (error instanceof KeyfobError) return error;
  const errno = errnoOf(error);
  const details = { path, ...(errno === undefined ? {} : { reason: errno }) };
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new KeyfobError('disk_full', `${path} could not be ${done}: the disk is full.`, {
      hint: 'Free some space and try again. What was there before is unchanged.',
      details,
      cause: error,
    });
  }
  return new KeyfobError(code, `${path} could not be ${done}${because(errno)}.`, {
    hint: hintFor(errno, path),
    details,
    cause: error,
  });
}

function because(errno: string | undefined): string {
  if (errno === 'EACCES' || errno === 'EPERM') return ': permission denied';
  if (errno === 'EROFS') return ': the file system is read-only';
  return errno === undefined ? '' : ` (${errno})`;
}

function hintFor(errno: string | undefined, path: string): string {
  if (errno === 'EACCES' || errno === 'EPERM') {
    return `Check who owns ${path} and its folder, and their permissions.`;
  }
  if (errno === 'EROFS') return 'Set KEYFOB_HOME to a folder that can be written to.';
  return 'Check the disk, or set KEYFOB_HOME to another folder.';
}
