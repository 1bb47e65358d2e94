import type { Command } from 'commander';
import type { CommandClient, CommandOutput } from '../../../shared/commands.ts';
import { type ErrorInfo, isKeyfobError, KeyfobError } from '../../../shared/errors.ts';
import { accountOf, bySource, connectionOf, idOfFound } from '../../../shared/found.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { errorText, printable } from '../printable.ts';
import { countOf } from '../text/session-text.ts';
import { table } from '../text/table.ts';

interface ImportOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

type Found = CommandOutput<'config.discover'>;

interface Failed {
  readonly name: string;
  readonly error: ErrorInfo;
}

/** What has been brought in. */
interface Imported {
  readonly connections: string[];
  readonly accounts: string[];
  readonly failed: Failed[];
}

/** `config import`. */
export function addConfigImport(config: Command, context: CliContext): void {
  const command = config
    .command('import')
    .description(
      'Brings in connections and assumed roles from ~/.aws/config, as the AWS CLI, granted and aws-sso-cli have them. Shows what it found, and asks. The files are only read.',
    )
    .summary('Brings in what other tools have configured')
    .option('--dry-run', 'Show what it found, and bring in nothing')
    .option('--yes', 'Do not ask')
    .option(...jsonOption)
    .action(async (_options, self: Command) => {
      await run(self.optsWithGlobals<ImportOptions>(), context);
    });
  examples(command, [['Look, then say yes or no', 'keyfob config import']]);
  next(
    command,
    "Leapp's workspace is encrypted: of it, only what profiles in ~/.aws tell can be brought in.",
  );
}

async function run(options: ImportOptions, context: CliContext): Promise<void> {
  const client = context.connect(options.autostart);
  const found = await client.call('config.discover', {});
  const wanted: Found = {
    ...found,
    connections: found.connections.filter(({ exists }) => !exists),
    accounts: found.accounts.filter(({ exists }) => !exists),
  };
  context.err(foundText(found));
  const nothing = wanted.connections.length + wanted.accounts.length === 0;
  if (options.dryRun) {
    print(context, options, { ...namesOf(wanted), failed: [], skipped: found.skipped }, () => '');
    if (!options.json) context.err('Nothing was brought in.\n');
    return;
  }
  if (!nothing && !options.yes) await ask(context);
  const imported = await bringIn(client, wanted);
  print(context, options, { ...imported, skipped: found.skipped }, () => '');
  for (const { error } of imported.failed) context.err(errorText(error));
  if (!options.json) context.err(nothing ? 'There is nothing new to bring in.\n' : done(imported));
  const [first] = imported.failed;
  if (first !== undefined) {
    throw new KeyfobError('invalid_input', `${imported.failed.length} could not be brought in.`, {
      hint: 'What is said above tells why. Run the command again when it is mended.',
    });
  }
}

function foundText({ connections, accounts, skipped }: Found): string {
  const mark = (exists: boolean) => (exists ? '(is there)' : '');
  const places = connections.map(({ name, startUrl, region, source, exists }) =>
    [`  ${name}`, startUrl, region, source, mark(exists)].map(printable),
  );
  const roles = accounts.map(({ connection, name, roleArn, signer, source, exists }) =>
    [`  ${connection}/${name}`, roleArn, `by ${signer}`, source, mark(exists)].map(printable),
  );
  const left = skipped.map(({ source, reason }) => `  ${printable(`${source}: ${reason}`)}\n`);
  return [
    ...(places.length === 0 ? [] : ['Connections:\n', table(places)]),
    ...(roles.length === 0 ? [] : ['Assumed roles:\n', table(roles)]),
    ...(left.length === 0 ? [] : ['Left out:\n', ...left]),
  ].join('');
}

async function ask(context: CliContext): Promise<void> {
  const answer = await context.confirm('Bring these in?');
  if (answer === true) return;
  throw new KeyfobError('refused', 'Nothing was brought in.', {
    hint:
      answer === undefined
        ? 'There is no terminal to ask on. Look at --dry-run, then say --yes.'
        : 'Run the command again to be asked again.',
  });
}

function namesOf({ connections, accounts }: Pick<Found, 'connections' | 'accounts'>) {
  return { connections: connections.map(({ name }) => name), accounts: accounts.map(idOfFound) };
}

/** One that fails does not keep the others from coming. */
async function bringIn(
  client: CommandClient,
  { connections, accounts }: Pick<Found, 'connections' | 'accounts'>,
): Promise<Imported> {
  const imported: Imported = { connections: [], accounts: [], failed: [] };
  async function attempt(name: string, list: string[], add: () => Promise<unknown>): Promise<void> {
    try {
      await add();
      list.push(name);
    } catch (error) {
      if (!isKeyfobError(error)) throw error;
      imported.failed.push({ name, error: error.toInfo() });
    }
  }
  for (const connection of connections) {
    await attempt(connection.name, imported.connections, () =>
      client.call('connection.add', connectionOf(connection)),
    );
  }
  for (const account of bySource(accounts)) {
    await attempt(idOfFound(account), imported.accounts, () =>
      client.call('account.add', accountOf(account)),
    );
  }
  return imported;
}

function done({ connections, accounts }: Imported): string {
  const parts = [
    ...(connections.length === 0 ? [] : [countOf(connections.length, 'connection')]),
    ...(accounts.length === 0 ? [] : [countOf(accounts.length, 'account')]),
  ];
  const next = connections.map((name) => `\`keyfob login ${name}\``).join(', ');
  return `Brought in: ${parts.join(' and ')}.\n${next === '' ? '' : `Sign in with ${next}.\n`}`;
}
