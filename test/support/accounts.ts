import { nameAccounts } from '../../main/accounts/paths.ts';
import type { ListedAccount } from '../../main/accounts/source.ts';
import type { Account, AccountOf } from '../../shared/account.ts';

/** An AWS account's id from a short number. */
export function accountIdOf(number: number): string {
  return String(number).padStart(12, '0');
}

/** One AWS account with roles, as a provider lists it. */
export function listedAccount(
  number: number,
  accountName: string,
  roles: readonly string[] = ['Admin'],
): ListedAccount[] {
  return roles.map((roleName) => ({
    accountId: accountIdOf(number),
    accountName,
    emailAddress: `aws+${number}@example.com`,
    roleName,
  }));
}

/** Named accounts of connection `acme`, from `[name, ...roles]`, numbered from 1. */
export function accountsOf(
  ...rows: readonly (readonly [string, ...string[]])[]
): AccountOf<'aws-role'>[] {
  const listed = rows.flatMap(([name, ...roles], index) =>
    listedAccount(index + 1, name, roles.length === 0 ? ['Admin'] : roles),
  );
  return nameAccounts('acme', listed);
}

/** Those that the portal lists. */
export function rolesOf(accounts: readonly Account[]): AccountOf<'aws-role'>[] {
  return accounts.filter((account) => account.kind === 'aws-role');
}
