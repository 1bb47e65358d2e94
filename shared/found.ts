import type { FoundAccount, FoundConnection } from './commands/config.ts';
import type { CommandInput } from './commands.ts';

/** How what `config.discover` has found is brought in, by the window as by the command line. */

/** The id that a found account would get. */
export function idOfFound({ connection, name }: Pick<FoundAccount, 'connection' | 'name'>): string {
  return `${connection}/${name}`;
}

/** Those first whose credentials others sign with: none can be added before its signer is there. */
export function bySource(accounts: readonly FoundAccount[]): FoundAccount[] {
  const sorted: FoundAccount[] = [];
  const byId = new Map(accounts.map((account) => [idOfFound(account), account]));
  const left = new Set(accounts);
  for (const account of accounts) {
    const chain: FoundAccount[] = [];
    for (
      let next: FoundAccount | undefined = account;
      next !== undefined && left.delete(next);
      next = byId.get(next.signer)
    ) {
      chain.push(next);
    }
    sorted.push(...chain.reverse());
  }
  return sorted;
}

export interface Found {
  readonly connections: readonly FoundConnection[];
  readonly accounts: readonly FoundAccount[];
}

/** What has to come in for one account: its connection and those that sign for it, if not there. */
export function broughtInWith(account: FoundAccount, found: Found): Found {
  const byId = new Map(found.accounts.map((one) => [idOfFound(one), one]));
  const chain = new Set<FoundAccount>();
  for (
    let next: FoundAccount | undefined = account;
    next !== undefined && !next.exists && !chain.has(next);
    next = byId.get(next.signer)
  ) {
    chain.add(next);
  }
  return {
    connections: found.connections.filter(
      ({ name, exists }) => name === account.connection && !exists,
    ),
    accounts: [...chain].reverse(),
  };
}

/** What `connection.add` takes of it. */
export function connectionOf(found: FoundConnection): CommandInput<'connection.add'> {
  const { name, startUrl, region, scopes } = found;
  return {
    kind: 'identity-center',
    name,
    startUrl,
    region,
    ...(scopes.length === 0 ? {} : { scopes: [...scopes] }),
  };
}

/** What `account.add` takes of it. */
export function accountOf(found: FoundAccount): CommandInput<'account.add'> {
  const { signer, exists: _, source: __, ...rest } = found;
  return { kind: 'aws-assumed-role', source: signer, ...rest };
}
