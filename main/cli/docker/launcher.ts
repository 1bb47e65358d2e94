import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import type { CliContext } from '../context.ts';
import { ownWords } from '../own-command.ts';

/** `docker-credential-keyfob`, the name under which Docker looks for a helper in PATH. */

export interface Launcher {
  readonly path: string;
  readonly text: string;
  /** Whether Docker finds it where it lies. */
  readonly inPath: boolean;
}

/** Where Docker finds one already, if it does. */
export function foundLauncher(context: Pick<CliContext, 'env' | 'platform'>): string | undefined {
  return foldersOf(context)
    .flatMap((folder) => namesOn(context.platform).map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** What to write, and where: a folder of the person's own that is in PATH, if there is one. */
export function newLauncher(
  context: Pick<CliContext, 'env' | 'platform' | 'entry'>,
  folder: string | undefined,
): Launcher {
  const { env, platform } = context;
  const home = (platform === 'win32' ? env.USERPROFILE : env.HOME) || homedir();
  const inPath = foldersOf(context);
  const own = [join(home, '.local', 'bin'), join(home, 'bin')];
  const writable = inPath.find((one) => one.startsWith(join(home, sep)) && isWritable(one));
  const chosen = folder ?? own.find((one) => inPath.includes(one)) ?? writable ?? own[0] ?? home;
  const windows = platform === 'win32';
  const words = ownWords(context).map((word) => (windows ? `"${word}"` : inShell(word)));
  return {
    path: join(chosen, windows ? 'docker-credential-keyfob.cmd' : 'docker-credential-keyfob'),
    text: windows
      ? `@${words.join(' ')} docker %*\r\n`
      : `#!/bin/sh\n# Keyfob, under the name that Docker looks for.\nexec ${words.join(' ')} docker "$@"\n`,
    inPath: inPath.includes(chosen),
  };
}

function foldersOf({ env, platform }: Pick<CliContext, 'env' | 'platform'>): readonly string[] {
  const path = env.PATH ?? env.Path ?? '';
  return path.split(platform === 'win32' ? ';' : ':').filter((folder) => folder !== '');
}

function namesOn(platform: string): readonly string[] {
  const name = 'docker-credential-keyfob';
  return platform === 'win32' ? [`${name}.exe`, `${name}.cmd`] : [name];
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function inShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
