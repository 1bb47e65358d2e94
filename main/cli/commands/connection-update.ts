import { type Command, Option } from 'commander';
import type { CommandInput } from '../../../shared/commands.ts';
import { KeyfobError } from '../../../shared/errors.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption } from '../help.ts';
import { collect, parseSeconds } from '../option-values.ts';
import { printable } from '../printable.ts';

type Changes = Omit<CommandInput<'connection.update'>, 'connection'>;

interface UpdateOptions extends CommonOptions {
  readonly flow?: NonNullable<Changes['flow']>;
  readonly browser?: string;
  readonly scope?: string[];
  readonly allowPassword?: boolean;
  readonly prompt?: string;
  readonly loginHint?: string;
  readonly acrValues?: string;
  readonly uiLocales?: string;
  readonly maxAge?: number;
  readonly audience?: string;
  readonly username?: string;
}

/** `connection update`. */
export function addUpdate(connection: Command, context: CliContext): void {
  const update = connection
    .command('update')
    .description('Changes how a connection signs in; an empty text takes a setting away')
    .argument('<name>', 'The connection')
    .addOption(new Option('--flow <flow>', 'How to sign in').choices(['auto', 'browser', 'device']))
    .option('--browser <command>', 'What opens its pages; gets the address as its last argument')
    .option(
      '--scope <scope>',
      'The scopes to ask for from the next sign-in on; may be repeated',
      collect,
    )
    .option('--allow-password', 'Let Keyfob see your password, for the password grant')
    .option('--no-allow-password', 'Do not')
    .option('--prompt <prompt>', 'As the provider knows it: login, consent, select_account')
    .option('--login-hint <hint>', 'Whom the page should expect')
    .option('--acr-values <values>', 'How strong the sign-in must be')
    .option('--ui-locales <tags>', "Languages for the provider's pages and messages")
    .option('--max-age <seconds>', 'How old a sign-in in the browser may be', parseSeconds)
    .option('--audience <audience>', 'Whom tokens are for')
    .option('--username <name>', 'Whom the grants that ask here begin with')
    .option(...jsonOption)
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<UpdateOptions>();
      const password = command.getOptionValueSource('allowPassword') === 'cli';
      const changes = changesFrom(options, password);
      if (Object.keys(changes).length === 0) {
        throw new KeyfobError('invalid_input', 'Nothing to change was given.', {
          hint: 'Run `keyfob connection update --help`.',
        });
      }
      const client = context.connect(options.autostart);
      const view = await client.call('connection.update', { connection: name, ...changes });
      print(context, options, view, () => `Changed ${printable(name)}.\n`);
    });
  examples(update, [
    ['Sign in to corp by device code from now on', 'keyfob connection update corp --flow device'],
  ]);
}

function changesFrom(options: UpdateOptions, passwordGiven: boolean): Changes {
  const { flow, scope, maxAge, allowPassword } = options;
  const texts = [
    'browser',
    'prompt',
    'loginHint',
    'acrValues',
    'uiLocales',
    'audience',
    'username',
  ] as const;
  const given = texts.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [[name, value === '' ? null : value] as const];
  });
  return {
    ...Object.fromEntries(given),
    ...(flow === undefined ? {} : { flow }),
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(maxAge === undefined ? {} : { maxAgeSeconds: maxAge }),
    ...(passwordGiven && allowPassword !== undefined ? { passwordAllowed: allowPassword } : {}),
  };
}
