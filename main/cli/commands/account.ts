import type { Command } from 'commander';
import { KeyfobError } from '../../../shared/errors.ts';
import type { State } from '../../../shared/model.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { printable } from '../printable.ts';
import { accountText } from '../text/account-text.ts';
import { addAccountAdd } from './account-add.ts';

/** `account add|show|remove|mfa`. */
export function addAccount(program: Command, context: CliContext): void {
  const account = program
    .command('account')
    .description('Accounts that you put together: assumed roles, and tokens of your own choice');
  addAccountAdd(account, context);
  addShow(account, context);
  addRemove(account, context);
  addMfa(account, context);
}

function addShow(parent: Command, context: CliContext): void {
  const show = parent
    .command('show')
    .description('Shows what an account is made of')
    .argument('[account]', 'Its path, or as much of it as is enough (default: the active one)')
    .option(...jsonOption)
    .action(async (name: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const input = name === undefined ? {} : { account: name };
      const { account } = await context.connect(options.autostart).call('account.show', input);
      print(context, options, account, () => accountText(account, context));
    });
  examples(show, [['What the deploy role is made of', 'keyfob account show acme/deploy']]);
}

function addRemove(parent: Command, context: CliContext): void {
  const remove = parent
    .command('remove')
    .description('Removes an account that was added with `account add`')
    .argument('<account>', 'Its path, or as much of it as is enough')
    .option(...jsonOption)
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = context.connect(options.autostart);
      const account = await client.call('account.remove', { account: name });
      print(context, options, account, () => `Removed ${printable(account.path)}.\n`);
    });
  examples(remove, [['Forget the deploy role', 'keyfob account remove acme/deploy']]);
  next(remove, 'One that another account needs is kept: remove that one first.');
}

function addMfa(parent: Command, context: CliContext): void {
  const mfa = parent
    .command('mfa')
    .description('Enters the code of an MFA device that a tool waits for')
    .argument('[account]', 'Which account waits; it can be left out where only one does')
    .action(async (name: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = context.connect(options.autostart);
      const { prompts } = await client.call('questions', {});
      const { id, path, message } = chosen(prompts, name);
      // On a terminal or from a pipe, never as an argument, which other users can read.
      const code = await context.readLine(`${printable(path)}: ${printable(message)} `);
      await client.call('prompt.answer', { id, code: code.replaceAll(/\s/g, '') });
      context.err('The code is on its way.\n');
    });
  examples(mfa, [
    ['Enter the code', 'keyfob account mfa'],
    ['From a program that knows it', 'ykman oath accounts code -s aws | keyfob account mfa'],
  ]);
  next(mfa, 'A tool waits for a minute, then it fails with mfa_required.');
}

function chosen(prompts: State['prompts'], name: string | undefined): State['prompts'][number] {
  const fitting = prompts.filter(({ account, path }) => [undefined, account, path].includes(name));
  const [only, another] = fitting;
  if (only === undefined) {
    throw new KeyfobError('not_found', 'No tool waits for a code.', {
      hint: 'Let the tool ask again, and enter the code within a minute.',
    });
  }
  if (another === undefined) return only;
  throw new KeyfobError('invalid_input', `${fitting.length} accounts wait for a code.`, {
    hint: `Name one of them: ${fitting.map(({ path }) => path).join(', ')}.`,
  });
}
