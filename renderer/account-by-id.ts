import type { Account } from '../shared/account.ts';

const indexes = new WeakMap<readonly Account[], ReadonlyMap<string, Account>>();

/**
 * The account with an id, if there is one. What reads the store does so at every keystroke, and
 * must not go through thousands of accounts each time: they are indexed once for each list.
 */
export function accountById(
  accounts: readonly Account[] | undefined,
  id: string | null | undefined,
): Account | undefined {
  if (accounts === undefined || id === null || id === undefined) return undefined;
  let index = indexes.get(accounts);
  if (index === undefined) {
    index = new Map(accounts.map((account) => [account.id, account]));
    indexes.set(accounts, index);
  }
  return index.get(id);
}
