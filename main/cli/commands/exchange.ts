import { type Command, Option } from 'commander';
import type { CommandInput } from '../../../shared/commands.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption } from '../help.ts';
import { collect } from '../option-values.ts';
import { printable } from '../printable.ts';

interface ExchangeOptions extends CommonOptions {
  readonly own: 'access' | 'id' | 'refresh';
  readonly subjectStdin?: true;
  readonly subjectType: string;
  readonly actorFile?: string;
  readonly actorType: string;
  readonly requestedType?: string;
  readonly scope?: string[];
  readonly audience?: string[];
  readonly resource?: string[];
}

/** `exchange`. */
export function addExchange(program: Command, context: CliContext): void {
  const exchange = program
    .command('exchange')
    .description('Exchanges a token for another one (RFC 8693) and prints it')
    .argument('<connection>', 'The connection, whose own token is exchanged unless one is given')
    .addOption(
      new Option('--own <kind>', 'Which of its own tokens')
        .choices(['access', 'id', 'refresh'])
        .default('access'),
    )
    .option('--subject-stdin', 'Read the token to exchange from stdin')
    .option(
      '--subject-type <type>',
      'What it is: access_token, id_token, jwt, saml2, or a URI',
      'access_token',
    )
    .option('--actor-file <file>', 'Who acts: their token, in a file')
    .option('--actor-type <type>', 'What that is', 'access_token')
    .option('--requested-type <type>', 'What to get')
    .option('--scope <scope>', 'A scope to ask for; may be repeated', collect)
    .option('--audience <audience>', 'Whom the new token is for; may be repeated', collect)
    .option('--resource <url>', 'The service it is for; may be repeated', collect)
    .option(...jsonOption)
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<ExchangeOptions>();
      const input = { connection, ...(await inputFrom(options, context)) };
      const answer = await context.connect(options.autostart).call('oidc.exchange', input);
      print(context, options, answer, () => `${printable(answer.token)}\n`);
    });
  examples(exchange, [
    [
      'A token for another service',
      'keyfob exchange corp --audience https://api.example.com --scope read',
    ],
  ]);
}

async function inputFrom(
  options: ExchangeOptions,
  { secretInput }: CliContext,
): Promise<Omit<CommandInput<'oidc.exchange'>, 'connection'>> {
  const { own, subjectStdin, subjectType, actorFile, actorType } = options;
  const { requestedType, scope, audience, resource } = options;
  return {
    own,
    ...(subjectStdin
      ? { subject: { token: await secretInput.line('token'), type: subjectType } }
      : {}),
    ...(actorFile === undefined
      ? {}
      : { actor: { token: await secretInput.file(actorFile), type: actorType } }),
    ...(requestedType === undefined ? {} : { requestedTokenType: requestedType }),
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(audience === undefined ? {} : { audience }),
    ...(resource === undefined ? {} : { resource }),
  };
}
