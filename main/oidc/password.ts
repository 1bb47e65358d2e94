import type { OidcContext, TokenAnswer } from './context.ts';
import { withInvalidGrant } from './rewording.ts';
import { type TokenTarget, targetParameters } from './target.ts';
import { requestTokens } from './token-request.ts';

/** Secret. */
export interface PasswordInput extends TokenTarget {
  readonly username: string;
  readonly password: string;
}

/**
 * Exchanges a person's name and password for tokens (RFC 6749 section 4.3). RFC 9700 section 2.4
 * forbids it wherever anything else works; whether it may be used at all is the connection's to
 * say.
 *
 * Rejects with `invalid_grant` (wrong name or password) and the codes of `requestTokens`.
 */
export async function passwordGrant(
  context: OidcContext,
  { username, password, ...target }: PasswordInput,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const request = {
    grantType: 'password',
    parameters: [
      ['username', username] as const,
      ['password', password] as const,
      ...targetParameters(target),
    ],
  };
  const wrong = {
    message: 'The provider does not accept this user name and password.',
    hint: 'Check both and try again. The account may be locked, or want a second factor that this grant has no place for.',
  };
  return await withInvalidGrant(wrong, () => requestTokens(context, request, signal));
}
