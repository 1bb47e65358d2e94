import { type Command, Option } from 'commander';
import type { Account } from '../../../shared/account.ts';
import type { CommandClient } from '../../../shared/commands.ts';
import { type Shell, shellText } from '../../../shared/shell-words.ts';
import { type CliContext, print } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { accountEnvironment, type Endpoint } from '../environment/account-environment.ts';
import { sourcesOf } from '../environment/sources.ts';
import { examples, jsonOption, next } from '../help.ts';
import { type EnvironmentOptions, hiddenFiles, wishOf, withEnvironmentOptions } from './exec.ts';

interface EnvOptions extends EnvironmentOptions {
  readonly shell?: Shell;
  readonly lifetime: number;
}

/** `env`. */
export function addEnv(program: Command, context: CliContext): void {
  const env = withEnvironmentOptions(
    program
      .command('env')
      .description('Prints the lines that make a shell act as an account')
      .argument('[account]', 'Path or id of the account; without one, the active account')
      .addOption(
        new Option('--shell <shell>', 'Whose words; default: those of your shell').choices([
          'sh',
          'fish',
          'powershell',
        ]),
      ),
  )
    .addOption(
      new Option('--lifetime <time>', 'How long the shell may ask Keyfob for credentials')
        .argParser(parseDuration)
        .default(parseDuration('8h'), '8h'),
    )
    .option(...jsonOption)
    .action(async (name: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<EnvOptions>();
      const wish = wishOf(name, options);
      const client = context.connect(options.autostart);
      const open = (account: Account) => openEndpoint(client, account, options.lifetime);
      const sources = sourcesOf(context, options.autostart, options.static ? undefined : open);
      const { env, platform } = context;
      const { set, unset } = await accountEnvironment(wish, sources, { client, env, platform });
      if (set.AWS_SHARED_CREDENTIALS_FILE !== undefined) context.err(hiddenFiles);
      const shell = options.shell ?? usualShell(context);
      print(context, options, { set, unset }, () => shellText({ set, unset }, shell));
    });
  examples(env, [
    ['sh, bash, zsh', 'eval "$(keyfob env acme/prod/Admin)"'],
    ['fish', 'keyfob env acme/prod/Admin --shell fish | source'],
    ['PowerShell', 'keyfob env acme/prod/Admin --shell powershell | Out-String | iex'],
  ]);
  next(
    env,
    'Without --static the shell gets a permission to ask, which `keyfob grant list`\nshows and `keyfob grant revoke` ends. For one command use `keyfob exec`.',
  );
}

async function openEndpoint(
  client: CommandClient,
  account: Account,
  lifetimeSeconds: number,
): Promise<Endpoint> {
  const wish = { label: 'env', accounts: [account.id], lifetimeSeconds };
  const { url, token } = await client.call('grant.create', wish);
  return { url, token };
}

/** The shell that the line stands in goes before the one of the log-in: who has fish may be in bash. */
function usualShell({ env, platform, shell }: CliContext): Shell {
  if (platform === 'win32') return 'powershell';
  const name = shell() ?? env.SHELL?.split('/').at(-1);
  if (name === 'pwsh') return 'powershell';
  return name === 'fish' ? 'fish' : 'sh';
}
