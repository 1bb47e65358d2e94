import { type Account, ownTokenName } from '../../shared/account.ts';
import { KeyfobError } from '../../shared/errors.ts';
import {
  type AccountSearch,
  createAccountSearch,
  type SearchRanking,
} from '../../shared/search.ts';
import { createResolver } from './resolve.ts';

/** Finds accounts by what people and tools call them. */
export interface Finder {
  /** These are all that there are from now on. */
  renew(accounts: readonly Account[]): void;
  /** Undefined: the active one. Throws `unknown_account`, `ambiguous_account`, `no_active_account`. */
  resolve(text: string | undefined): Account;
  /** The same, where the name of an OpenID connection alone means its own token. */
  resolveToken(text: string | undefined): Account;
  /** Those that fit a query, the likeliest first; see `AccountSearch.find`. */
  search(query: string, ranking: SearchRanking): Account[];
}

/**
 * Creates a finder that knows no accounts yet.
 *
 * @param byId the account of an id, also where it is in no list any more
 * @param active the id of the active account, or null
 */
export function createFinder(
  byId: (id: string) => Account | undefined,
  active: () => string | null,
): Finder {
  let all: readonly Account[] = [];
  let built: AccountSearch | undefined;
  const search: AccountSearch['find'] = (query, ranking) => {
    built ??= createAccountSearch(all);
    return built.find(query, ranking);
  };
  let resolver = createResolver(all, search);

  function activeAccount(): Account {
    const id = active();
    const account = id === null ? undefined : byId(id);
    if (account !== undefined) return account;
    throw id === null ? noneActive() : activeGone(id);
  }

  function resolve(text: string | undefined): Account {
    return text === undefined ? activeAccount() : (byId(text) ?? resolver.resolve(text));
  }

  return {
    renew(accounts) {
      all = accounts;
      resolver = createResolver(accounts, search);
      built = undefined;
    },
    resolve,
    resolveToken: (text) =>
      (text === undefined ? undefined : byId(`${text}/${ownTokenName}`)) ?? resolve(text),
    search,
  };
}

function noneActive(): KeyfobError {
  return new KeyfobError('no_active_account', 'No account is active.', {
    hint: 'Choose one with `keyfob use ACCOUNT`, or name one. `keyfob accounts` lists them.',
  });
}

function activeGone(id: string): KeyfobError {
  return new KeyfobError('no_active_account', `The active account ${id} is gone.`, {
    hint: 'Choose another with `keyfob use ACCOUNT`. `keyfob accounts` lists them.',
    details: { account: id },
  });
}
