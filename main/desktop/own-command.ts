import { join } from 'node:path';
import { quoteProgram } from '../../shared/command-line.ts';
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
  if (!packaged) return quoteProgram(join(dist, windows ? 'keyfob.cmd' : 'keyfob'), platform);
  if ((env.APPIMAGE ?? '') !== '') return undefined;
  return quoteProgram(join(resources, 'bin', windows ? 'keyfob.exe' : 'keyfob'), platform);
}
