import type { Account } from '../../shared/account.ts';
import type { ConnectionSettings } from '../../shared/model.ts';

/**
 * The region that an account's tools start with: its own, that of the account it comes from, else
 * that of its Identity Center. Undefined where nothing tells.
 */
export function usualRegion(
  account: Account,
  settingsOf: (connection: string) => ConnectionSettings,
  accountOf: (id: string) => Account,
): string | undefined {
  if (account.kind === 'token') return undefined;
  if ('region' in account && account.region !== undefined) return account.region;
  if (account.kind === 'aws-assumed-role') {
    return usualRegion(accountOf(account.source), settingsOf, accountOf);
  }
  const settings = settingsOf(account.connection);
  return settings.kind === 'identity-center' ? settings.region : undefined;
}
