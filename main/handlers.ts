import type { CommandHandlers } from '../shared/commands.ts';
import { KeyfobError } from '../shared/errors.ts';
import type { ConnectionView } from '../shared/model.ts';
import type { Accounts } from './accounts/accounts.ts';
import type { Connections } from './connections/connections.ts';
import { examine } from './doctor.ts';
import { checkRegion } from './identity-center/endpoints.ts';
import { parseStartUrl } from './identity-center/start-url.ts';
import type { Ports } from './ports.ts';
import type { StateStore } from './state.ts';

export interface HandlersDeps {
  readonly ports: Ports;
  readonly state: StateStore;
  readonly connections: Connections;
  readonly accounts: Accounts;
  /** Rejects if the accounts' files can't be read; then no account command touches them. */
  readonly accountsLoaded: Promise<void>;
  /** Aborted when the helper begins to stop: whoever waits for a person is let go. */
  readonly stopping: AbortSignal;
  readonly stop: () => void;
}

/** What each command does. Input has been validated; output will be. */
export function createHandlers(deps: HandlersDeps): CommandHandlers {
  const { ports, state, connections, accounts, accountsLoaded, stopping, stop } = deps;

  function view(name: string): ConnectionView {
    connections.settings(name); // Says which names there are, if this is none.
    const found = state.get('connections').find(({ settings }) => settings.name === name);
    if (found !== undefined) return found;
    throw new KeyfobError('unknown_connection', `There is no connection ${name}.`, {
      hint: 'Run `keyfob connection list`.',
    });
  }

  return {
    // The socket is there before the files have been read: nobody may be told that there is nothing.
    async state() {
      await connections.load();
      return state.snapshot();
    },
    doctor: async () => ({ checks: await examine({ ports, state: state.snapshot() }) }),
    async shutdown() {
      stop();
      return {};
    },

    async 'connection.add'(input) {
      checkRegion(input.region);
      return await connections.add({ ...input, startUrl: parseStartUrl(input.startUrl) });
    },
    async 'connection.show'({ connection }) {
      await connections.load();
      return view(connection);
    },
    async 'connection.remove'({ connection }) {
      await accountsLoaded;
      await connections.remove(connection);
      await accounts.forget(connection);
      return {};
    },

    async 'signIn.start'({ flow, ...rest }) {
      await connections.load();
      return await connections.startSignIn(flow === undefined ? rest : { ...rest, flow });
    },
    'signIn.wait': ({ connection }, { signal }) =>
      connections.waitForSignIn(connection, AbortSignal.any([signal, stopping])),
    async 'signIn.cancel'({ connection }) {
      await connections.cancelSignIn(connection);
      return {};
    },
    async signOut({ connection }) {
      await connections.load();
      return await connections.signOut(connection);
    },

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
      return view(connection);
    },
    async 'accounts.use'({ account }) {
      await accountsLoaded;
      return await accounts.use(account);
    },
    async 'accounts.favourite'({ account, favourite }) {
      await accountsLoaded;
      return await accounts.setFavourite(account, favourite);
    },
  };
}
