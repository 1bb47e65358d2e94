import { z } from 'zod';
import type { AuthorizationCodes } from './authorization-codes.ts';
import { type Context, grants, tokenTypes } from './context.ts';
import { oidcException, signatureException } from './exceptions.ts';
import { json, type Reply, type SimRequest } from './http.ts';
import { bodyOf, required } from './input.ts';
import type { Keys } from './keys.ts';
import type { IssuedTokens, Session, Sessions } from './sessions.ts';
import { type SignatureProblem, SignatureRefused, verifySignature } from './signature.ts';
import type { TokenIssuer } from './token-issuer.ts';
import type { WebIssuers } from './web-identity.ts';

const createTokenWithIamSchema = z.object({
  clientId: z.string().min(1),
  grantType: z.string().min(1),
  code: z.string().optional(),
  refreshToken: z.string().optional(),
  assertion: z.string().optional(),
  scope: z.array(z.string()).optional(),
  redirectUri: z.string().optional(),
  subjectToken: z.string().optional(),
  subjectTokenType: z.string().optional(),
  requestedTokenType: z.string().optional(),
  codeVerifier: z.string().optional(),
});
type Input = z.infer<typeof createTokenWithIamSchema>;

export interface IamParts {
  readonly context: Context;
  readonly keys: Keys;
  readonly codes: AuthorizationCodes;
  readonly sessions: Sessions;
  /** Whose assertions the application trusts. */
  readonly trustedIssuer: TokenIssuer;
  readonly webIssuers: WebIssuers;
  readonly idTokens: TokenIssuer;
  /** Makes an identity context that STS will know. */
  identityContext(): string;
}

/** CreateTokenWithIAM: signed with SigV4, for an application of the instance. */
export function createTokenWithIam(parts: IamParts, request: SimRequest): Reply {
  const region = signedRegion(parts, request);
  const { context } = parts;
  if (region !== context.region) {
    throw oidcException('InvalidRequestRegionException', 'The instance is in another region', {
      endpoint: `https://oidc.${context.region}.amazonaws.com`,
      region: context.region,
    });
  }
  const input = bodyOf(request, createTokenWithIamSchema);
  checkApplication(context, input);
  const refreshWanted = wantsRefreshToken(input);
  const { session, tokens } = redeem(parts, input, refreshWanted);
  const identityContext = session.scopes.includes('sts:identity_context')
    ? parts.identityContext()
    : undefined;
  const now = Math.floor(context.now() / 1000);
  const idToken = session.scopes.includes('openid')
    ? context.mint.remember(
        parts.idTokens.sign({
          sub: context.userName,
          aud: input.clientId,
          iat: now,
          exp: now + tokens.expiresIn,
          ...(identityContext === undefined ? {} : { 'sts:identity_context': identityContext }),
        }),
      )
    : undefined;
  return json(200, {
    ...tokens,
    idToken,
    tokenType: 'Bearer',
    issuedTokenType: refreshWanted ? tokenTypes.refreshToken : tokenTypes.accessToken,
    scope: session.scopes,
    ...(identityContext === undefined ? {} : { awsAdditionalDetails: { identityContext } }),
  });
}

const nameOf: Record<SignatureProblem, string> = {
  missing: 'MissingAuthenticationTokenException',
  incomplete: 'IncompleteSignatureException',
  unknown_key: 'UnrecognizedClientException',
  bad_token: 'UnrecognizedClientException',
  expired_key: 'ExpiredTokenException',
  mismatch: 'InvalidSignatureException',
};

function signedRegion({ keys, context }: IamParts, request: SimRequest): string {
  try {
    return verifySignature(request, { service: 'sso-oauth', keys, now: context.now() }).region;
  } catch (error) {
    if (error instanceof SignatureRefused) {
      throw signatureException(nameOf[error.problem], error.message);
    }
    throw error;
  }
}

function checkApplication({ application }: Context, input: Input): void {
  if (!/^arn:aws[a-z-]*:sso::\d{12}:application\/ssoins-\w+\/apl-\w+$/.test(input.clientId)) {
    throw oidcException('InvalidRequestException', 'clientId must be the ARN of an application');
  }
  if (input.clientId !== application.arn) {
    throw oidcException('InvalidClientException', 'Invalid client provided');
  }
  const known: readonly string[] = [
    grants.authorizationCode,
    grants.refreshToken,
    grants.jwtBearer,
    grants.tokenExchange,
  ];
  if (!known.includes(input.grantType)) {
    throw oidcException('UnsupportedGrantTypeException', `Unsupported: ${input.grantType}`);
  }
  if (!application.grantTypes.includes(input.grantType)) {
    throw oidcException('UnauthorizedClientException', `Not enabled here: ${input.grantType}`);
  }
  const beyond = input.scope?.find((scope) => !application.scopes.includes(scope));
  if (beyond !== undefined) throw oidcException('InvalidScopeException', `Invalid: ${beyond}`);
}

function wantsRefreshToken({ requestedTokenType }: Input): boolean {
  if (requestedTokenType === undefined) return false;
  if (requestedTokenType === tokenTypes.refreshToken) return true;
  if (requestedTokenType === tokenTypes.accessToken) return false;
  throw oidcException('InvalidRequestException', 'requestedTokenType is not supported');
}

function redeem(
  parts: IamParts,
  input: Input,
  refreshWanted: boolean,
): { session: Session; tokens: IssuedTokens } {
  const { context, sessions } = parts;
  const open = (renewable: boolean) =>
    sessions.open({
      clientId: input.clientId,
      scopes: input.scope ?? context.application.scopes,
      hasUser: true,
      renewable,
    });
  switch (input.grantType) {
    case grants.jwtBearer:
      checkAssertion(parts, required('assertion', input.assertion));
      return open(true);
    case grants.authorizationCode: {
      const code = required('code', input.code);
      const redirectUri = required('redirectUri', input.redirectUri);
      const { clientId, codeVerifier } = input;
      parts.codes.redeem({ code, clientId, redirectUri, codeVerifier });
      const opened = open(true);
      parts.codes.became(code, opened.session);
      return opened;
    }
    case grants.refreshToken:
      return sessions.refresh(required('refreshToken', input.refreshToken), input.clientId);
    default: {
      const subjectToken = required('subjectToken', input.subjectToken);
      if (required('subjectTokenType', input.subjectTokenType) !== tokenTypes.accessToken) {
        throw oidcException('InvalidRequestException', 'subjectTokenType must be an access token');
      }
      const state = sessions.inspect(subjectToken);
      if (state === 'expired') {
        throw oidcException('ExpiredTokenException', 'The subject token has expired');
      }
      if (state === 'unknown') {
        throw oidcException('InvalidGrantException', 'Invalid subject token provided');
      }
      return open(refreshWanted);
    }
  }
}

/** RFC 7523 §3, for an assertion of the trusted token issuer, or of a registered one. */
function checkAssertion({ trustedIssuer, webIssuers, context }: IamParts, assertion: string): void {
  if (isRegistered(webIssuers, assertion, context.now())) return;
  const claims = trustedIssuer.verify(assertion);
  if (claims === undefined || claims.iss !== trustedIssuer.issuer || !claims.sub) {
    throw oidcException('InvalidGrantException', 'The assertion is not of a trusted issuer');
  }
  if (typeof claims.exp !== 'number' || claims.exp * 1000 <= context.now()) {
    throw oidcException('ExpiredTokenException', 'The assertion has expired');
  }
}

function isRegistered(webIssuers: WebIssuers, assertion: string, now: number): boolean {
  try {
    webIssuers.check(assertion, now);
    return true;
  } catch {
    return false;
  }
}
