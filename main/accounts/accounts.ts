import {
  type Account,
  type AwsAccount,
  accountsNeededBy,
  type ConfiguredAccount,
  isAwsAccount,
  isTokenAccount,
} from '../../shared/account.ts';
import type { NewAccount } from '../../shared/commands/configured-accounts.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { ConnectionSettings } from '../../shared/model.ts';
import type { Ports } from '../ports.ts';
import { noteProblem, type StateStore } from '../state.ts';
import { createCatalogues } from './catalogues.ts';
import { needsOf } from './chain.ts';
import { createChoices } from './choices.ts';
import { createConfigured } from './configured.ts';
import { createFinder } from './finder.ts';
import { createHoldings } from './holdings.ts';
import { newAccount } from './new-account.ts';
import type { Prompts } from './prompts.ts';
import { createRoster } from './roster.ts';
import type {
  AccessTokens,
  AccountSource,
  AwsCredentials,
  ConnectionTokens,
  TokenCredentials,
} from './source.ts';
import type { AccountTokenWish } from './token-orders.ts';

export interface AccountCredentials {
  readonly account: Account;
  readonly credentials: AwsCredentials;
}

export interface AccountToken {
  readonly account: Account;
  readonly token: TokenCredentials;
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
  /**
   * The signal ends this caller's wait alone. Rejects as `resolve`, as `Holdings.credentials`, and
   * with `invalid_input` for an account that is a token.
   */
  credentials(account: string | undefined, signal?: AbortSignal): Promise<AccountCredentials>;
  /** Synchronous: what is at hand and fresh enough to hand out. Undefined also where `resolve` throws. */
  cachedCredentials(account: string | undefined): AccountCredentials | undefined;
  /**
   * A token account's token; the name of an OpenID connection stands for its own. Rejects as
   * `resolve`, as `Holdings.token`, and with `invalid_input` for an account of AWS.
   */
  token(
    account: string | undefined,
    wish: AccountTokenWish,
    signal?: AbortSignal,
  ): Promise<AccountToken>;
  /** Synchronous, as `cachedCredentials`. */
  cachedToken(account: string | undefined, wish: AccountTokenWish): AccountToken | undefined;
  /**
   * AWS's time, as far as it is known here: what an account signs counts by it. Epoch milliseconds.
   */
  now(account: AwsAccount): number;
  /**
   * Somebody else's server refused a token of this account: the next one is another, where there is
   * one to be had. Rejects as `resolve`, and with `invalid_input` for an account of AWS.
   */
  refuseToken(
    account: string | undefined,
    wish: AccountTokenWish,
    refused: string,
    signal?: AbortSignal,
  ): Promise<void>;
  /**
   * Adds an account that a person has put together. Rejects with `invalid_input`, `invalid_region`,
   * `account_exists`, `account_cycle`, as `resolve`, and with the Files port's codes.
   */
  add(account: NewAccount): Promise<ConfiguredAccount>;
  /** Rejects as `resolve` and `ConfiguredAccounts.remove`. */
  remove(account: string): Promise<Account>;
  /** The ids of all that an account is made of, itself among them. Synchronous and cheap. */
  partsOf(id: string): readonly string[];
  /** Throws `account_in_use` where accounts of other connections need this one. */
  checkForget(connection: string): void;
  /** On sign-out: forgets credentials, ends a sync. */
  dropCredentials(connection: string): void;
  /** On a new sign-in: hands out no more of the earlier session's credentials. */
  outdateCredentials(connection: string): void;
  /** On removal: catalogue, choices, credentials. */
  forget(connection: string): Promise<void>;
  close(): Promise<void>;
}

export interface AccountsDeps {
  readonly ports: Ports;
  readonly state: StateStore;
  readonly tokens: AccessTokens & ConnectionTokens;
  readonly sourceFor: (connection: string) => AccountSource;
  /** Throws `unknown_connection`. */
  readonly settingsOf: (connection: string) => ConnectionSettings;
  readonly prompts: Pick<Prompts, 'mfaCode'>;
}

