import type { CallContext, CommandArgument } from '../../shared/commands.ts';
import type { Shell } from '../../shared/shell-words.ts';
import { connectionBehind } from '../accounts/connection-behind.ts';
import { environmentText } from '../accounts/environment-text.ts';
import { usualRegion } from '../accounts/usual-region.ts';
import { consoleAddress } from '../console/federation.ts';
import { openConsole } from '../console/open-console.ts';
import { type HandlersDeps, type HandlersOf, viewOf } from './deps.ts';
import { clipboardOf } from './desktop.ts';
import { permittedCredentials, permittedToken } from './permitted.ts';

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
  | 'account.copyToken'
  | 'account.openConsole'
  | 'account.consoleAddress'
  | 'account.show'
> {
  const { ports, state, connections, accounts, confirmations, accountsLoaded } = deps;

  const credentials = (text: string | undefined, context: CallContext) =>
    permittedCredentials(text, context, deps);

  /** The credentials, and the page of the console that they are to open. */
  async function forConsole(
    { account, region, ...page }: CommandArgument<'account.openConsole'>,
    context: CallContext,
  ) {
    const found = await credentials(account, context);
    const where = region ?? usualRegion(found.account, connections.settings, accounts.resolve);
    return { ...found, wish: { ...page, region: where ?? 'us-east-1' } };
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

    async 'account.confirm'({ account: text, policy }, context) {
      await accountsLoaded;
      const account = accounts.resolve(text);
      const { caller, client, signal } = context;
      if (caller === 'window') await confirmations.setPolicy(account, policy);
      else await confirmations.setPolicyFor(account, policy, client, signal);
      return {};
    },
    'account.environment': async (input, context) => ({ text: await environment(input, context) }),
    async 'account.copyEnvironment'(input, context) {
      const clipboard = clipboardOf(ports);
      await clipboard.write(await environment(input, context), 'secret');
      return {};
    },
    async 'account.copyToken'({ account }, context) {
      const clipboard = clipboardOf(ports);
      const { token } = await permittedToken(account, {}, context, deps);
      await clipboard.write(token.token, 'secret');
      return {};
    },
    async 'account.openConsole'(input, context) {
      const { account, credentials, wish } = await forConsole(input, context);
      const { browser } = connections.settings(account.connection);
      await openConsole(credentials, wish, browser, ports, context.signal);
      return {};
    },
    async 'account.consoleAddress'(input, context) {
      const { credentials, wish } = await forConsole(input, context);
      return { url: await consoleAddress(credentials, wish, ports, context.signal) };
    },
    async 'account.show'({ account: text }) {
      await accountsLoaded;
      const account = accounts.resolve(text);
      const region = usualRegion(account, connections.settings, accounts.resolve);
      const connection = connectionBehind(account, accounts.resolve);
      const signedOut = state
        .get('connections')
        .some((view) => view.settings.name === connection && view.session.state === 'signed_out');
      return {
        account,
        ...(region === undefined ? {} : { region }),
        ...(signedOut ? { signedOut: connection } : {}),
      };
    },
  };
}
