import type { Account } from '../../shared/account.ts';
import { isKeyfobError } from '../../shared/errors.ts';

/** The connection whose session an account comes from, in the end: a chain begins somewhere else. */
export function connectionBehind(account: Account, accountOf: (id: string) => Account): string {
  if (!('source' in account)) return account.connection;
  try {
    return connectionBehind(accountOf(account.source), accountOf);
  } catch (error) {
    if (!isKeyfobError(error, 'unknown_account')) throw error;
    // Its connection has not listed it yet.
    return account.source.split('/', 1)[0] ?? account.connection;
  }
}
