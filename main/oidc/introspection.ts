import * as oauth from 'oauth4webapi';
import { clientAuthentication } from './client-authentication.ts';
import { libraryClient, type OidcContext, requestOptions } from './context.ts';
import { explained, malformed } from './errors.ts';
import { contentTypeOf, jsonObject } from './json-answer.ts';
import { openJwt } from './jwt.ts';
import { asAgreed, isProtected } from './protected-answer.ts';
import { repeatable } from './repeatable.ts';

/** Secret. */
export interface IntrospectionInput {
  readonly token: string;
  /** Where the provider should look first; it looks everywhere in the end. */
  readonly hint?: 'access_token' | 'refresh_token';
}

/** What the provider says of a token. */
export interface Introspection {
  readonly active: boolean;
  /** All that it said, for an active token: RFC 7662 section 2.2 and whatever it has beside. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly subject?: string;
  readonly clientId?: string;
  readonly scope?: readonly string[];
  /** As the provider says it: `Bearer`, or `access_token` and `refresh_token`. */
  readonly tokenType?: string;
  /** Epoch milliseconds. */
  readonly expiresAt?: number;
}

const operation = 'the introspection request';
const answerName = 'the introspection answer';
const jwtType = 'token-introspection+jwt';

/**
 * Asks the provider what it knows of an access or refresh token (RFC 7662). The answer may be
 * plain JSON, signed, or signed and encrypted (RFC 9701); a weaker form than was agreed on is
 * refused. `application/jwt` is taken for `application/token-introspection+jwt` after the same
 * checks, since some providers call it so.
 *
 * Rejects with `invalid_client`, `invalid_token`, `not_offered`, `unsupported_token_type`,
 * `response_invalid`, `signature_invalid`, `algorithm_refused`, `decryption_failed`, and the codes
 * of `Upstream.request`.
 */
export async function introspectToken(
  context: OidcContext,
  input: IntrospectionInput,
  signal: AbortSignal,
): Promise<Introspection> {
  const response = await request(context, input, signal);
  const text = await response.text();
  const type = contentTypeOf(response);
  const said =
    type === `application/${jwtType}` || type === 'application/jwt'
      ? await signed(context, text, type, signal)
      : asAgreed(context.client.introspection, answerName, () =>
          jsonObject(response, text, operation),
        );
  return read(context, said);
}

async function request(
  context: OidcContext,
  { token, hint }: IntrospectionInput,
  signal: AbortSignal,
): Promise<Response> {
  const client = libraryClient(context);
  const attempts = repeatable(context);
  return await explained(operation, async () => {
    const response = await oauth.introspectionRequest(
      context.server,
      client,
      clientAuthentication(context),
      token,
      {
        ...requestOptions(context, { operation, signal, attempts }),
        requestJwtResponse: isProtected(context.client.introspection),
        ...(hint === undefined ? {} : { additionalParameters: { token_type_hint: hint } }),
      },
    );
    if (response.status === 200) return response;
    // Throws what the answer says.
    await oauth.processIntrospectionResponse(context.server, client, response);
    return response;
  });
}

async function signed(
  context: OidcContext,
  text: string,
  type: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const expectation = {
    what: answerName,
    code: 'response_invalid' as const,
    protection: context.client.introspection,
    supported: context.server.introspection_signing_alg_values_supported,
    // RFC 9701 section 5. Without them, an answer to somebody else would do as well.
    required: ['iss', 'aud', 'iat'],
    ...(type === 'application/jwt' ? {} : { typ: jwtType }),
  };
  const { claims } = await openJwt(context, text.trim(), expectation, signal);
  const inner: unknown = claims.token_introspection;
  // Before RFC 9701 the members were claims themselves.
  if (inner === undefined && type === 'application/jwt') return claims;
  return object(inner);
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw malformed(operation, 'with something that says nothing of a token');
}

function read(context: OidcContext, claims: Readonly<Record<string, unknown>>): Introspection {
  const active = activityOf(claims.active);
  if (active === undefined) throw malformed(operation, 'without saying whether it is active');
  // RFC 7662 section 2.2: nothing else is to be said of such a token, and nothing else is believed.
  if (!active) return { active, claims: { active } };
  if (claims.iss !== undefined && claims.iss !== context.server.issuer) {
    throw malformed(operation, "with another issuer's name");
  }
  const { sub, client_id: clientId, scope, token_type: tokenType, exp } = claims;
  return {
    active,
    claims,
    ...(typeof sub === 'string' ? { subject: sub } : {}),
    ...(typeof clientId === 'string' ? { clientId } : {}),
    ...(typeof scope === 'string' ? { scope: scope.split(' ').filter(Boolean) } : {}),
    ...(typeof tokenType === 'string' ? { tokenType } : {}),
    ...(typeof exp === 'number' && Number.isFinite(exp) ? { expiresAt: exp * 1000 } : {}),
  };
}

/** Some providers write it as a text. */
function activityOf(active: unknown): boolean | undefined {
  if (active === true || active === 'true') return true;
  return active === false || active === 'false' ? false : undefined;
}
