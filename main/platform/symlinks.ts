import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf } from './file-errors.ts';

/**
 * Where a path leads once all symlinks have been followed, also where nothing lies there yet: a
 * link that dangles names the file that is to be made. Rejects with ELOOP where links go in circles.
 */
export async function behindSymlinks(path: string, hops = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  // Not there: the last name may be a link all the same, or its folder may be behind one.
  const folder = dirname(resolve(path));
  const next = await readlink(path).catch(() => undefined);
  if (next !== undefined) {
    if (hops > 40) throw Object.assign(new Error('Too many symlinks'), { code: 'ELOOP' });
    return behindSymlinks(resolve(folder, next), hops + 1);
  }
  if (folder === dirname(folder)) return resolve(path);
  return join(await behindSymlinks(folder, hops), basename(path));
}
