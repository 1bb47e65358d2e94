import type { Shell } from '../../shared/commands/accounts.ts';
import type { CallContext } from '../../shared/commands.ts';
import { regionOf } from '../../shared/model.ts';
import type { AccountCredentials } from '../accounts/accounts.ts';
import { environmentText } from '../accounts/environment-text.ts';
import { openConsole } from '../console/open-console.ts';
import { type HandlersDeps, type HandlersOf, viewOf } from './deps.ts';
import { clipboardOf } from './desktop.ts';

/** What finds and chooses accounts, and hands them out in other ways than the endpoint's routes. */
export function accountHandlers(
  deps: HandlersDeps,
): HandlersOf<
  | 'accounts.list'
  | 'accounts.sync'
  | 'accounts.use'
  | 'accounts.favourite'
  | 'account.confirm'
  | 'account.environment'
  | 'account.copyEnvironment'
  | 'account.openConsole'
> {
  const { ports, state, connections, accounts, confirmations, accountsLoaded } = deps;

  /** For whoever may have them: our own window, or a program that the person allows. */
  async function credentials(
    text: string | undefined,
    { caller, client, signal }: CallContext,
  ): Promise<AccountCredentials> {
    await accountsLoaded;
    const found = await accounts.credentials(text, signal);
    if (caller === 'socket') await confirmations.permit(found.account, client, signal);
    // They may have lapsed while the person thought about it.
    return caller === 'socket' ? await accounts.credentials(found.account.id, signal) : found;
  }

  async function environment(
    { account, shell }: { account?: string | undefined; shell: Shell },
    context: CallContext,
  ): Promise<string> {
    return environmentText((await credentials(account, context)).credentials, shell);
  }

  return {
    async 'accounts.list'({ connection, ...rest }) {
      await accountsLoaded;
      if (connection !== undefined) connections.settings(connection);
      return {
        accounts: accounts.list(connection === undefined ? rest : { ...rest, connection }),
        active: state.get('active'),
        favourites: state.get('favourites'),
      };
    },
    async 'accounts.sync'({ connection }) {
      await accountsLoaded;
      connections.settings(connection);
      await accounts.sync(connection);
      return viewOf(connection, deps);
    },
    async 'accounts.use'({ account }) {
      await accountsLoaded;
      return await accounts.use(account);
    },
    async 'accounts.favourite'({ account, favourite }) {
      await accountsLoaded;
      return await accounts.setFavourite(account, favourite);
    },

    async 'account.confirm'({ account, policy }) {
      await accountsLoaded;
      await confirmations.setPolicy(accounts.resolve(account), policy);
      return {};
    },
    'account.environment': async (input, context) => ({ text: await environment(input, context) }),
    async 'account.copyEnvironment'(input, context) {
      const clipboard = clipboardOf(ports);
      await clipboard.write(await environment(input, context), 'secret');
      return {};
    },
    async 'account.openConsole'({ account: text }, context) {
      const found = await credentials(text, context);
      const settings = connections.settings(found.account.connection);
      const where = { region: regionOf(settings) ?? 'us-east-1', browser: settings.browser };
      await openConsole(found.credentials, where, ports, context.signal);
      return {};
    },
  };
}
