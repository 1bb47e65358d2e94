import * as oauth from 'oauth4webapi';
import { isKeyfobError } from '../../shared/errors.ts';
import { clientAuthentication } from './client-authentication.ts';
import { libraryClient, type OidcContext, requestOptions } from './context.ts';
import { explained } from './errors.ts';
import { repeatable } from './repeatable.ts';

/** Secret. */
export interface RevocationInput {
  readonly token: string;
  /** Where the provider should look first; it looks everywhere in the end. */
  readonly hint?: 'access_token' | 'refresh_token';
}

const operation = 'the revocation request';

/**
 * Makes a token invalid at once (RFC 7009). One that was invalid before is no error: what was
 * wanted is so. That holds for providers too that say `invalid_token` of it.
 *
 * Rejects with `not_offered`, `invalid_client`, `unsupported_token_type` (a JWT that ends by
 * itself, as a rule), and the codes of `Upstream.request`.
 */
export async function revokeToken(
  context: OidcContext,
  { token, hint }: RevocationInput,
  signal: AbortSignal,
): Promise<void> {
  const attempts = repeatable(context);
  try {
    await explained(operation, async () => {
      const response = await oauth.revocationRequest(
        context.server,
        libraryClient(context),
        clientAuthentication(context),
        token,
        {
          ...requestOptions(context, { operation, signal, attempts }),
          ...(hint === undefined ? {} : { additionalParameters: { token_type_hint: hint } }),
        },
      );
      await oauth.processRevocationResponse(response);
    });
  } catch (error) {
    if (!isKeyfobError(error, 'invalid_token')) throw error;
  }
}

/**
 * Revokes both tokens of a session: the refresh token first, since it could still make others. A
 * failure with one does not spare the other. Resolves once all of them are revoked.
 *
 * Rejects as `revokeToken` does, with the first failure. Access tokens that the provider can't
 * revoke (`unsupported_token_type`) are no failure once the refresh token is gone.
 */
export async function revokeSession(
  context: OidcContext,
  tokens: { readonly refreshToken?: string; readonly accessToken?: string },
  signal: AbortSignal,
): Promise<void> {
  const { refreshToken, accessToken } = tokens;
  const failures: unknown[] = [];
  if (refreshToken !== undefined) {
    const input = { token: refreshToken, hint: 'refresh_token' } as const;
    await revokeToken(context, input, signal).catch((error: unknown) => failures.push(error));
  }
  if (accessToken !== undefined) {
    const input = { token: accessToken, hint: 'access_token' } as const;
    await revokeToken(context, input, signal).catch((error: unknown) => {
      const ended = refreshToken !== undefined && failures.length === 0;
      if (!ended || !isKeyfobError(error, 'unsupported_token_type')) failures.push(error);
    });
  }
  if (failures.length > 0) throw failures[0];
}
