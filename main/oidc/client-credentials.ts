import type { OidcContext, TokenAnswer } from './context.ts';
import { type TokenTarget, targetParameters } from './target.ts';
import { requestTokens } from './token-request.ts';

/**
 * A token for the client itself (RFC 6749 section 4.4). There is nobody to sign in, so it has no
 * refresh token and no ID token, and is simply asked for again.
 *
 * Rejects with the codes of `requestTokens`.
 */
export async function clientCredentialsGrant(
  context: OidcContext,
  target: TokenTarget,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const request = {
    grantType: 'client_credentials',
    parameters: targetParameters(target),
  };
  return await requestTokens(context, request, signal);
}
