import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../shared/places.ts';

const programs: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * The full path of the Electron binary, or undefined where there is none. Looked for by hand: to
 * load the `electron` package on plain Node would download it.
 *
 * @param root the repository's folder
 */
export function findElectron(root: string, env: Environment, platform: string): string | undefined {
  const installed = join(root, 'node_modules/electron');
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  const folder = override === undefined || override === '' ? join(installed, 'dist') : override;
  const program = join(folder, programs[platform] ?? 'electron');
  return existsSync(program) ? program : undefined;
}
