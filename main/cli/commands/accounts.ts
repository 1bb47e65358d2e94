import { Argument, type Command } from 'commander';
import type { CommandClient } from '../../../shared/commands.ts';
import { isLower, policyIn } from '../../../shared/confirm-policy.ts';
import type { ConfirmPolicy } from '../../../shared/model.ts';
import { type CliContext, type CommonOptions, print } from '../context.ts';
import { examples, jsonOption, next } from '../help.ts';
import { printable } from '../printable.ts';
import { settledState } from '../settled-state.ts';
import { accountTable } from '../text/account-text.ts';
import { countOf } from '../text/session-text.ts';

interface ListOptions extends CommonOptions {
  readonly favourites?: boolean;
  readonly connection?: string;
  readonly sync?: boolean;
}

/** `accounts`, and `accounts favourite`. */
export function addAccounts(program: Command, context: CliContext): void {
  const accounts = program
    .command('accounts')
    .description('Lists the accounts you can act as; * marks the active one, ★ a favourite')
    .usage('[query] [options]')
    .argument('[query]', 'Only accounts that have these letters in path, number or email address')
    .option('--favourites', 'Only favourites')
    .option('--connection <name>', 'Only accounts of this connection')
    .option('--sync', 'Bring the list up to date first')
    .option(...jsonOption)
    .action(async (query: string | undefined, _options, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const client = context.connect(options.autostart);
      if (options.sync) await sync(client, options, context);
      const list = await client.call('accounts.list', {
        query: query ?? '',
        favourites: options.favourites ?? false,
        ...(options.connection === undefined ? {} : { connection: options.connection }),
      });
      print(context, options, list, () => accountTable(list, context));
      if (list.accounts.length === 0) {
        context.err(
          query === undefined && !options.favourites
            ? 'There are no accounts yet. Sign in with `keyfob login`; `--sync` asks the provider anew.\n'
            : 'No account fits. `keyfob accounts` lists them all; `--sync` asks the provider anew.\n',
        );
      }
    });
  examples(accounts, [
    ['All accounts with "prod" in them', 'keyfob accounts prod'],
    ['The paths alone, for a program', "keyfob accounts --json | jq -r '.accounts[].path'"],
  ]);
  next(accounts, 'Make one the active account with `keyfob use ACCOUNT`.');
  addFavourite(accounts, context);
  addPolicy(accounts, context);
}

function addFavourite(accounts: Command, context: CliContext): void {
  const favourite = accounts
    .command('favourite')
    .alias('favorite')
    .description('Marks an account as a favourite')
    .argument(
      '<account>',
      'Its path (acme/prod/Admin), or as much of it as only one account has (prod)',
    )
    .option('--remove', 'Takes the mark away')
    .option(...jsonOption)
    .action(async (name: string, _options, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { remove?: boolean }>();
      const account = await context
        .connect(options.autostart)
        .call('accounts.favourite', { account: name, favourite: !options.remove });
      print(context, options, account, () =>
        options.remove
          ? `No longer a favourite: ${printable(account.path)}\n`
          : `★ Favourite: ${printable(account.path)}\n`,
      );
    });
  examples(favourite, [
    ['Mark', 'keyfob accounts favourite acme/prod/Admin'],
    ['Take the mark away', 'keyfob accounts favourite acme/prod/Admin --remove'],
  ]);
}

function addPolicy(accounts: Command, context: CliContext): void {
  const policy = accounts
    .command('confirm')
    .description('Chooses whether programs must ask you before they get what an account gives')
    .argument('<account>', 'Its path, or as much of it as only one account has')
    .addArgument(
      new Argument('[policy]', 'How often; without it, says what is chosen').choices([
        'never',
        'first',
        'always',
      ]),
    )
    .option(...jsonOption)
    .action(
      async (account: string, chosen: ConfirmPolicy | undefined, _options, command: Command) => {
        const options = command.optsWithGlobals<CommonOptions>();
        const client = context.connect(options.autostart);
        if (chosen !== undefined) await client.call('account.confirm', { account, policy: chosen });
        const policy = chosen ?? (await policyOf(client, account));
        print(context, options, { account, policy }, () => policyText(account, policy));
      },
    );
  examples(policy, [['Ask at every request', 'keyfob accounts confirm acme/prod/Admin always']]);
  next(
    policy,
    'To be asked less often than before, you must allow it: in the Keyfob window, or\nwith `keyfob confirm` in another terminal.',
  );
}

/** How it asks in effect: what is made of an account that asks must ask as well. */
async function policyOf(client: CommandClient, text: string): Promise<ConfirmPolicy> {
  const { confirm } = await client.call('state', {});

  async function strictest(name: string): Promise<ConfirmPolicy> {
    const { account } = await client.call('account.show', { account: name });
    const parts = [
      ...('source' in account ? [account.source] : []),
      ...('context' in account && account.context !== undefined ? [account.context] : []),
      ...('subject' in account && 'account' in account.subject ? [account.subject.account] : []),
    ];
    const found = await Promise.all(parts.map(strictest));
    return found.reduce(
      (sofar, one) => (isLower(sofar, one) ? one : sofar),
      policyIn(confirm, account.id),
    );
  }

  return await strictest(text);
}

function policyText(account: string, policy: ConfirmPolicy): string {
  const words = {
    never: 'Nobody is asked before a program gets what this account gives',
    first: 'You are asked once for each program that wants what this account gives',
    always: 'You are asked each time a program wants what this account gives',
  };
  return `${words[policy]}: ${printable(account)}\n`;
}

/** Syncs one connection, or all that are signed in. */
async function sync(
  client: CommandClient,
  options: ListOptions,
  context: CliContext,
): Promise<void> {
  const names =
    options.connection === undefined
      ? (await settledState(context, options)).connections
          .filter(({ session }) => session.state === 'signed_in')
          .map((view) => view.settings.name)
      : [options.connection];
  for (const name of names) {
    if (context.interactive) context.err(`Asking ${printable(name)} for its accounts …\n`);
    const { catalogue } = await client.call('accounts.sync', { connection: name });
    context.err(`${printable(name)}: ${countOf(catalogue.accounts, 'account')}.\n`);
  }
}
