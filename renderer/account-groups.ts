import type { Account, ConnectionView, State } from '../shared/model.ts';

/** A connection and those of its accounts that a search found. */
export interface AccountGroup {
  readonly connection: ConnectionView;
  readonly accounts: readonly Account[];
}

/**
 * The connections with the accounts that contain every word of the query, in the catalogue's
 * order. While searching, connections without a hit are left out.
 */
export function accountGroups(
  state: Pick<State, 'connections' | 'accounts'>,
  query: string,
): readonly AccountGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = new Map<string, Account[]>();
  for (const account of state.accounts) {
    if (!words.every((word) => searchText(account).includes(word))) continue;
    const accounts = found.get(account.connection);
    if (accounts === undefined) found.set(account.connection, [account]);
    else accounts.push(account);
  }
  return state.connections
    .map((connection) => ({ connection, accounts: found.get(connection.settings.name) ?? [] }))
    .filter((group) => words.length === 0 || group.accounts.length > 0);
}

const texts = new WeakMap<Account, string>();

function searchText(account: Account): string {
  let text = texts.get(account);
  if (text === undefined) {
    text = `${account.path} ${account.accountId} ${account.emailAddress ?? ''}`.toLowerCase();
    texts.set(account, text);
  }
  return text;
}
