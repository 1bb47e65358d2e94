import { homedir } from 'node:os';
import type { Command } from 'commander';
import { KeyfobError } from '../../../shared/errors.ts';
import { textDiff } from '../../../shared/text-diff.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { ownWords } from '../own-command.ts';
import { indented, printable } from '../printable.ts';
import { launchdPlan } from '../service/launchd.ts';
import type { ServicePlan } from '../service/plan.ts';
import { run } from '../service/run.ts';
import { scheduledTaskPlan } from '../service/scheduled-task.ts';
import {
  checkManager,
  installEdits,
  installService,
  removeEdits,
  type ServiceEdit,
  type ServiceView,
  serviceView,
  takeBack,
} from '../service/service.ts';
import { systemdPlan } from '../service/systemd.ts';
import { endHelper } from './daemon.ts';

interface ServiceOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** `service install`, `remove`, `status`. */
export function addService(program: Command, context: CliContext): void {
  const service = program
    .command('service')
    .description('Has your system run the helper, from the log-in on');
  addInstall(service, context);
  addRemove(service, context);
  addStatusOf(service, context);
}

function addInstall(service: Command, context: CliContext): void {
  const install = service
    .command('install')
    .description('Shows what it writes and runs, asks, and turns the service on')
    .option('--yes', 'Do not ask')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ServiceOptions>();
      const plan = planFor(context);
      await checkManager(plan, run);
      const edits = await installEdits(plan);
      await permit(edits, plan.install, context, options);
      // One that runs by itself would keep the place that the service is to take.
      await endHelper(context);
      await installService(plan, edits, run);
      context.err(`The helper is a service of ${plan.manager} now.\n`);
    });
  examples(install, [['After an update of Keyfob, too', 'keyfob service install']]);
  next(
    install,
    'With systemd the helper starts when the first tool asks. It runs with the variables\nthat are set now; proxies, which may have passwords in them, are left out.',
  );
}

function addRemove(service: Command, context: CliContext): void {
  const remove = service
    .command('remove')
    .description('Turns the service off, and undoes what `install` wrote')
    .option('--yes', 'Do not ask')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<ServiceOptions>();
      const plan = planFor(context);
      const edits = await removeEdits(plan);
      if (edits.length === 0) {
        context.err('There is no such service here.\n');
        return;
      }
      await permit(edits, [...plan.remove, ...plan.afterRemove], context, options);
      await takeBack(plan, edits, run);
      context.err('The service is gone. Commands start the helper by themselves again.\n');
    });
  examples(remove, [['Undo', 'keyfob service remove']]);
}

function addStatusOf(service: Command, context: CliContext): void {
  const status = service
    .command('status')
    .description('Says whether the service is installed, and on')
    .option(...jsonOption)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      print(context, options, await serviceView(planFor(context), run), viewText);
    });
  examples(status, [['For a program', 'keyfob service status --json']]);
}

function planFor(context: CliContext): ServicePlan {
  const { env, places, platform } = context;
  const facts = {
    env,
    places,
    home: env.HOME ?? env.USERPROFILE ?? homedir(),
    command: ownWords(context),
    uid: process.getuid?.() ?? -1,
  };
  if (platform === 'win32') return scheduledTaskPlan(facts);
  return platform === 'darwin' ? launchdPlan(facts) : systemdPlan(facts);
}

/** Shows everything at once, and asks once. */
async function permit(
  edits: readonly ServiceEdit[],
  commands: readonly (readonly string[])[],
  context: CliContext,
  { yes }: ServiceOptions,
): Promise<void> {
  for (const edit of edits) if (edit.before !== edit.after) context.err(editText(edit));
  context.err(commands.map((words) => `$ ${printable(words.join(' '))}\n`).join(''));
  if (yes) return;
  const answer = await context.confirm('Do this?');
  if (answer === true) return;
  throw new KeyfobError('refused', 'Nothing was changed.', {
    hint:
      answer === undefined
        ? 'There is no terminal to ask on. Say yes beforehand with --yes.'
        : 'Run the command again to be asked again.',
  });
}

function editText({ path, before, after }: ServiceEdit): string {
  if (after === null) return `Deletes ${printable(path)}\n`;
  if (before === null) return `Writes ${printable(path)}:\n${indented(after.trimEnd(), 2)}`;
  return `Changes ${printable(path)}:\n${indented(textDiff(before, after).trimEnd(), 2)}`;
}

function viewText({ manager, state, active, files }: ServiceView): string {
  const states = {
    installed: 'installed',
    outdated: 'installed, but not as this version of Keyfob would. Run `keyfob service install`',
    not_installed: 'not installed',
  };
  const on = state === 'not_installed' ? '' : `, ${active ? 'on' : 'off'}`;
  const list = state === 'not_installed' ? [] : files.map((file) => `  ${printable(file)}\n`);
  return [`${manager}: ${states[state]}${on}\n`, ...list].join('');
}
