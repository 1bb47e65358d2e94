import type { Command } from 'commander';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { printable } from '../printable.ts';
import { numberInBrackets } from '../text/account-text.ts';

/** `use`. */
export function addUse(program: Command, context: CliContext): void {
  const use = program
    .command('use')
    .description('Makes an account the active one: tools that name no account get it')
    .argument(
      '<account>',
      'Its path (acme/prod/Admin), or as much of it as only one account has (prod)',
    )
    .option(...jsonOption)
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const account = await context
        .connect(options.autostart)
        .call('accounts.use', { account: name });
      print(
        context,
        options,
        account,
        () => `Active account: ${printable(account.path)}${numberInBrackets(account)}\n`,
      );
    });
  examples(use, [['Switch to the production account', 'keyfob use acme/prod/Admin']]);
  next(use, 'See what there is with `keyfob accounts`.');
}
