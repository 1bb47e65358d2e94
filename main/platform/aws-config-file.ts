import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { KeyfobError } from '../../shared/errors.ts';
import type { Environment } from '../../shared/places.ts';
import type { ReadAwsConfig } from '../ports.ts';
import { errnoOf } from './file-errors.ts';

/** Nobody writes as much by hand; a log named by mistake must not fill the memory. */
const maxBytes = 4 * 1024 * 1024;

/** Reads AWS_CONFIG_FILE, else `~/.aws/config`, where the AWS tools read it. */
export function createAwsConfigReader(env: Environment, platform: string): ReadAwsConfig {
  return async () => {
    const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
    const path = (env.AWS_CONFIG_FILE || join(home, '.aws', 'config')).replace(
      /^~(?=[\\/])/,
      () => home,
    );
    try {
      const found = await stat(path);
      // AWS_CONFIG_FILE=/dev/null is the usual way to have none; a pipe would never end.
      if (!found.isFile()) return null;
      if (found.size > maxBytes) throw unreadable(path, 'it is larger than 4 MiB');
      return await readFile(path, 'utf8');
    } catch (error) {
      const reason = errnoOf(error);
      if (reason === 'ENOENT' || reason === 'ENOTDIR') return null;
      throw error instanceof KeyfobError ? error : unreadable(path, reason ?? 'unknown', error);
    }
  };
}

function unreadable(path: string, reason: string, cause?: unknown): KeyfobError {
  return new KeyfobError('file_unreadable', `${path} can't be read: ${reason}.`, {
    hint: 'Check its owner and permissions, or set AWS_CONFIG_FILE to another file.',
    details: { path, reason },
    cause,
  });
}
