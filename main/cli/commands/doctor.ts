import type { Command } from 'commander';
import type { Check } from '../../../shared/commands/checks.ts';
import { version } from '../../../shared/version.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { exitCodeFor, exitCodes } from '../exit-codes.ts';
import { examples, jsonOption } from '../help.ts';
import { unexpected } from '../hot.ts';
import { indented, printable } from '../printable.ts';
import type { Outcome } from '../program.ts';
import type { Style } from '../text/style.ts';

/** `doctor`. Ends with exit code 1 when a check fails, 4 when there is no helper to ask. */
export function addDoctor(program: Command, context: CliContext, outcome: Outcome): void {
  const doctor = program
    .command('doctor')
    .description('Finds out what is wrong with the set-up, and says how to mend it')
    .option(...jsonOption)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const { checks, exitCode } = await examine(context, options);
      print(context, options, { checks }, () =>
        checks.map((check) => checkText(check, context.style)).join(''),
      );
      outcome.exitCode = exitCode;
    });
  examples(doctor, [
    [
      'Everything that is not in order',
      'keyfob doctor --json | jq \'.checks[] | select(.status != "ok")\'',
    ],
  ]);
}

async function examine(
  context: CliContext,
  options: CommonOptions,
): Promise<{ checks: readonly Check[]; exitCode: number }> {
  const client = context.connect(options.autostart);
  try {
    const { helper } = await client.call('state', {});
    const [{ checks }, local] = await Promise.all([
      client.call('doctor', {}),
      context.inspect(helper.url),
    ]);
    const all = [helperCheck(helper.version, context.places.socket), ...local, ...checks];
    const failed = all.some((check) => check.status === 'failure');
    return { checks: all, exitCode: failed ? exitCodes.failed : exitCodes.done };
  } catch (error) {
    const failure = unexpected(error);
    const check: Check = {
      id: 'helper',
      status: 'failure',
      message: failure.message,
      ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    };
    // Why there is none may well be among these.
    const local = await context.inspect(undefined);
    return { checks: [check, ...local], exitCode: exitCodeFor(failure.code) };
  }
}

function helperCheck(helperVersion: string, socket: string): Check {
  if (helperVersion === version) {
    return { id: 'helper', status: 'ok', message: `The helper ${version} answers on ${socket}.` };
  }
  return {
    id: 'helper',
    status: 'warning',
    message: `The running helper is ${helperVersion}, this command is ${version}.`,
    hint: 'End the helper with `keyfob daemon --stop`; the next command starts its own.',
  };
}

function checkText({ status, message, hint }: Check, style: Style): string {
  const marks = {
    ok: style.good('✓ ok     '),
    warning: style.warn('! warning'),
    failure: style.bad('✗ failure'),
  };
  return `${marks[status]}  ${printable(message)}\n${indented(hint, 11)}`;
}
