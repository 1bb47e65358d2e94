import { Buffer } from 'node:buffer';
import { KeyfobError } from '../../shared/errors.ts';
import type { OidcContext, TokenAnswer } from './context.ts';
import { withInvalidGrant } from './rewording.ts';
import { type TokenTarget, targetParameters } from './target.ts';
import { requestTokens } from './token-request.ts';

/** Secret. */
export interface Saml2BearerInput extends TokenTarget {
  /** One SAML 2.0 Assertion element: as XML, or in either sort of base64. */
  readonly assertion: string;
}

/**
 * Exchanges a SAML 2.0 assertion for tokens (RFC 7522 section 2.1). Whether the assertion is right
 * is the provider's to say; whether it is one at all is looked at here, since what people paste is
 * often a whole response or something else.
 *
 * Rejects with `invalid_input`, `invalid_grant` (the assertion is refused) and the codes of
 * `requestTokens`.
 */
export async function saml2BearerGrant(
  context: OidcContext,
  { assertion, ...target }: Saml2BearerInput,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const request = {
    grantType: 'urn:ietf:params:oauth:grant-type:saml2-bearer',
    parameters: [['assertion', encodeAssertion(assertion)] as const, ...targetParameters(target)],
  };
  const wrong = {
    message: 'The provider does not accept the SAML assertion.',
    hint: 'Get a new one: they live for minutes and serve once. It has to name this provider as its audience, and come from an identity provider that this one trusts.',
  };
  return await withInvalidGrant(wrong, () => requestTokens(context, request, signal));
}

/** Base64url without padding and line breaks, as RFC 7522 section 2.1 wants it. */
function encodeAssertion(given: string): string {
  const text = given.trim();
  const bytes = text.startsWith('<') ? Buffer.from(text, 'utf8') : fromBase64(text);
  const xml = bytes
    ?.toString('utf8')
    .replace(/^\s*<\?xml[^>]*\?>/, '')
    .trimStart();
  if (bytes === undefined || xml === undefined || !/^<(?:[\w.-]+:)?Assertion[\s>]/.test(xml)) {
    const response = xml !== undefined && /^<(?:[\w.-]+:)?Response[\s>]/.test(xml);
    throw new KeyfobError(
      'invalid_input',
      response ? 'This is a SAML response, not an assertion.' : 'This is no SAML assertion.',
      { hint: 'Give the Assertion element alone, as XML or in base64.' },
    );
  }
  return bytes.toString('base64url');
}

function fromBase64(text: string): Buffer | undefined {
  const compact = text.replace(/\s+/g, '');
  if (!/^[\w+/-]+={0,2}$/.test(compact)) return undefined;
  return Buffer.from(compact, 'base64');
}
