import type { Client } from '../../shared/commands.ts';
import { KeyfobError } from '../../shared/errors.ts';
import type { Account, ActivityEntry, Grant } from '../../shared/model.ts';
import type { Accounts } from '../accounts/accounts.ts';

/** Who asks the endpoint for something. */
export interface Asker {
  readonly client: Client;
  readonly listener: ActivityEntry['listener'];
  /** Whoever comes over 127.0.0.1 has one; on the socket everybody may ask for everything. */
  readonly grant?: Grant;
}

/** The account meant where none is named: a grant's only one, else the active one. */
export function accountMeant({ grant }: Asker, text: string | undefined): string | undefined {
  return text ?? (grant?.accounts.length === 1 ? grant.accounts[0] : undefined);
}

/** Whether the asker may have some accounts alone. */
export function isRestricted({ grant }: Asker): boolean {
  return grant !== undefined && grant.accounts.length > 0;
}

/** Whether the asker may have this account. */
export function covers(asker: Asker, { id }: Pick<Account, 'id'>): boolean {
  return !isRestricted(asker) || asker.grant?.accounts.includes(id) === true;
}

/**
 * The account that `text` means, if the asker may have it. Throws `not_allowed` otherwise, and also
 * where there is no such account at all: a grant for one account is no way to find out the names
 * of others. Without such a grant, throws what `accounts.resolve` throws.
 */
export function resolveFor(
  asker: Asker,
  text: string | undefined,
  accounts: Pick<Accounts, 'resolve'>,
): Account {
  const meant = accountMeant(asker, text);
  let account: Account | undefined;
  try {
    account = accounts.resolve(meant);
  } catch (error) {
    if (!isRestricted(asker)) throw error;
  }
  if (account !== undefined && covers(asker, account)) return account;
  throw notCovered(text);
}

/** For an account that the grant is not for, whether or not there is one of that name. */
export function notCovered(text: string | undefined): KeyfobError {
  return new KeyfobError(
    'not_allowed',
    text === undefined
      ? 'This grant is not for the active account.'
      : 'This grant is not for that account.',
    {
      hint:
        text === undefined
          ? 'Name one of its accounts: `?account=`. `keyfob grant list` shows them.'
          : 'See what it is for with `keyfob grant list`, or make another one with `keyfob grant create`.',
    },
  );
}

/** For a token that is no grant's, or whose grant has ended. */
export function grantInvalid(): KeyfobError {
  return new KeyfobError('grant_invalid', 'The Authorization header names no grant that holds.', {
    hint: 'Make one with `keyfob grant create`, and send its token.',
  });
}
