import type { Account } from '../../shared/account.ts';
import type { StateStore } from '../state.ts';
import { ownTokenOf } from './own-token.ts';

/** All accounts of all connections, whatever tells of them. */
export interface Roster {
  byId(id: string): Account | undefined;
  /** Must be called when one of the parts has changed. */
  gather(): void;
  close(): void;
}

export interface RosterDeps {
  readonly state: StateStore;
  /** Those that a provider has listed, in its order. */
  readonly listed: (connection: string) => readonly Account[];
  /** Those that a person has put together, by name. */
  readonly configured: (connection: string) => readonly Account[];
  readonly onChange: (accounts: Account[]) => void;
}

/**
 * Puts the accounts together: by connection, first what its provider lists, then its own token,
 * then what a person has configured.
 * Follows the connections by itself.
 */
export function createRoster({ state, listed, configured, onChange }: RosterDeps): Roster {
  let all = new Map<string, Account>();
  let tokens: readonly (Account | undefined)[] = [];

  function ownTokens(): readonly (Account | undefined)[] {
    return state.get('connections').map(({ settings }) => ownTokenOf(settings));
  }

  function gather(): void {
    tokens = ownTokens();
    const connections = state.get('connections').map(({ settings }) => settings.name);
    const accounts = connections
      .sort()
      .flatMap((name) => [
        ...listed(name),
        ...tokens.flatMap((token) => (token?.connection === name ? [token] : [])),
        ...configured(name),
      ]);
    all = new Map(accounts.map((account) => [account.id, account]));
    onChange(accounts);
  }

  const stop = state.subscribe((slice) => {
    // Most changes are of sessions: only those of what is configured count here.
    if (slice === 'connections' && JSON.stringify(ownTokens()) !== JSON.stringify(tokens)) gather();
  });

  return { byId: (id) => all.get(id), gather, close: stop };
}
