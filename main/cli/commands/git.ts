import { type Command, Option } from 'commander';
import { isAwsAccount } from '../../../shared/account.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import { isLoopback } from '../../../shared/loopback.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import { installInto, removeFrom } from '../edits/edits.ts';
import { type GitHelper, installedHelper, installHelper, removeHelper } from '../git/git-config.ts';
import { gitConfigPath } from '../git/git-config-path.ts';
import { examples, next } from '../help.ts';
import { shellLine } from '../own-command.ts';

interface GitOptions extends CommonOptions {
  readonly username?: string;
  readonly scope?: string;
  readonly audience?: string;
  readonly auth?: string;
  readonly file?: string;
  readonly yes?: boolean;
}

/** `git install`, `git remove`. What git itself calls, the entry answers without coming here. */
export function addGit(program: Command, context: CliContext): void {
  const git = program.command('git').description('Lets git sign in to servers through Keyfob');
  const install = git
    .command('install')
    .description('Has git ask Keyfob for one server; shows the change first')
    .argument('<host>', 'The server: git.example.com, or an address that begins with it')
    .argument('<account>', 'Path or id of the account')
    .option('--username <name>', 'What the server takes beside a token; default: oauth2')
    .option('--scope <scopes>', 'Other scopes than the account has, with blanks between them')
    .option('--audience <audience>', 'For whom the token is to be')
    .addOption(
      new Option('--auth <form>', 'How git shows the token; default: as the server asks').choices([
        'basic',
        'bearer',
      ]),
    )
    .option('--file <file>', 'Default: the one that `git config --global` writes')
    .option('--yes', 'Do not ask')
    .action(async (address: string, name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<GitOptions>();
      const url = addressOf(address);
      const client = context.connect(options.autostart);
      const { account } = await client.call('account.show', { account: name });
      const isCodeCommit = /^git-codecommit(?:-fips)?\./.test(url.hostname);
      if (isAwsAccount(account) !== isCodeCommit) throw wrongKind(url.host, isCodeCommit);
      const args = ['git', '--host', url.host, '--account', account.id, ...argumentsOf(options)];
      const wanted: GitHelper = {
        url: url.origin,
        helper: `!${shellLine(context, args)}`,
        useHttpPath: isCodeCommit,
      };
      const done = await installInto(
        options.file ?? gitConfigPath(context.env, context.platform),
        (text) => installHelper(text, wanted),
        context,
        { yes: options.yes ?? false },
      );
      context.err(done ? `git signs in to ${url.host} through Keyfob.\n` : 'Nothing to change.\n');
    });
  examples(install, [
    ['A server of your company', 'keyfob git install git.example.com corp/access'],
    [
      'AWS CodeCommit',
      'keyfob git install git-codecommit.eu-west-1.amazonaws.com \\\n      acme/prod/Developer',
    ],
  ]);
  next(install, 'Take it back with `keyfob git remove HOST`.');
  addRemove(git, context);
}

function addRemove(git: Command, context: CliContext): void {
  const remove = git
    .command('remove')
    .description('Takes back what `git install` did; shows the change first')
    .argument('<host>', 'The server')
    .option('--file <file>', 'Default: the one that `git config --global` writes')
    .option('--yes', 'Do not ask')
    .action(async (address: string, _options, command: Command) => {
      const options = command.optsWithGlobals<GitOptions>();
      const { origin } = addressOf(address);
      const done = await removeFrom(
        options.file ?? gitConfigPath(context.env, context.platform),
        {
          async install(text, found) {
            const present = await installedHelper(found, origin);
            return present === undefined ? (text ?? '') : await installHelper(text, present);
          },
          remove: (text) => removeHelper(text, origin),
        },
        context,
        { yes: options.yes ?? false },
      );
      context.err(done ? 'git signs in there as it did before.\n' : 'Nothing to change.\n');
    });
  examples(remove, [['One server', 'keyfob git remove git.example.com']]);
}

/** Throws `invalid_input` for what is no server, or would get tokens unencrypted. */
function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const found =
    url?.protocol === 'https:' || url?.protocol === 'http:'
      ? url
      : !text.includes('://') && URL.canParse(`https://${text}`)
        ? new URL(`https://${text}`)
        : undefined;
  const fits = found?.protocol === 'https:' || (found && isLoopback(found.hostname));
  if (found !== undefined && fits && found.username === '' && found.hostname !== '') return found;
  throw new KeyfobError('invalid_input', 'This is no server that git can show a token to.', {
    hint: 'Name it as in git.example.com or https://git.example.com; without encryption only this machine will do.',
  });
}

function argumentsOf({ username, scope, audience, auth }: GitOptions): readonly string[] {
  return [
    ...(username === undefined ? [] : ['--username', username]),
    ...(scope === undefined ? [] : ['--scope', scope]),
    ...(audience === undefined ? [] : ['--audience', audience]),
    ...(auth === undefined ? [] : ['--auth', auth]),
  ];
}

function wrongKind(host: string, isCodeCommit: boolean): KeyfobError {
  return isCodeCommit
    ? new KeyfobError('invalid_input', `${host} takes AWS accounts, and this is a token.`, {
        hint: 'Name an account and role that may use the repositories.',
      })
    : new KeyfobError('invalid_input', `${host} takes tokens, and this is an AWS account.`, {
        hint: 'Name an account that is a token, such as corp/access.',
      });
}
