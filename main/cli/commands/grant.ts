import { type Command, InvalidArgumentError, Option } from 'commander';
import { longestGrantSeconds, usualGrantSeconds } from '../../../shared/commands/grants.ts';
import type { CommandClient } from '../../../shared/commands.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import type { Grant } from '../../../shared/model.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { examples, jsonOption, next } from '../help.ts';
import { collect } from '../option-values.ts';
import { printable } from '../printable.ts';
import { grantForm, grantTable, grantWords, type PathOf } from '../text/grant-text.ts';

/** `grant` and what is below it. */
export function addGrant(program: Command, context: CliContext): void {
  const grant = program
    .command('grant')
    .description('Says which programs may ask on 127.0.0.1, each with a token of its own');
  addCreate(grant, context);
  addList(grant, context);
  addRevoke(grant, context);
  next(
    grant,
    'Programs that can run a command or speak to a socket need none: they use\n`keyfob credential-process`, `keyfob token` or the socket.',
  );
}

interface CreateOptions extends CommonOptions {
  readonly account?: readonly string[];
  readonly lifetime: number;
  readonly form: 'token' | 'env' | 'url';
}

function addCreate(grant: Command, context: CliContext): void {
  const create = grant
    .command('create')
    .description('Makes a grant and prints its token, which is never shown again')
    .argument('<label>', 'What it is for, so that you know it again: "build container"')
    .option(
      '--account <account>',
      'For this account alone; may be repeated. Without it, for every account',
      collect,
    )
    .addOption(
      new Option('--lifetime <time>', 'How long it lasts: 8h, 30d; at most a year')
        .argParser(parseLifetime)
        .default(usualGrantSeconds, `${usualGrantSeconds / 86_400}d`),
    )
    .addOption(
      new Option(
        '--form <form>',
        'What to print: the token, the variables that AWS SDKs read, or the address',
      )
        .choices(['token', 'env', 'url'])
        .default('token'),
    )
    .option(...jsonOption)
    .action(async (label: string, _options, self: Command) => {
      const options = self.optsWithGlobals<CreateOptions>();
      const { account: accounts = [], lifetime: lifetimeSeconds } = options;
      const client = context.connect(options.autostart);
      const wish = { label, accounts: [...accounts], lifetimeSeconds };
      const made = await client.call('grant.create', wish);
      print(context, options, made, () => grantForm(made, options.form));
      if (!options.json) {
        const pathOf = await pathsIn([made.grant], client);
        context.err(`${grantWords(made.grant, pathOf, context.now())}\n`);
        context.err(`Revoke it with \`keyfob grant revoke ${made.grant.id}\`.\n`);
      }
    });
  examples(create, [
    [
      'For an AWS SDK in a container, for a day',
      'keyfob grant create "build container" --account acme/dev/Deploy \\\n      --lifetime 1d --form env > build.env',
    ],
    ['For all accounts, as JSON', 'keyfob grant create editor --json'],
  ]);
}

function addList(grant: Command, context: CliContext): void {
  grant
    .command('list')
    .description('Lists the grants, and when each was last used')
    .option(...jsonOption)
    .action(async (_options, self: Command) => {
      const options = self.optsWithGlobals<CommonOptions>();
      const client = context.connect(options.autostart);
      const value = await client.call('grant.list', {});
      const pathOf = options.json ? byId : await pathsIn(value.grants, client);
      print(context, options, value, ({ grants }) => grantTable(grants, pathOf, context));
      if (value.grants.length === 0) context.err('There are no grants.\n');
    });
}

const byId: PathOf = (id) => id;

/** What people call the accounts of these grants; one that is gone goes by its id. */
async function pathsIn(grants: readonly Grant[], client: CommandClient): Promise<PathOf> {
  if (grants.every(({ accounts }) => accounts.length === 0)) return byId;
  const { accounts } = await client.call('accounts.list', {});
  const paths = new Map(accounts.map(({ id, path }) => [id, path]));
  return (id) => paths.get(id) ?? id;
}

interface RevokeOptions extends CommonOptions {
  readonly all?: boolean;
}

function addRevoke(grant: Command, context: CliContext): void {
  grant
    .command('revoke')
    .description('Ends grants at once')
    .argument('[id...]', 'Their ids, or their labels where only one grant has it')
    .option('--all', 'All there are')
    .option(...jsonOption)
    .action(async (names: readonly string[], _options, self: Command) => {
      const options = self.optsWithGlobals<RevokeOptions>();
      if (options.all === names.length > 0) throw whichOnes();
      if (options.all !== true && names.length === 0) throw whichOnes();
      const client = context.connect(options.autostart);
      const { grants } = await client.call('grant.list', {});
      const named = (name: string) => {
        const ids = grants.filter(({ id, label }) => id === name || label === name);
        const [only, another] = ids;
        if (only === undefined || another !== undefined) throw notOne(name, ids.length);
        return only;
      };
      const ending = options.all ? grants : [...new Set(names.map(named))];
      for (const { id } of ending) await client.call('grant.revoke', { id });
      print(context, options, { revoked: ending.map(({ id }) => id) }, () =>
        ending.map(({ label, id }) => `Revoked: ${printable(label)} (${id})\n`).join(''),
      );
      if (ending.length === 0) context.err('There are no grants.\n');
    });
}

function parseLifetime(text: string): number {
  const seconds = parseDuration(text);
  if (seconds <= longestGrantSeconds) return seconds;
  throw new InvalidArgumentError('Expected at most a year: 365d.');
}

function whichOnes(): KeyfobError {
  return new KeyfobError('invalid_input', 'Expected the ids of grants, or --all.', {
    hint: 'See them with `keyfob grant list`.',
  });
}

function notOne(name: string, found: number): KeyfobError {
  const how = found === 0 ? 'No grant is' : `${found} grants are`;
  return new KeyfobError('not_found', `${how} called ${printable(name)}.`, {
    hint: 'See them with `keyfob grant list`, and name one by its id.',
  });
}
