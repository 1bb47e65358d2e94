import { type Command, Option } from 'commander';
import type { CliContext, CommonOptions } from '../context.ts';
import { examples } from '../help.ts';
import { printable } from '../printable.ts';

interface RevokeOptions extends CommonOptions {
  readonly kind?: 'access' | 'refresh';
  readonly tokenStdin?: true;
}

/** `revoke`. */
export function addRevoke(program: Command, context: CliContext): void {
  const revoke = program
    .command('revoke')
    .description(
      "Makes a token invalid at its OpenID provider. Without one, the connection's own: then you are signed out, unless --kind access spares the session.",
    )
    .summary('Makes a token invalid at its OpenID provider')
    .argument('<connection>', 'The connection')
    .addOption(new Option('--kind <kind>', 'Which sort of token').choices(['access', 'refresh']))
    .option('--token-stdin', 'Read the token from stdin')
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<RevokeOptions>();
      const { kind, tokenStdin } = options;
      const { revoked } = await context.connect(options.autostart).call('oidc.revoke', {
        connection,
        ...(kind === undefined ? {} : { kind }),
        ...(tokenStdin ? { token: await context.secretInput.line('token') } : {}),
      });
      if (revoked) context.err('Revoked.\n');
      else {
        context.err(
          `The provider could not be told. ${printable(connection)} is signed out on this machine all the same.\n`,
        );
      }
    });
  examples(revoke, [
    ['Make a token invalid that has leaked', 'pbpaste | keyfob revoke corp --token-stdin'],
  ]);
}
