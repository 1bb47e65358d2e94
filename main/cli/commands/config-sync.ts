import { type Command, Option } from 'commander';
import { awsConfigSettingsSchema } from '../../../shared/aws-config-settings.ts';
import type { AwsConfigChanges, Plan } from '../../../shared/commands/config.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { collect } from '../option-values.ts';
import { printable } from '../printable.ts';
import { checkSameConfig } from '../same-file.ts';
import { changesText, conflictsText, noAccountText } from '../text/config-text.ts';
import { diffText } from '../text/diff.ts';

interface SyncOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly remove?: boolean;
  readonly accounts?: string;
  readonly account?: string[];
  readonly template?: string;
  readonly region?: string;
  readonly output?: string;
  readonly default?: boolean;
  readonly automatic?: boolean;
}

const outputs = ['json', 'yaml', 'yaml-stream', 'text', 'table', 'none'];

/** `config sync`. */
export function addConfigSync(config: Command, context: CliContext): void {
  const sync = config
    .command('sync')
    .description(
      'Shows what it would write, asks, and writes a profile for each chosen account, between two marker lines. All else in the file stays as it is, and a copy of it is put beside it. What you choose here is remembered.',
    )
    .summary('Writes a profile for each chosen account')
    .option('--dry-run', 'Show what it would write, and write nothing')
    .option('--yes', 'Do not ask')
    .addOption(
      new Option(
        '--accounts <which>',
        'all, favourites, or a search as in `keyfob accounts`',
      ).conflicts(['account', 'remove']),
    )
    .addOption(
      new Option('--account <account>', 'This account; may be repeated')
        .argParser(collect)
        .conflicts('remove'),
    )
    .option(
      '--template <template>',
      'How profiles are called, of {connection}, {account}, {accountId} and {role}',
    )
    .option('--region <region>', "A region for all of them, or `own`: each account's own")
    .addOption(
      new Option('--output <format>', 'The format of what the AWS CLI prints').choices(outputs),
    )
    .option('--default', '[default] follows the active account')
    .option('--no-default', "[default] is none of Keyfob's")
    .option('--automatic', 'Do it again by itself when accounts come and go')
    .option('--no-automatic', 'Only when asked')
    .addOption(new Option('--remove', 'Take the profiles away').conflicts('template'))
    .option(...jsonOption)
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<SyncOptions>();
      await run(options, changesOf(options), context);
    });
  examples(sync, [
    ['See what would be written', 'keyfob config sync --dry-run'],
    [
      'Favourites alone, by shorter names, and [default] for whatever account is active',
      "keyfob config sync --accounts favourites --template '{account}-{role}' --default",
    ],
    ['Undo', 'keyfob config sync --remove'],
  ]);
  next(sync, 'Then `aws sts get-caller-identity --profile acme-prod-Admin`.');
}

async function run(
  options: SyncOptions,
  changes: AwsConfigChanges,
  context: CliContext,
): Promise<void> {
  const client = context.connect(options.autostart);
  const wish = { changes, remove: options.remove ?? false };
  const plan = await client.call('config.plan', wish);
  await checkSameConfig(context.env, plan.path);
  if (!wish.remove) context.err(noAccountText(plan));
  if (options.dryRun) {
    print(context, options, plan, () => diffText(plan.path, plan.diff, context.style));
    if (!options.json) sayWhat(plan, context, 'Nothing was written.');
    return;
  }
  if (!plan.upToDate) {
    context.err(diffText(plan.path, plan.diff, context.errStyle));
    context.err(conflictsText(plan.conflicts));
    if (!options.yes) await ask(plan, context);
  }
  const applied = await client.call('config.apply', { ...wish, hash: plan.hash });
  print(context, options, applied, () => '');
  if (options.json) return;
  if (applied.upToDate) {
    context.err(conflictsText(applied.conflicts));
    context.err(`${printable(applied.path)} is up to date.\n`);
    return;
  }
  context.err(`Written: ${changesText(applied.changes)}.\n`);
  if (applied.backup !== null) {
    context.err(`The file as it was is in ${printable(applied.backup)}.\n`);
  }
}

function sayWhat(plan: Plan, context: CliContext, end: string): void {
  context.err(conflictsText(plan.conflicts));
  context.err(
    plan.upToDate
      ? `${printable(plan.path)} is up to date.\n`
      : `${changesText(plan.changes)}. ${end}\n`,
  );
}

async function ask(plan: Plan, context: CliContext): Promise<void> {
  const answer = await context.confirm(`${changesText(plan.changes)}. Write this?`);
  if (answer === true) return;
  throw new KeyfobError('refused', `${plan.path} was left as it is.`, {
    hint:
      answer === undefined
        ? 'There is no terminal to ask on. Look at --dry-run, then say --yes.'
        : 'Run the command again to be asked again.',
  });
}

/** Throws `invalid_input`. */
function changesOf(options: SyncOptions): AwsConfigChanges {
  const { accounts, account, template, region, output, automatic } = options;
  const changes = {
    ...(accounts === undefined ? {} : { accounts: choiceOf(accounts) }),
    ...(account === undefined ? {} : { accounts: { choice: 'list', accounts: account } }),
    ...(template === undefined ? {} : { template }),
    ...(region === undefined ? {} : { region: region === 'own' ? null : region }),
    ...(output === undefined ? {} : { output: output === 'none' ? null : output }),
    ...(options.default === undefined ? {} : { default: options.default }),
    ...(automatic === undefined ? {} : { automatic }),
  };
  const parsed = awsConfigSettingsSchema.partial().safeParse(changes);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new KeyfobError('invalid_input', `--${issue?.path.join(' ')}: ${issue?.message}.`, {
    hint: 'See `keyfob config sync --help`.',
  });
}

function choiceOf(text: string): { choice: string; query?: string } {
  if (text === 'all' || text === 'favourites') return { choice: text };
  return { choice: 'query', query: text };
}
