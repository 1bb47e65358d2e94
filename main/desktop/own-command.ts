import { join } from 'node:path';
import type { Environment } from '../../shared/places.ts';

export interface Installed {
  readonly packaged: boolean;
  /** `process.resourcesPath`. */
  readonly resources: string;
  /** The folder of the bundles. */
  readonly dist: string;
  /** `process.platform`. */
  readonly platform: string;
  readonly env: Environment;
}

/**
 * How the `keyfob` command beside this app is called, quoted as in `~/.aws/config`. Undefined in an
 * AppImage, whose files lie elsewhere at every start: there the command is a program of its own.
 */
export function commandBeside(installed: Installed): string | undefined {
  const { packaged, resources, dist, platform, env } = installed;
  const windows = platform === 'win32';
  if (!packaged) return `"${join(dist, windows ? 'keyfob.cmd' : 'keyfob')}"`;
  if ((env.APPIMAGE ?? '') !== '') return undefined;
  return `"${join(resources, 'bin', windows ? 'keyfob.exe' : 'keyfob')}"`;
}
