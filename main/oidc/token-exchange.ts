import { KeyfobError } from '../../shared/errors.ts';
import type { OidcContext, TokenAnswer } from './context.ts';
import { malformed } from './errors.ts';
import { type TokenTarget, targetParameters } from './target.ts';
import { requestTokens } from './token-request.ts';

const prefix = 'urn:ietf:params:oauth:token-type:';

/** The token types of RFC 8693 section 3, by their short names. */
const tokenTypeNames = [
  'access_token',
  'refresh_token',
  'id_token',
  'saml1',
  'saml2',
  'jwt',
] as const;

/** One token and what it is: a short name of RFC 8693, or a URI of the provider's own. Secret. */
export interface TypedToken {
  readonly token: string;
  readonly type: string;
}

/** Secret. */
export interface TokenExchangeInput extends TokenTarget {
  /** On whose behalf. */
  readonly subject: TypedToken;
  /** Who acts for them; absent: the subject itself. */
  readonly actor?: TypedToken;
  /** What sort of token to issue; absent: the provider's to say. */
  readonly requestedTokenType?: string;
}

const operation = 'the token exchange';

/**
 * Exchanges a token for another one (RFC 8693): for another audience, with fewer scopes, of
 * another sort, or with an actor in it.
 *
 * `accessToken` of the answer holds the issued token whatever its sort; `issuedTokenType` tells
 * it, and `tokenType` is `N_A` where the token is no access token.
 *
 * Rejects with `invalid_input`, `invalid_target`, `invalid_request` (the provider refuses the
 * subject or the actor), `response_invalid` (another sort than was asked for), and the codes of
 * `requestTokens`.
 */
export async function exchangeToken(
  context: OidcContext,
  { subject, actor, requestedTokenType, ...target }: TokenExchangeInput,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const requested = requestedTokenType === undefined ? undefined : tokenTypeUri(requestedTokenType);
  const request = {
    operation,
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    parameters: [
      ['subject_token', subject.token] as const,
      ['subject_token_type', tokenTypeUri(subject.type)] as const,
      ...(actor === undefined
        ? []
        : [
            ['actor_token', actor.token] as const,
            ['actor_token_type', tokenTypeUri(actor.type)] as const,
          ]),
      ...(requested === undefined ? [] : [['requested_token_type', requested] as const]),
      ...targetParameters(target),
    ],
    tokenTypes: ['n_a'],
  };
  const answer = await requestTokens(context, request, signal);
  const { issuedTokenType: issued } = answer;
  // Section 2.2.1 requires it; where it is missing, nothing but an access token can be meant.
  if (issued === undefined && requested !== undefined && !isAccessToken(requested)) {
    throw malformed(operation, 'without an issued_token_type');
  }
  if (issued !== undefined && requested !== undefined && !sameSort(issued, requested)) {
    throw malformed(operation, 'with a token of another sort than was asked for');
  }
  if (answer.tokenType !== 'n_a') return answer;
  if (issued === `${prefix}access_token`) {
    throw malformed(operation, 'with an access token that can not be used as one');
  }
  return { ...answer, tokenType: 'N_A' };
}

/** The URI of a token type. Throws `invalid_input` for what is neither a known name nor a URI. */
export function tokenTypeUri(type: string): string {
  if (tokenTypeNames.some((name) => name === type)) return `${prefix}${type}`;
  if (/^[a-z][a-z0-9+.-]*:\S+$/i.test(type)) return type;
  throw new KeyfobError('invalid_input', 'This is no token type.', {
    hint: `Give one of ${tokenTypeNames.join(', ')}, or the URI of a type that the provider knows.`,
  });
}

/** An access token may well be a JWT; a provider may call it either. */
function sameSort(issued: string, requested: string): boolean {
  return issued === requested || (isAccessToken(issued) && isAccessToken(requested));
}

function isAccessToken(type: string): boolean {
  return type === `${prefix}access_token` || type === `${prefix}jwt`;
}
