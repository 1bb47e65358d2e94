import { KeyfobError } from '../../shared/errors.ts';
import type { Account } from '../../shared/model.ts';
import { createAccountSearch } from '../../shared/search.ts';
import type { Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';
import { createCatalogues } from './catalogues.ts';
import { createChoices } from './choices.ts';
import { createCredentialsCache } from './credentials.ts';
import { createResolver } from './resolve.ts';
import { createRoster } from './roster.ts';
import type { AccessTokens, AccountSource, AwsCredentials } from './source.ts';

export interface AccountCredentials {
  readonly account: Account;
  readonly credentials: AwsCredentials;
}

/** Everything that one can act as: found by name, chosen, and turned into credentials. */
export interface Accounts {
  /** Reads the catalogues and choices. Never fails: what can't be read is among the problems. */
  load(connections: readonly string[]): Promise<void>;
  /** Brings a connection's catalogue up to date; joins a sync under way. Rejects as `Catalogue.sync`. */
  sync(connection: string): Promise<void>;
  list(input: { query: string; connection?: string | undefined; favourites: boolean }): Account[];
  /** Undefined: the active one. Throws `unknown_account`, `ambiguous_account`, `no_active_account`. */
  resolve(account: string | undefined): Account;
  use(account: string): Promise<Account>;
  setFavourite(account: string, favourite: boolean): Promise<Account>;
  /** The signal ends this caller's wait alone. Rejects as `resolve` and `CredentialsCache.get`. */
  credentials(account: string | undefined, signal?: AbortSignal): Promise<AccountCredentials>;
  /** Synchronous: what is at hand and fresh enough to hand out. Undefined also where `resolve` throws. */
  cachedCredentials(account: string | undefined): AccountCredentials | undefined;
  /** On sign-out: forgets credentials, ends a sync. */
  dropCredentials(connection: string): void;
  /** On a new sign-in: hands out no more of the earlier session's credentials. */
  outdateCredentials(connection: string): void;
  /** On removal: catalogue, choices, credentials. */
  forget(connection: string): Promise<void>;
  close(): Promise<void>;
}

export interface AccountsDependencies {
  readonly ports: Ports;
  readonly state: StateStore;
  readonly tokens: AccessTokens;
  readonly sourceFor: (connection: string) => AccountSource;
}

export function createAccounts(dependencies: AccountsDependencies): Accounts {
  const { ports, state, tokens, sourceFor } = dependencies;
  const { clock, files, log } = ports;

  const onProblem = (error: unknown) => noteProblem(state, clock, error);

  let resolver = createResolver([]);
  let search: ReturnType<typeof createAccountSearch> | undefined;

  const catalogues = createCatalogues({
    ports,
    state,
    tokens,
    sourceFor,
    onProblem,
    onChange: () => roster.gather(),
  });

  const roster = createRoster({
    state,
    listed: catalogues.of,
    onChange(accounts) {
      resolver = createResolver(accounts);
      search = undefined;
      state.set('accounts', accounts);
    },
  });

  const choices = createChoices({
    files,
    clock,
    log,
    onDamaged: onProblem,
    onChange(chosen) {
      state.set('active', chosen.active);
      state.set('favourites', chosen.favourites);
      state.set('recent', chosen.recent);
    },
  });

  const cache = createCredentialsCache({
    clock,
    wake: ports.wake,
    log,
    tokens,
    sourceFor,
    onChange(id, expiresAt) {
      state.update('credentials', ({ [id]: _, ...others }) =>
        expiresAt === undefined
          ? others
          : { ...others, [id]: { expiresAt: new Date(expiresAt).toISOString() } },
      );
    },
  });

  function resolve(text: string | undefined): Account {
    if (text !== undefined) {
      return roster.byId(text) ?? catalogues.unlisted(text) ?? resolver.resolve(text);
    }
    const { active } = choices.chosen;
    if (active === null) {
      throw new KeyfobError('no_active_account', 'No account is active.', {
        hint: 'Choose one with `keyfob use ACCOUNT`, or name one. `keyfob accounts` lists them.',
      });
    }
    const account = roster.byId(active) ?? catalogues.unlisted(active);
    if (account !== undefined) return account;
    throw new KeyfobError('no_active_account', `The active account ${active} is gone.`, {
      hint: 'Choose another with `keyfob use ACCOUNT`. `keyfob accounts` lists them.',
      details: { account: active },
    });
  }

  return {
    async load(connections) {
      roster.gather();
      await Promise.all([catalogues.load(connections), choices.load().catch(onProblem)]);
    },

    async sync(connection) {
      await catalogues.sync(connection);
      const [only, another] = state.get('accounts');
      if (choices.chosen.active === null && only !== undefined && another === undefined) {
        await choices.change(({ active }) => ({ active: active ?? only.id }));
      }
    },

    list({ query, connection, favourites }) {
      search ??= createAccountSearch(state.get('accounts'));
      const { chosen } = choices;
      const liked = new Set(chosen.favourites);
      return search
        .find(query, chosen)
        .filter((account) => connection === undefined || account.connection === connection)
        .filter((account) => !favourites || liked.has(account.id));
    },

    resolve,

    async use(text) {
      const account = resolve(text);
      await choices.change(() => ({ active: account.id }));
      choices.used(account.id);
      return account;
    },

    async setFavourite(text, favourite) {
      const account = resolve(text);
      await choices.change(({ favourites }) => {
        const others = favourites.filter((id) => id !== account.id);
        return { favourites: favourite ? [...others, account.id] : others };
      });
      return account;
    },

    async credentials(text, signal) {
      const account = resolve(text);
      if (account.kind !== 'aws-role') throw noCredentials(account);
      const credentials = await cache.get(account, signal);
      choices.used(account.id);
      return { account, credentials };
    },

    cachedCredentials(text) {
      let account: Account;
      try {
        account = resolve(text);
      } catch {
        return undefined;
      }
      const credentials = account.kind === 'aws-role' ? cache.cached(account) : undefined;
      if (credentials === undefined) return undefined;
      choices.used(account.id);
      return { account, credentials };
    },

    dropCredentials(connection) {
      cache.drop(connection);
      catalogues.stop(connection);
    },

    outdateCredentials: (connection) => cache.outdate(connection),

    async forget(connection) {
      cache.drop(connection);
      await catalogues.forget(connection);
      const kept = (id: string) => !id.startsWith(`${connection}/`);
      await choices.change(({ active, favourites, recent }) => ({
        active: active !== null && kept(active) ? active : null,
        favourites: favourites.filter(kept),
        recent: recent.filter(kept),
      }));
    },

    async close() {
      cache.close();
      roster.close();
      await catalogues.close();
      await choices.close();
    },
  };
}

function noCredentials({ path }: Account): KeyfobError {
  return new KeyfobError('invalid_input', `${path} is a token: it has no AWS credentials.`, {
    hint: `Print the token with \`keyfob token ${path}\`, or name an AWS account: \`keyfob accounts\` lists them.`,
    details: { account: path },
  });
}
