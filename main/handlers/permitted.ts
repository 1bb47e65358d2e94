import type { CallContext } from '../../shared/commands.ts';
import type { AccountCredentials, Accounts } from '../accounts/accounts.ts';
import type { HandlersDeps } from './deps.ts';

/** Credentials for whoever may have them: our own window, or a program that the person allows. */
export async function permittedCredentials(
  text: string | undefined,
  { caller, client, signal }: CallContext,
  { accounts, confirmations, accountsLoaded }: HandlersDeps,
): Promise<AccountCredentials> {
  await accountsLoaded;
  const found = await accounts.credentials(text, signal);
  if (caller === 'socket') await confirmations.permit(found.account, client, signal);
  // They may have lapsed while the person thought about it.
  return caller === 'socket' ? await accounts.credentials(found.account.id, signal) : found;
}

/** The same for an account that is a token. */
export async function permittedToken(
  text: string,
  wish: Parameters<Accounts['token']>[1],
  { caller, client, signal }: CallContext,
  { accounts, confirmations, accountsLoaded }: HandlersDeps,
): ReturnType<Accounts['token']> {
  await accountsLoaded;
  const found = await accounts.token(text, wish, signal);
  if (caller === 'socket') await confirmations.permit(found.account, client, signal);
  return caller === 'socket' ? await accounts.token(found.account.id, wish, signal) : found;
}
