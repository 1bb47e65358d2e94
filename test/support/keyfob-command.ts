import { join } from 'node:path';
import { compileCache } from './compile-cache.ts';
import { type Ended, type Run, runProgram } from './run-program.ts';

const entry = join(import.meta.dirname, '../../main/cli/keyfob.ts');

/** The command as a process, from its source, against a helper that runs already. */
export function startKeyfob(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Run {
  const { PATH, SystemRoot } = process.env;
  return runProgram([process.execPath, entry, ...args], {
    PATH,
    SystemRoot,
    KEYFOB_NO_AUTOSTART: '1',
    ...compileCache,
    ...env,
  });
}

export function runKeyfob(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  return startKeyfob(args, env).ended;
}
