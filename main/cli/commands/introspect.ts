import { type Command, Option } from 'commander';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption } from '../help.ts';
import { claimsText } from '../text/claims-text.ts';

interface IntrospectOptions extends CommonOptions {
  readonly kind: 'access' | 'refresh';
  readonly tokenStdin?: true;
}

/** `introspect`. */
export function addIntrospect(program: Command, context: CliContext): void {
  const introspect = program
    .command('introspect')
    .description('Asks an OpenID provider what it knows of a token')
    .argument('<connection>', 'The connection, whose own token it is unless one is given')
    .addOption(
      new Option('--kind <kind>', 'Which sort of token')
        .choices(['access', 'refresh'])
        .default('access'),
    )
    .option('--token-stdin', 'Read the token from stdin')
    .option(...jsonOption)
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<IntrospectOptions>();
      const { kind, tokenStdin } = options;
      const token = tokenStdin ? { token: await context.secretInput.line('token') } : {};
      const answer = await context
        .connect(options.autostart)
        .call('oidc.introspect', { connection, kind, ...token });
      print(context, options, answer.claims, () =>
        answer.active ? claimsText(answer.claims, context.style) : 'The token is not active.\n',
      );
    });
  examples(introspect, [
    ['What the provider knows of your access token', 'keyfob introspect corp'],
    ['Of another one', 'pbpaste | keyfob introspect corp --token-stdin --json'],
  ]);
}
