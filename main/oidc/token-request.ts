import * as oauth from 'oauth4webapi';
import { clientAuthentication } from './client-authentication.ts';
import { libraryClient, type OidcContext, requestOptions, type TokenAnswer } from './context.ts';
import { withProof } from './dpop.ts';
import { explained, malformed, refuseIfError } from './errors.ts';
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
  const text = await response.text();
  const known = tidied(text);
  if (known?.access_token === undefined) refuseIfError(operation, response, known);
  const { id_token: idToken, ...rest } = known ?? {};
  if (idToken !== undefined && typeof idToken !== 'string') {
    throw malformed(operation, 'with an ID token that is no text');
  }
  const { status, headers } = response;
  const others = request.tokenTypes?.map((type) => [type, () => undefined] as const) ?? [];
  const body = await oauth.processGenericTokenEndpointResponse(
    context.server,
    client,
    // What is no object is left to the library, which says what is wrong with it.
    new Response(known === undefined ? text : JSON.stringify(rest), { status, headers }),
    { recognizedTokenTypes: Object.fromEntries(others) },
  );
  return { body, idToken };
}

/** What a provider may leave out, and some write as null or as an empty text instead. */
const optional = new Set(['refresh_token', 'id_token', 'scope', 'expires_in', 'issued_token_type']);

/** The answer without what says nothing, and with its scopes in one text; undefined: no object. */
function tidied(text: string): Readonly<Record<string, unknown>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const members = Object.entries(value).filter(
    ([name, member]) => !optional.has(name) || (member !== null && member !== ''),
  );
  const body = Object.fromEntries(members);
  const scopes: unknown = body.scope;
  const listed = Array.isArray(scopes) && scopes.every((scope) => typeof scope === 'string');
  return listed ? { ...body, scope: scopes.join(' ') } : body;
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
  for (const [name, token] of Object.entries({
    access_token: body.access_token,
    refresh_token: body.refresh_token,
  })) {
    // RFC 6749 appendix A.12: it goes into a header, a terminal and other programs' files.
    if (token !== undefined && !/^[\x20-\x7e]+$/.test(token)) {
      throw malformed(operation, `with characters in its ${name} that no token has`);
    }
  }
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
