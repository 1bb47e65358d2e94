import { KeyfobError } from '../../shared/errors.ts';
import { signAssertion } from './assertions.ts';
import type { OidcContext, TokenAnswer } from './context.ts';
import { withInvalidGrant } from './rewording.ts';
import { type TokenTarget, targetParameters } from './target.ts';
import { requestTokens } from './token-request.ts';

/** Secret. */
export interface JwtBearerInput extends TokenTarget {
  /** Somebody else's assertion; absent: the client signs one itself, with its private key. */
  readonly assertion?: string;
  /** Whom an assertion of our own speaks for; default the client. */
  readonly subject?: string;
}

/**
 * Exchanges a JWT assertion for tokens (RFC 7523 section 2.1). Without one given, nobody has to be
 * asked, so that it can be repeated unattended.
 *
 * Rejects with `invalid_input` (no JWT), `invalid_client` (no key to sign with), `invalid_grant`
 * (the assertion is refused) and the codes of `requestTokens`.
 */
export async function jwtBearerGrant(
  context: OidcContext,
  { assertion, subject, ...target }: JwtBearerInput,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const handedIn = assertion?.trim() ?? (await ownAssertion(context, subject));
  if (!/^[\w-]+\.[\w-]+\.[\w-]+(?:\.[\w-]+\.[\w-]+)?$/.test(handedIn)) {
    throw new KeyfobError('invalid_input', 'This is no JWT.', {
      hint: 'Give the assertion in its compact form: three or five parts with dots between them.',
    });
  }
  const request = {
    grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    parameters: [['assertion', handedIn] as const, ...targetParameters(target)],
  };
  const wrong = {
    message: 'The provider does not accept the assertion.',
    hint:
      assertion === undefined
        ? 'Have the public key of this client registered at the provider, and the subject allowed for it.'
        : 'Get a new one: it may have expired or been used. It has to name this provider as its audience, and come from an issuer that this one trusts.',
  };
  return await withInvalidGrant(wrong, () => requestTokens(context, request, signal));
}

async function ownAssertion(context: OidcContext, subject?: string): Promise<string> {
  const { client, server } = context;
  // RFC 7523 section 3 names the token endpoint's address as an audience that providers know.
  const audience = server.token_endpoint ?? server.issuer;
  return await signAssertion(context, {
    by: 'key',
    subject: subject ?? client.clientId,
    audience,
  });
}