/** Joins the parts of the accounts. Nothing is read before `load`. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { ports, state, tokens, sourceFor, settingsOf, prompts } = deps;
  const { clock, files, log } = ports;

  const onProblem = (error: unknown) => noteProblem(state, clock, error);

  const catalogues = createCatalogues({
    ports,
    state,
    tokens,
    sourceFor,
    onProblem,
    onChange: () => roster.gather(),
  });

  const configured = createConfigured({ files, onChange: () => roster.gather(), onProblem });

  const roster = createRoster({
    state,
    listed: catalogues.of,
    configured: configured.of,
    onChange(accounts) {
      finder.renew(accounts);
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

  const byId = (id: string) => roster.byId(id) ?? catalogues.unlisted(id);
  const finder = createFinder(byId, () => choices.chosen.active);
  const { resolve, resolveToken } = finder;

  const holdings = createHoldings({
    ports,
    tokens,
    sourceFor,
    settingsOf,
    sessionOf(connection) {
      const view = state.get('connections').find(({ settings }) => settings.name === connection);
      return view?.session.state === 'signed_in' ? view.session.expiresAt : undefined;
    },
    prompts,
    byId,
    onChange(id, expiresAt) {
      state.update('credentials', ({ [id]: _, ...others }) =>
        expiresAt === undefined
          ? others
          : { ...others, [id]: { expiresAt: new Date(expiresAt).toISOString() } },
      );
    },
  });

  /** Undefined where `find` throws: whoever asks at length is told why. */
  function quietly(find: () => Account): Account | undefined {
    try {
      return find();
    } catch {
      return undefined;
    }
  }

  return {
    async load(connections) {
      roster.gather();
      await Promise.all([
        catalogues.load(connections),
        configured.load().catch(onProblem),
        choices.load().catch(onProblem),
      ]);
    },

    async sync(connection) {
      await catalogues.sync(connection);
      const [only, another] = state.get('accounts');
      if (choices.chosen.active === null && only !== undefined && another === undefined) {
        await choices.change(({ active }) => ({ active: active ?? only.id }));
      }
    },

    list({ query, connection, favourites }) {
      const { chosen } = choices;
      const liked = new Set(chosen.favourites);
      return finder
        .search(query, chosen)
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
      if (!isAwsAccount(account)) throw noCredentials(account);
      const credentials = await holdings.credentials(account, signal);
      choices.used(account.id);
      return { account, credentials };
    },

    cachedCredentials(text) {
      const account = quietly(() => resolve(text));
      if (account === undefined || !isAwsAccount(account)) return undefined;
      const credentials = holdings.cachedCredentials(account);
      if (credentials === undefined) return undefined;
      choices.used(account.id);
      return { account, credentials };
    },

    async token(text, wish, signal) {
      const account = resolveToken(text);
      if (!isTokenAccount(account)) throw noToken(account);
      const token = await holdings.token(account, wish, signal);
      choices.used(account.id);
      return { account, token };
    },

    cachedToken(text, wish) {
      const account = quietly(() => resolveToken(text));
      if (account === undefined || !isTokenAccount(account)) return undefined;
      const token = holdings.cachedToken(account, wish);
      if (token === undefined) return undefined;
      choices.used(account.id);
      return { account, token };
    },

    now: holdings.now,

    async refuseToken(text, wish, refused, signal) {
      const account = resolveToken(text);
      if (!isTokenAccount(account)) throw noToken(account);
      await holdings.refuse(account, wish, refused, signal);
    },

    async add(input) {
      const account = newAccount(input, { resolve, byId, settingsOf });
      await configured.add(account);
      return account;
    },

    async remove(text) {
      const account = resolve(text);
      await configured.remove(account.id);
      holdings.forget(account.id);
      await choices.forget((id) => id === account.id);
      return account;
    },

    partsOf(id) {
      const account = roster.byId(id);
      if (account === undefined || accountsNeededBy(account).length === 0) return [id];
      try {
        return needsOf(account, byId).accounts;
      } catch {
        // A part is gone, and with it the way to any credentials.
        return [id, ...accountsNeededBy(account)];
      }
    },

    checkForget: configured.checkForget,

    dropCredentials(connection) {
      holdings.drop(connection);
      catalogues.stop(connection);
    },

    outdateCredentials: (connection) => holdings.outdate(connection),

    async forget(connection) {
      holdings.drop(connection);
      await configured.forget(connection);
      await catalogues.forget(connection);
      await choices.forget((id) => id.startsWith(`${connection}/`));
    },

    async close() {
      holdings.close();
      roster.close();
      await catalogues.close();
      await configured.close();
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

function noToken({ path }: Account): KeyfobError {
  return new KeyfobError('invalid_input', `${path} has AWS credentials, and is no token.`, {
    hint: `Get its credentials with \`keyfob credential-process ${path}\` or \`keyfob exec ${path}\`, or name a token: \`keyfob accounts\` lists them.`,
    details: { account: path },
  });
}
