import { type ErrorCode, KeyfobError } from '../../shared/errors.ts';
import { errnoOf } from './file-errors.ts';

/** What goes wrong with files of other programs; the hints never speak of Keyfob's own folders. */

type FileCode = Extract<ErrorCode, 'file_unreadable' | 'file_write_failed'>;

/** What the file system said, as one of ours. */
export function foreignFileError(code: FileCode, error: unknown, path: string): KeyfobError {
  if (error instanceof KeyfobError) return error;
  const errno = errnoOf(error);
  const details = { path, ...(errno === undefined ? {} : { reason: errno }) };
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new KeyfobError('disk_full', `${path} could not be written: the disk is full.`, {
      hint: 'Free some space and try again. The file is as it was.',
      details,
      cause: error,
    });
  }
  const done = code === 'file_unreadable' ? 'read' : 'written';
  return new KeyfobError(code, `${path} could not be ${done}: ${reason(errno)}.`, {
    hint: `Check the owner and the permissions of ${path} and of its folder.${done === 'written' ? ' The file is as it was.' : ''}`,
    details,
    cause: error,
  });
}

function reason(errno: string | undefined): string {
  if (errno === 'EACCES' || errno === 'EPERM') return 'permission denied';
  if (errno === 'EROFS') return 'the file system is read-only';
  if (errno === 'ELOOP') return 'its symlinks go in circles';
  return errno ?? 'for an unknown reason';
}

/** For a file that is no ordinary one, or may not be read. */
export function unreadable(path: string, why: string): KeyfobError {
  return new KeyfobError('file_unreadable', `${path} can't be read: ${why}.`, {
    hint: 'Name another file, or put an ordinary one there.',
    details: { path },
  });
}

/** For a file that is no longer what the change was worked out for. */
export function changedMeanwhile(path: string): KeyfobError {
  return new KeyfobError('file_changed', `${path} was changed by another program meanwhile.`, {
    hint: 'Nothing was written. Try again: what would change is worked out anew.',
    details: { path },
  });
}

/** For a file that its owner, or the program that makes it, has made read-only. */
export function notToBeWritten(path: string): KeyfobError {
  return new KeyfobError('file_write_failed', `${path} is read-only.`, {
    hint: 'Make it writable if it is yours to change. If another program makes it (such as a dotfile manager), change it there.',
    details: { path, reason: 'read-only' },
  });
}
