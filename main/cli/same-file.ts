import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import type { Environment } from '../../shared/places.ts';
import { behindSymlinks } from '../platform/symlinks.ts';

/**
 * Makes sure that the helper, which read its environment when it started, means the file that this
 * command's environment names. Throws `invalid_input`.
 *
 * @param path the helper's file, symlinks followed
 */
export async function checkSameConfig(env: Environment, path: string): Promise<void> {
  const named = env.AWS_CONFIG_FILE;
  if (named === undefined || named === '') return;
  const home = env.HOME || env.USERPROFILE || homedir();
  const meant = await behindSymlinks(resolve(named.replace(/^~(?=[\\/])/, () => home)));
  if (meant === path) return;
  throw new KeyfobError(
    'invalid_input',
    `AWS_CONFIG_FILE names ${meant}, but the helper that runs would write ${path}.`,
    {
      hint: 'It reads its environment when it starts. End it with `keyfob daemon --stop`, so that the next command starts it anew, or unset the variable.',
      details: { meant, path },
    },
  );
}
