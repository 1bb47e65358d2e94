import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { daemonScript } from '../daemon-script.ts';
import { examples, next } from '../help.ts';
import type { Outcome } from '../program.ts';

/** `daemon`. */
export function addDaemon(program: Command, context: CliContext, outcome: Outcome): void {
  const daemon = program
    .command('daemon')
    .description(
      'Runs the headless helper in the foreground, until Ctrl-C; when it listens, it prints one line of JSON: {"ready":true,"socket":…,"url":…}',
    )
    .summary('Runs the headless helper in the foreground')
    .option('--replace', 'Stop the helper that runs, and take its place')
    .action(async (options: { replace?: boolean }) => {
      await context.becomeHelper(daemonScript(context.entry), options.replace ? ['--replace'] : []);
      outcome.exitCode = undefined;
    });
  examples(daemon, [
    ['In a container or under a service manager', 'keyfob daemon'],
    ['After an update of Keyfob', 'keyfob daemon --replace'],
  ]);
  next(daemon, 'You rarely need it: every other command starts a helper where none runs.');
}

/**
 * Runs the helper's script in this very process: it reads its own arguments, prints, sets the exit
 * code, and stays. It is a program of its own, which the command does not contain.
 */
export async function becomeHelper(script: string, args: readonly string[]): Promise<void> {
  process.argv = [process.execPath, script, ...args];
  await import(/* @vite-ignore */ pathToFileURL(script).href);
}
