import type { Account } from '../shared/model.ts';

/**
 * The line of `~/.aws/config` that has AWS tools ask Keyfob. It names the account by its id, which
 * never changes and needs no quotes.
 */
export function credentialProcessLine(account: Pick<Account, 'id'>): string {
  return `credential_process = keyfob credential-process ${account.id}`;
}

/** `1234 5678 9012`: an AWS account id as people read it out. */
export function groupedAccountId(accountId: string): string {
  return accountId.match(/\d{4}/g)?.join(' ') ?? accountId;
}
