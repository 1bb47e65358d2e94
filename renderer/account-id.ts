import type { Account } from '../shared/account.ts';

/** `1234 5678 9012`: an AWS account id as people read it out. */
export function groupedAccountId(accountId: string): string {
  return accountId.match(/\d{4}/g)?.join(' ') ?? accountId;
}

/** What an account is called where people look for it. AWS need not give it a name. */
export function accountTitle(account: Account): string {
  if (account.kind !== 'aws-role') return account.name;
  const { accountName, accountId } = account;
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(accountName) ? accountName : groupedAccountId(accountId);
}
