import { execFile } from 'node:child_process';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import type { Check } from '../../../shared/commands/checks.ts';
import { version } from '../../../shared/version.ts';
import type { CliContext } from '../context.ts';
import { ownWords } from '../own-command.ts';
import { warning } from './check.ts';

/** Whether `keyfob` by its name alone, as people and other tools call it, is this very command. */
export async function checkPath({
  env,
  platform,
  entry,
}: Pick<CliContext, 'env' | 'platform' | 'entry'>): Promise<readonly Check[]> {
  const own = ownWords({ entry, platform }).at(-1) ?? '';
  const found = await onPath(env.PATH ?? env.Path ?? '', platform);
  const [first] = found;
  if (first === undefined) {
    return [
      warning(
        'path',
        '`keyfob` is not on the PATH: only its full path calls it.',
        `Put a link to ${own} into a folder of your PATH, as ~/.local/bin.`,
      ),
    ];
  }
  if ((await same(first)) === (await same(own))) {
    return [{ id: 'path', status: 'ok', message: `\`keyfob\` is ${first}.` }];
  }
  const other = await versionOf(first);
  if (other === version) {
    return [{ id: 'path', status: 'ok', message: `\`keyfob\` is ${first}, of this version.` }];
  }
  const which = other === undefined ? 'which does not say its version' : `of version ${other}`;
  const later = (await Promise.all(found.slice(1).map(same))).includes(await same(own));
  return [
    warning(
      'path',
      `\`keyfob\` is ${first}, ${which}; this is ${own} of version ${version}.`,
      later
        ? `Remove ${first}, or put the folder of ${own} before it in your PATH.`
        : `Remove ${first}, or put a link to ${own} before it in your PATH.`,
    ),
  ];
}

/** All programs of that name, the one that is run first. */
async function onPath(path: string, platform: string): Promise<readonly string[]> {
  const { delimiter, isAbsolute, join } = platform === 'win32' ? win32 : posix;
  const names = platform === 'win32' ? ['keyfob.exe', 'keyfob.cmd'] : ['keyfob'];
  const found: string[] = [];
  for (const folder of path.split(delimiter)) {
    // An empty one is the present folder, where one calls nothing by its name on purpose.
    if (!isAbsolute(folder)) continue;
    for (const name of names) {
      const file = join(folder, name);
      if (await isProgram(file)) found.push(file);
    }
  }
  return found;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function same(file: string): Promise<string> {
  return await realpath(file).catch(() => file);
}

/** What it prints if asked; undefined where that is no version. */
function versionOf(program: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: 5_000, windowsHide: true };
    const answered = (error: Error | null, stdout: string) => {
      resolve(error === null ? /^\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] : undefined);
    };
    // A batch file is nothing that Windows runs by itself.
    if (program.endsWith('.cmd')) resolve(undefined);
    else execFile(program, ['--version'], options, answered);
  });
}
