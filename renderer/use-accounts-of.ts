import { useMemo } from 'react';
import type { Account } from '../shared/model.ts';
import { useKeyfob } from './store.ts';

const none: readonly Account[] = [];

/** The accounts of a connection, in the catalogue's order. */
export function useAccountsOf(connection: string): readonly Account[] {
  const accounts = useKeyfob((view) => view.state?.accounts) ?? none;
  return useMemo(
    () => accounts.filter((account) => account.connection === connection),
    [accounts, connection],
  );
}
