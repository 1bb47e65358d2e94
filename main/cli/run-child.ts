import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { isatty } from 'node:tty';
import spawn from 'cross-spawn';
import { KeyfobError } from '../../shared/errors.ts';
import { errnoOf } from '../platform/file-errors.ts';

/** As shells have it: found, but not to be run; not found. */
const notExecutable = 126;
const notFound = 127;

/** What is passed on. Where there is a terminal, it has sent the first two to the program itself. */
const fromTerminal = ['SIGINT', 'SIGQUIT'] as const;
const alwaysPassedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;

export type ChildEnding =
  | { readonly exitCode: number }
  | { readonly exitCode: number; readonly failure: KeyfobError };

/**
 * Runs a program with this process's own input and output. Resolves with its exit code, 128 + n
 * where signal n ended it, 127 or 126 with a failure where it can't be run.
 */
export function runChild(
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<ChildEnding> {
  // On Windows what npm, az and the like are is no program but a script for cmd.exe.
  const child = spawn(command, args, { env, stdio: 'inherit' });
  // Input or output may be a pipe: Ctrl-C comes to all that the terminal runs, all the same.
  const hasTerminal = [0, 1, 2].some(isatty);
  const listeners = [
    ...fromTerminal.map((signal) => [signal, hasTerminal ? ignore : pass] as const),
    ...alwaysPassedOn.map((signal) => [signal, pass] as const),
  ].filter(([signal]) => process.platform !== 'win32' || known(signal));
  for (const [signal, listener] of listeners) process.on(signal, listener);

  function pass(signal: NodeJS.Signals): void {
    child.kill(signal);
  }

  return new Promise((resolve) => {
    child.once('error', (error) => {
      // The system says so of a script, too, whose first line names a program that is not there.
      const missing =
        errnoOf(error) === 'ENOENT' && !(/[\\/]/.test(command) && existsSync(command));
      if (child.pid !== undefined) return;
      resolve({
        exitCode: missing ? notFound : notExecutable,
        failure: notRun(command, missing, error),
      });
    });
    child.once('exit', (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) });
    });
  });
}

/** The program decides what Ctrl-C means; this process only waits for it. */
function ignore(): void {}

/** Those that Windows can raise. */
function known(signal: string): boolean {
  return signal === 'SIGINT' || signal === 'SIGTERM' || signal === 'SIGHUP';
}

function notRun(command: string, missing: boolean, cause: unknown): KeyfobError {
  return new KeyfobError(
    'invalid_input',
    missing ? `There is no program ${command}.` : `${command} can't be run.`,
    {
      hint: missing
        ? 'Check its name, and that its folder is in PATH.'
        : 'Check that it is a program, that you may run it, and that what its first line names is there.',
      cause,
    },
  );
}
