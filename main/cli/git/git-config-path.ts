import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../../../shared/places.ts';

/** The file that `git config --global` writes: git-config(1), "FILES". */
export function gitConfigPath(env: Environment, platform: string): string {
  if (env.GIT_CONFIG_GLOBAL) return env.GIT_CONFIG_GLOBAL;
  const home = env.HOME || (platform === 'win32' ? env.USERPROFILE : undefined) || homedir();
  const usual = join(home, '.gitconfig');
  const other = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'git', 'config');
  return !existsSync(usual) && existsSync(other) ? other : usual;
}
