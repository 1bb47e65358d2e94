import type { AccountOf } from '../../shared/account.ts';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import type { AccessTokens, AccountSource, AwsCredentials } from './source.ts';

/**
 * Asks for an account's credentials. A token that is refused (401) is renewed, and the call made
 * once more. Rejects with `sign_in_required`, `forbidden` and `not_found` (the account has been
 * taken away; nobody is signed out for it), upstream's codes.
 */
export async function fetchRoleCredentials(
  account: AccountOf<'aws-role'>,
  source: AccountSource,
  tokens: AccessTokens,
  signal: AbortSignal,
): Promise<AwsCredentials> {
  const { connection } = account;
  const accessToken = await tokens.accessToken(connection, signal);
  try {
    try {
      return await source.roleCredentials(account, accessToken, signal);
    } catch (error) {
      if (!isKeyfobError(error, 'unauthorized')) throw error;
      const renewed = await tokens.renewAfterRefusal(connection, accessToken, signal);
      return await source.roleCredentials(account, renewed, signal);
    }
  } catch (error) {
    throw explained(error, account);
  }
}

function explained(error: unknown, { path, id, connection }: AccountOf<'aws-role'>): unknown {
  if (isKeyfobError(error, 'forbidden', 'not_found')) {
    return new KeyfobError(error.code, `${path} is not yours to use: the portal refused it.`, {
      hint: `The role is probably no longer assigned to you. Bring the list up to date with \`keyfob accounts --sync\`, or ask whoever assigns roles.`,
      details: { ...error.details, account: id },
      cause: error,
    });
  }
  if (isKeyfobError(error, 'unauthorized')) {
    return new KeyfobError('unauthorized', `${connection}'s portal refuses a token just renewed.`, {
      hint: `Sign in again with \`keyfob login ${connection}\`.`,
      details: { ...error.details, connection },
      cause: error,
    });
  }
  return error;
}
