import * as oauth from 'oauth4webapi';
import { clientAuthentication } from './client-authentication.ts';
import { libraryClient, type OidcContext, requestOptions, type TokenAnswer } from './context.ts';
import { withProof } from './dpop.ts';
import { explained, malformed } from './errors.ts';
import { checkIdToken, type IdTokenExpectations } from './id-token.ts';

/** One request to the token endpoint. */
export interface TokenRequest {
  /** For messages, with its article; default `the token request`. */
  readonly operation?: string;
  readonly grantType: string;
  /** Pairs, since some parameters (`resource`, `audience`) may be repeated. */
  readonly parameters: readonly (readonly [string, string])[];
  /** What an ID token in the answer is compared with; it is checked in any case. */
  readonly idToken?: Omit<IdTokenExpectations, 'accessToken'>;
  /** Whether the answer must have an ID token. */
  readonly requireIdToken?: boolean;
  /** Token types that are welcome beside Bearer and DPoP, in small letters: `n_a`. */
  readonly tokenTypes?: readonly string[];
  /** Awaited once the answer has been read, before an ID token in it is checked. */
  readonly arrived?: (answer: TokenAnswer) => Promise<void>;
  /** Default 1: see `RequestPlan`. */
  readonly attempts?: number;
}

/** RFC 6749 section 5.1 lets a provider leave it out. Then we ask again rather than too late. */
const lifetimeIfUnsaidSeconds = 3600;
/** Beyond that a date could not be written down. */
const longestLifetimeSeconds = 10 * 365 * 86_400;

/**
 * Asks the token endpoint, as the client, with a proof of possession where tokens are bound to a
 * key, and reads its answer. An ID token in it has been checked wholly when this resolves.
 *
 * Rejects with the provider's own code (errors.ts), `not_offered`, `response_*`, the codes of
 * `Upstream.request`, `checkIdToken` and `clientAuthentication`.
 */
export async function requestTokens(
  context: OidcContext,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const { operation = 'the token request', attempts } = request;
  const plan = { operation, signal, ...(attempts === undefined ? {} : { attempts }) };
  const client = libraryClient(context);
  const { body, idToken } = await explained(operation, async () => {
    const authentication = clientAuthentication(context);
    return await withProof(context, async (proof) => {
      const response = await oauth.genericTokenEndpointRequest(
        context.server,
        client,
        authentication,
        request.grantType,
        request.parameters.map(([name, value]) => [name, value]),
        { ...requestOptions(context, plan), ...proof },
      );
      return await read(context, client, response, request, operation);
    });
  });
  const answer = answerFrom(context, body, operation);
  await request.arrived?.(answer);
  if (idToken === undefined) {
    if (request.requireIdToken === true) throw malformed(operation, 'without an ID token');
    return answer;
  }
  const expectations = { ...request.idToken, accessToken: answer.accessToken };
  const { claims, signed } = await checkIdToken(context, idToken, expectations, signal);
  return { ...answer, idToken: signed, claims };
}

/**
 * The library reads the answer but for the ID token, which `checkIdToken` looks at: the library
 * would leave its signature alone, and go by this machine's clock.
 */
async function read(
  context: OidcContext,
  client: oauth.Client,
  response: Response,
  request: TokenRequest,
  operation: string,
): Promise<{ body: oauth.TokenEndpointResponse; idToken: string | undefined }> {
  if (response.status !== 200) {
    const body = await oauth.processGenericTokenEndpointResponse(context.server, client, response);
    return { body, idToken: undefined };
  }
  const { status, headers } = response;
  const text = await response.text();
  const { rest, idToken } = withoutIdToken(text);
  if (idToken !== undefined && (typeof idToken !== 'string' || idToken === '')) {
    throw malformed(operation, 'with an ID token that is no text');
  }
  const others = request.tokenTypes?.map((type) => [type, () => undefined] as const) ?? [];
  const body = await oauth.processGenericTokenEndpointResponse(
    context.server,
    client,
    new Response(rest, { status, headers }),
    { recognizedTokenTypes: Object.fromEntries(others) },
  );
  return { body, idToken };
}

function withoutIdToken(text: string): { rest: string; idToken: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'id_token' in value) {
      const { id_token: idToken, ...rest } = value;
      // Some providers send null for what there is none of.
      return { rest: JSON.stringify(rest), idToken: idToken ?? undefined };
    }
  } catch {
    // The library says what is wrong with it.
  }
  return { rest: text, idToken: undefined };
}

function answerFrom(
  context: OidcContext,
  body: oauth.TokenEndpointResponse,
  operation: string,
): TokenAnswer {
  const bound = context.client.dpopKey !== undefined;
  const type = body.token_type;
  // RFC 9449 section 5: a Bearer token would serve anyone who finds it.
  if (bound && type === 'bearer')
    throw malformed(operation, 'with a token that is bound to no key');
  if (!bound && type === 'dpop') throw malformed(operation, 'with a token bound to a key unasked');
  const seconds = Math.min(body.expires_in ?? lifetimeIfUnsaidSeconds, longestLifetimeSeconds);
  const obtainedAt = context.serverClock.now();
  const { refresh_token: refreshToken, issued_token_type: issued } = body;
  return {
    accessToken: body.access_token,
    tokenType: type === 'bearer' ? 'Bearer' : type === 'dpop' ? 'DPoP' : type,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(body.scope === undefined ? {} : { scope: body.scope.split(' ').filter(Boolean) }),
    obtainedAt,
    expiresAt: obtainedAt + seconds * 1000,
    ...(typeof issued === 'string' ? { issuedTokenType: issued } : {}),
  };
}
