import type { Command } from 'commander';
import { KeyfobError } from '../../../shared/errors.ts';
import type { CliContext, CommonOptions } from '../context.ts';
import { hotSurroundings } from '../environment/sources.ts';
import { examples, next } from '../help.ts';
import { credentialProcess } from '../hot.ts';

/**
 * `credential-process` for a person who asks for help, or writes the options in another order; the
 * entry answers all plain calls without coming here.
 */
export function addCredentialProcess(program: Command, context: CliContext): void {
  const command = program
    .command('credential-process')
    .description('Prints credentials as JSON, for credential_process lines in ~/.aws/config')
    .argument('[account]', 'Path or id of the account; without one, the active account')
    .option('--json', 'Accepted, since the output is JSON anyway')
    .action(async (account: string | undefined, _options, self: Command) => {
      if (account === '') throw emptyName();
      const { autostart } = self.optsWithGlobals<CommonOptions>();
      const line = await credentialProcess({ account, autostart }, hotSurroundings(context));
      context.out(line);
    });
  examples(command, [
    [
      'In ~/.aws/config: absolute path, double quotes',
      '[profile prod]\n  credential_process = "/path/to/keyfob" credential-process acme/prod/Admin',
    ],
    ['Whatever account is active', 'credential_process = "/path/to/keyfob" credential-process'],
  ]);
  next(
    command,
    'It never opens a browser: when a sign-in is needed, it says so and ends with\nexit code 3.',
  );
}

/** As from a variable that is not set: that must not lead to whatever account happens to be active. */
function emptyName(): KeyfobError {
  return new KeyfobError('invalid_input', 'The name of the account is empty.', {
    hint: 'Name an account, or leave the argument out to get the active one.',
  });
}
