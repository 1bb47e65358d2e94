import * as oauth from 'oauth4webapi';
import { clientAuthentication } from './client-authentication.ts';
import { libraryClient, type OidcContext, requestOptions } from './context.ts';
import { withProof } from './dpop.ts';
import { explained } from './errors.ts';

const operation = 'the pushed authorization request';

/**
 * Hands the parameters of an authorization request to the provider beforehand, so that they are
 * not in the browser's address (RFC 9126). Resolves to the `request_uri` that stands for them.
 *
 * Rejects with `not_offered`, the provider's own code, `response_*`, and the codes of
 * `Upstream.request` and `clientAuthentication`.
 */
export async function pushRequest(
  context: OidcContext,
  parameters: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<string> {
  const client = libraryClient(context);
  return await explained(operation, async () => {
    const authentication = clientAuthentication(context);
    return await withProof(context, async (proof) => {
      const response = await oauth.pushedAuthorizationRequest(
        context.server,
        client,
        authentication,
        parameters.map(([name, value]) => [name, value]),
        { ...requestOptions(context, { operation, signal }), ...proof },
      );
      const answer = await oauth.processPushedAuthorizationResponse(
        context.server,
        client,
        response,
      );
      return answer.request_uri;
    });
  });
}
