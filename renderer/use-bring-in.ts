import { useState } from 'react';
import type { CommandResult } from '../shared/commands.ts';
import type { ErrorInfo } from '../shared/errors.ts';
import { accountOf, bySource, connectionOf, type Found } from '../shared/found.ts';
import { useKeyfob } from './store.ts';

/** How far bringing in what was found has come. */
export interface BringingIn {
  readonly pending: boolean;
  /** Why the first of those that could not be brought in was not. */
  readonly error: ErrorInfo | undefined;
  /** Connections first, then accounts, whoever signs for others before them. Resolves to how many. */
  run(found: Found): Promise<number>;
}

/** Brings in connections and accounts; one that fails does not keep the others from coming. */
export function useBringIn(): BringingIn {
  const call = useKeyfob((view) => view.call);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<ErrorInfo>();
  return {
    pending,
    error,
    async run({ connections, accounts }) {
      setPending(true);
      let first: ErrorInfo | undefined;
      let count = 0;
      const note = (result: CommandResult<'connection.add'> | CommandResult<'account.add'>) => {
        if (result.ok) count += 1;
        else first ??= result.error;
      };
      for (const one of connections) note(await call('connection.add', connectionOf(one)));
      for (const one of bySource(accounts)) note(await call('account.add', accountOf(one)));
      setError(first);
      setPending(false);
      return count;
    },
  };
}
