import type { Command } from 'commander';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption } from '../help.ts';
import { printable } from '../printable.ts';

/** `logout`. */
export function addLogout(program: Command, context: CliContext): void {
  const logout = program
    .command('logout')
    .description('Signs out: tells the provider, then forgets the session and its credentials')
    .argument('<connection>', 'The connection to sign out of')
    .option(
      '--browser',
      "End the browser's own session with an OpenID provider too, on its sign-out page",
    )
    .option(...jsonOption)
    .action(async (connection: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { readonly browser?: true }>();
      const client = context.connect(options.autostart);
      const browser = options.browser ? { browser: true } : {};
      const { revoked, opened } = await client.call('signOut', { connection, ...browser });
      if (opened === false) context.err('The sign-out page could not be opened in a browser.\n');
      print(
        context,
        options,
        { connection, revoked },
        () => `Signed out of ${printable(connection)}.\n`,
      );
      if (!revoked) {
        context.err(
          'The provider could not be told, so the session may stay valid there until it ends.\nThe secrets on this machine are gone.\n',
        );
      }
    });
  examples(logout, [['Sign out of acme', 'keyfob logout acme']]);
}
