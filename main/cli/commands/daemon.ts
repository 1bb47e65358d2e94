import { pathToFileURL } from 'node:url';
import { type Command, Option } from 'commander';
import { isKeyfobError } from '../../../shared/errors.ts';
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
    .addOption(
      new Option('--stop', 'Only stop the helper that runs; the next command starts one').conflicts(
        'replace',
      ),
    )
    .action(async (options: { replace?: boolean; stop?: boolean }) => {
      if (options.stop) return await stopHelper(context);
      await context.becomeHelper(daemonScript(context.entry), options.replace ? ['--replace'] : []);
      outcome.exitCode = undefined;
    });
  examples(daemon, [
    ['In a container or under a service manager', 'keyfob daemon'],
    ['After an update of Keyfob, or of the variables that it reads', 'keyfob daemon --stop'],
  ]);
  next(daemon, 'You rarely need it: every other command starts a helper where none runs.');
}

async function stopHelper(context: CliContext): Promise<void> {
  context.err((await endHelper(context)) ? 'The helper ends.\n' : 'No helper was running.\n');
}

/**
 * Ends the helper that runs, of whatever version: it has understood this one command before the
 * answer is looked at. False where none runs.
 */
export async function endHelper(context: CliContext): Promise<boolean> {
  try {
    await context.connect(false).call('shutdown', {});
  } catch (error) {
    if (isKeyfobError(error, 'no_helper')) return false;
    if (!isKeyfobError(error, 'helper_stopping', 'helper_version')) throw error;
  }
  return true;
}

/**
 * Runs the helper's script in this very process: it reads its own arguments, prints, sets the exit
 * code, and stays. It is a program of its own, which the command does not contain.
 */
export async function becomeHelper(script: string, args: readonly string[]): Promise<void> {
  process.argv = [process.execPath, script, ...args];
  await import(/* @vite-ignore */ pathToFileURL(script).href);
}
