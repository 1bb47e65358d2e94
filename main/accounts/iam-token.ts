import type { AccountOf } from '../../shared/account.ts';
import { isKeyfobError, KeyfobError } from '../../shared/errors.ts';
import {
  type CreateTokenWithIamRequest,
  jwtBearer,
  tokenExchange,
} from '../identity-center/oidc-requests.ts';
import type { IamTokenReach } from '../sts/reach.ts';
import type { AwsCredentials, TokenCredentials } from './source.ts';

/** What CreateTokenWithIAM gave. All secret. */
export interface IamToken extends TokenCredentials {
  readonly idToken?: string;
  /** What AssumeRole takes as a context assertion, where the application grants it. */
  readonly identityContext?: string;
}

/** What a token is got with. */
export interface IamTokenParts {
  readonly reach: IamTokenReach;
  /** Credentials of the account that signs. */
  credentials(id: string, signal: AbortSignal): Promise<AwsCredentials>;
  refuse(id: string, credentials: AwsCredentials): void;
  /** The token that speaks for the person. */
  subjectToken(subject: AccountOf<'iam-token'>['subject'], signal: AbortSignal): Promise<string>;
}

/**
 * Exchanges the subject's token for one of an application of IAM Identity Center
 * (CreateTokenWithIAM). Rejects with the codes of `OidcClient`, and with those of the accounts and
 * connections that it is made of.
 *
 * @param scopes instead of the account's own
 */
export async function createIamToken(
  account: AccountOf<'iam-token'>,
  scopes: readonly string[] | undefined,
  parts: IamTokenParts,
  signal: AbortSignal,
): Promise<IamToken> {
  const { source, region } = account;
  const subject = await parts.subjectToken(account.subject, signal);
  const credentials = await parts.credentials(source, signal);
  const request = requestFor(account, subject, scopes ?? account.scopes);
  const { client, now } = parts.reach(region);
  const created = await client
    .createTokenWithIam(request, credentials, signal)
    .catch(async (error: unknown) => {
      if (!isRefusedSignature(error)) throw explained(error, account);
      parts.refuse(source, credentials);
      const others = await parts.credentials(source, signal);
      return await client.createTokenWithIam(request, others, signal);
    });
  const obtainedAt = now();
  const { accessToken, expiresIn, idToken, scope, awsAdditionalDetails } = created;
  const identityContext = awsAdditionalDetails?.identityContext ?? contextIn(idToken);
  return {
    token: accessToken,
    tokenType: 'Bearer',
    obtainedAt,
    expiresAt: obtainedAt + expiresIn * 1_000,
    issuer: account.application,
    ...(scope === undefined ? {} : { scope }),
    ...(idToken === undefined ? {} : { idToken }),
    ...(identityContext === undefined ? {} : { identityContext }),
  };
}

function requestFor(
  { application, grant, requestedTokenType }: AccountOf<'iam-token'>,
  subject: string,
  scopes: readonly string[] | undefined,
): CreateTokenWithIamRequest {
  const type =
    requestedTokenType === undefined
      ? {}
      : { requestedTokenType: `urn:ietf:params:oauth:token-type:${requestedTokenType}` };
  return grant === 'jwt-bearer'
    ? { ...jwtBearer(application, subject, scopes), ...type }
    : tokenExchange(application, subject, { ...type, ...(scopes === undefined ? {} : { scopes }) });
}

/** The same as `awsAdditionalDetails.identityContext`, by AWS's documentation. */
function contextIn(idToken: string | undefined): string | undefined {
  try {
    const payload = idToken?.split('.')[1] ?? '';
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const context = (claims as Record<string, unknown> | null)?.['sts:identity_context'];
    return typeof context === 'string' && context !== '' ? context : undefined;
  } catch {
    return undefined;
  }
}

/** What stands before the service refuses keys with 403; the service itself has other codes. */
function isRefusedSignature(error: unknown): boolean {
  return isKeyfobError(error, 'forbidden', 'expired_token') && error.details?.status === 403;
}

function explained(error: unknown, { path, application }: AccountOf<'iam-token'>): unknown {
  const hint = isKeyfobError(error) ? hints[error.code] : undefined;
  if (!isKeyfobError(error) || hint === undefined) return error;
  return new KeyfobError(error.code, error.message, {
    hint: `${hint} Look at ${path} with \`keyfob account show\`.`,
    details: { ...error.details, application },
    cause: error,
  });
}

const hints: Readonly<Record<string, string | undefined>> = {
  invalid_client: 'There is no application of this ARN in this region.',
  unauthorized_client: 'This grant is not enabled for the application.',
  invalid_grant:
    'The application does not trust the issuer of this token, or its audience is another: see the trusted token issuers of the application.',
  invalid_scope: 'The application does not allow one of the scopes.',
  access_denied:
    'The application must be assigned to you, and its policy must allow the role that signs.',
  expired_token: 'The token that was to be exchanged has expired: sign in again.',
  invalid_request: 'Application, grant and subject do not fit together.',
};
