import * as oauth from 'oauth4webapi';
import { libraryClient, type OidcContext, requestOptions } from './context.ts';
import { withProof } from './dpop.ts';
import { explained, malformed } from './errors.ts';
import { anotherSubject } from './id-token.ts';
import { contentTypeOf, jsonObject } from './json-answer.ts';
import { openJwt } from './jwt.ts';
import { asAgreed, isProtected } from './protected-answer.ts';

/** Secret. */
export interface UserinfoInput {
  readonly accessToken: string;
  /** Of the ID token that came with the access token; the answer has to be about the same person. */
  readonly subject?: string;
  /**
   * The token is the client's own (`client_credentials`): then the answer may be about no person,
   * and have no `sub`.
   */
  readonly clientItself?: boolean;
}

/** What the provider tells of a person, or of the client itself. */
export interface Userinfo {
  readonly subject?: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

const operation = 'the userinfo request';
const answerName = 'the userinfo answer';

/**
 * Asks the userinfo endpoint (OpenID Connect Core section 5.3). The answer may be plain JSON,
 * signed, or signed and encrypted; a weaker form than was agreed on is refused.
 *
 * Rejects with `subject_mismatch`, `invalid_token`, `insufficient_scope`, `not_offered`,
 * `response_invalid`, `signature_invalid`, `algorithm_refused`, `decryption_failed`, and the codes
 * of `Upstream.request`.
 */
export async function readUserinfo(
  context: OidcContext,
  input: UserinfoInput,
  signal: AbortSignal,
): Promise<Userinfo> {
  const { server, client } = context;
  const response = await request(context, input.accessToken, signal);
  const text = await response.text();
  const claims =
    contentTypeOf(response) === 'application/jwt'
      ? await signed(context, text, signal)
      : asAgreed(client.userinfo, answerName, () => jsonObject(response, text, operation));
  const { sub } = claims;
  if (sub !== undefined && (typeof sub !== 'string' || sub === '')) {
    throw malformed(operation, 'with a sub that is no name');
  }
  if (claims.iss !== undefined && claims.iss !== server.issuer) {
    throw malformed(operation, "with another issuer's name");
  }
  if (input.subject !== undefined && sub !== input.subject) throw anotherSubject();
  if (sub === undefined && input.clientItself !== true) {
    // OpenID Connect Core section 5.3.2: it MUST always be returned.
    throw malformed(operation, 'without a sub');
  }
  return { ...(sub === undefined ? {} : { subject: sub }), claims };
}

async function request(
  context: OidcContext,
  accessToken: string,
  signal: AbortSignal,
): Promise<Response> {
  const { server, client } = context;
  const agreed = isProtected(client.userinfo);
  const library: oauth.Client = {
    ...libraryClient(context),
    // Makes the library ask for a JWT alone; the answer is read here.
    ...(agreed ? { userinfo_signed_response_alg: 'agreed' } : {}),
  };
  // A proof of possession serves once.
  const attempts = client.dpopKey === undefined ? 3 : 1;
  const options = requestOptions(context, { operation, signal, attempts });
  return await explained(operation, () =>
    withProof(context, async (proof) => {
      const response = await oauth.userInfoRequest(server, library, accessToken, {
        ...options,
        ...proof,
      });
      if (response.status === 200) return response;
      // Throws what the answer says.
      await oauth.processUserInfoResponse(server, library, oauth.skipSubjectCheck, response);
      return response;
    }),
  );
}

async function signed(
  context: OidcContext,
  text: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const expectation = {
    what: answerName,
    code: 'response_invalid' as const,
    protection: context.client.userinfo,
    supported: context.server.userinfo_signing_alg_values_supported,
    required: [],
  };
  return (await openJwt(context, text.trim(), expectation, signal)).claims;
}
