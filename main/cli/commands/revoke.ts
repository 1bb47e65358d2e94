import { type Command, Option } from 'commander';
import type { CommandClient } from '../../../shared/commands.ts';
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
      "Makes a token invalid at its OpenID provider. Without one, the connection's own: then you are signed out, unless --kind access spares the session and the provider does too.",
    )
    .summary('Makes a token invalid at its OpenID provider')
    .argument('<connection>', 'The connection')
    .addOption(new Option('--kind <kind>', 'Which sort of token').choices(['access', 'refresh']))
    .option('--token-stdin', 'Read the token from stdin')
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<RevokeOptions>();
      const { kind, tokenStdin } = options;
      const client = context.connect(options.autostart);
      const { revoked } = await client.call('oidc.revoke', {
        connection,
        ...(kind === undefined ? {} : { kind }),
        ...(tokenStdin ? { token: await context.secretInput.line('token') } : {}),
      });
      if (revoked) {
        context.err('Revoked.\n');
        if (kind === 'access' && !tokenStdin) await tellIfOver(client, connection, context);
      } else {
        context.err(
          `The provider could not be told. ${printable(connection)} is signed out on this machine all the same.\n`,
        );
      }
    });
  examples(revoke, [
    ['Make a token invalid that has leaked', 'pbpaste | keyfob revoke corp --token-stdin'],
  ]);
}

/** RFC 7009 section 2.1 lets a provider take the refresh token back with the access token. */
async function tellIfOver(
  client: CommandClient,
  connection: string,
  context: CliContext,
): Promise<void> {
  const { session } = await client.call('connection.show', { connection });
  if (session.state !== 'signed_out') return;
  const name = printable(connection);
  context.err(`The provider ended the session of ${name} with it: run \`keyfob login ${name}\`.\n`);
}
