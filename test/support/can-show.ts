import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether this machine has the programs that some tests are about. Where it does not, they are left
 * out and it is said so; on Linux in continuous integration, where `.ci/setup` brings them all, that
 * is a failure.
 */
export function canShow(what: string, ...programs: readonly string[]): boolean {
  const missing = programs.filter((program) => !isInPath(program));
  return missing.length === 0 || notShown(what, `${missing.join(' and ')} can't be found here`);
}

/**
 * Says why something is left out; throws where it must not be. Always false. What only root can
 * show, `.ci/run` runs by itself where the rest is run by somebody else.
 */
export function notShown(
  what: string,
  why: string,
  { CI, KEYFOB_TEST_ROOT_LATER: later = '' }: Environment = process.env,
  platform: string = process.platform,
  say: (line: string) => void = (line) => process.stderr.write(line),
): false {
  const sentence = `Not shown here, ${what}: ${why}.`;
  const mayNot = platform === 'linux' && CI !== undefined && CI !== '';
  if (mayNot && !(later !== '' && why.startsWith('only root'))) {
    throw new Error(`${sentence} In continuous integration it must be: run .ci/setup as root.`);
  }
  say(`${sentence}\n`);
  return false;
}

function isInPath(program: string): boolean {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .some((folder) => endings.some((ending) => existsSync(join(folder, program + ending))));
}
