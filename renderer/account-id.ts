/** `1234 5678 9012`: an AWS account id as people read it out. */
export function groupedAccountId(accountId: string): string {
  return accountId.match(/\d{4}/g)?.join(' ') ?? accountId;
}
