import type { OidcContext, TokenAnswer } from './context.ts';
import { requestTokens } from './token-request.ts';

/** What a refresh starts from, and what it is narrowed to. */
export interface RefreshRequest {
  readonly refreshToken: string;
  /** Of the session's last ID token; a new one must be about the same person. */
  readonly previous?: { readonly iss: string; readonly sub: string };
  /** Fewer scopes than were granted (RFC 6749 section 6); absent: all of them. */
  readonly scope?: readonly string[];
  readonly audience?: string;
  /** RFC 8707 section 2.2. */
  readonly resource?: readonly string[];
  /**
   * Awaited with the refresh token to use from now on, as soon as it has arrived and before the ID
   * token beside it is checked: the keys for that check may be out of reach, and by then the old
   * refresh token is worth nothing.
   */
  readonly keep?: (refreshToken: string) => Promise<void>;
}

/**
 * New tokens for a refresh token. The answer's refresh token is the one to use from now on: a new
 * one where the provider rotates them, which has to be stored before anything else happens, else
 * the same.
 *
 * It is asked once: with rotation, a request whose answer was lost has used the token up, and
 * using it again would end the session.
 *
 * Rejects with `invalid_grant` when the session is over, `subject_mismatch`, `invalid_scope`,
 * `invalid_target`, and the codes of `requestTokens`.
 */
export async function refreshTokens(
  context: OidcContext,
  request: RefreshRequest,
  signal: AbortSignal,
): Promise<TokenAnswer & { readonly refreshToken: string }> {
  const { refreshToken, previous, scope, audience, resource = [], keep } = request;
  const answer = await requestTokens(
    context,
    {
      operation: 'the refresh',
      grantType: 'refresh_token',
      parameters: [
        ['refresh_token', refreshToken],
        ...(scope === undefined ? [] : ([['scope', scope.join(' ')]] as const)),
        ...(audience === undefined ? [] : ([['audience', audience]] as const)),
        ...resource.map((each) => ['resource', each] as const),
      ],
      ...(previous === undefined ? {} : { idToken: { previous } }),
      ...(keep === undefined
        ? {}
        : { arrived: async (answer) => await keep(answer.refreshToken ?? refreshToken) }),
    },
    signal,
  );
  return { ...answer, refreshToken: answer.refreshToken ?? refreshToken };
}
