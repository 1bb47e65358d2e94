import { chmod, mkdir, stat } from 'node:fs/promises';
import { KeyfobError } from '../../shared/errors.ts';
import { errnoOf, fileError } from './file-errors.ts';

/**
 * Makes sure that a folder is there and is ours alone, mode 0700.
 *
 * One that others can write to, or that another user owns, rejects with `folder_unsafe`: someone
 * else may have put things there, or may swap them. One that others can only read is closed to
 * them. Windows' folders inherit the profile's access list, and are not looked at.
 */
export async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileError('file_write_failed', error, folder, 'made');
  }
  await checkFolder(folder);
}

/** The same for a folder that may be missing: false then. */
export async function checkFolder(folder: string): Promise<boolean> {
  try {
    const found = await stat(folder);
    if (!found.isDirectory()) throw unsafe(folder, 'is not a folder', 'Move it away.');
    if (process.getuid === undefined) return true;
    if (found.uid !== process.getuid()) {
      throw unsafe(
        folder,
        'belongs to another user',
        'Run Keyfob as its owner, or set KEYFOB_HOME to a folder of your own.',
      );
    }
    if ((found.mode & 0o022) !== 0) {
      throw unsafe(
        folder,
        'can be written to by others',
        `Look what is in it, then \`chmod 700 ${folder}\`.`,
      );
    }
    if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw fileError('file_unreadable', error, folder, 'looked at');
  }
}

function unsafe(folder: string, what: string, hint: string): KeyfobError {
  return new KeyfobError('folder_unsafe', `${folder} ${what}.`, { hint, details: { folder } });
}
