import { type Account, accountsNeededBy, connectionsUsedBy } from '../../shared/account.ts';
import { KeyfobError } from '../../shared/errors.ts';

/** Finds accounts by id. */
export type AccountById = (id: string) => Account | undefined;

/** What an account takes, its own parts first. */
export interface Needs {
  /** Ids: its own, and those of all accounts that it is made of, however long the chain. */
  readonly accounts: readonly string[];
  /** The connections whose sessions all of them use. */
  readonly connections: readonly string[];
}

/**
 * Everything that an account is made of. Throws `account_cycle` where it would need itself, and
 * `unknown_account` where a part of it is gone.
 */
export function needsOf(account: Account, byId: AccountById): Needs {
  const accounts: string[] = [];
  const connections: string[] = [];

  function visit(each: Account, path: readonly string[]): void {
    if (path.includes(each.id)) throw cycle([...path, each.id]);
    if (accounts.includes(each.id)) return;
    accounts.push(each.id);
    for (const name of connectionsUsedBy(each)) {
      if (!connections.includes(name)) connections.push(name);
    }
    for (const id of accountsNeededBy(each)) {
      const needed = byId(id);
      if (needed === undefined) throw missing(each, id);
      visit(needed, [...path, each.id]);
    }
  }

  visit(account, []);
  return { accounts, connections };
}

function cycle(path: readonly string[]): KeyfobError {
  return new KeyfobError('account_cycle', `This would go round in a circle: ${path.join(' → ')}.`, {
    hint: 'Each account needs credentials before it can give any. Let the first of them come from an account of a connection.',
    details: { path },
  });
}

function missing(account: Account, id: string): KeyfobError {
  return new KeyfobError('unknown_account', `${account.path} needs ${id}, which is gone.`, {
    hint: `Bring the list up to date with \`keyfob accounts --sync\`, or remove ${account.path} with \`keyfob account remove\` and add it again with another source.`,
    details: { account: account.id, needed: id },
  });
}
