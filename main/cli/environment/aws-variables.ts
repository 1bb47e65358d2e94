import type { Environment } from '../../../shared/places.ts';

/**
 * What of the environment would lead a tool to other credentials than those it is given: each of
 * these goes before, or beside, the ones that Keyfob sets (AWS SDKs and Tools Reference Guide,
 * credential provider chain).
 */
const conflicting = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CREDENTIAL_SCOPE',
  'AWS_ACCOUNT_ID',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
] as const;

/** What an outer `keyfob exec` or `env` may have set. AWS's tools do not look at these. */
const ofKeyfob = ['KEYFOB_TOKEN', 'KEYFOB_TOKEN_URL', 'KEYFOB_TOKEN_AUTHORIZATION'] as const;

/** The variables that must not be there beside those of an AWS account. */
export function conflictingWithAws(env: Environment): readonly string[] {
  return [...conflicting, ...bearerTokens(env)];
}

/** The variables that must not be there beside those of a token. */
export function conflictingWithToken(): readonly string[] {
  return ofKeyfob;
}

/** `AWS_BEARER_TOKEN_<SIGNING NAME>`: blanks and hyphens become underscores. */
export function bearerVariable(signingName: string): string {
  return `AWS_BEARER_TOKEN_${signingName.toUpperCase().replaceAll(/[ -]/g, '_')}`;
}

/** A service that takes a bearer token takes it before any signature. */
function bearerTokens(env: Environment): readonly string[] {
  return Object.keys(env).filter((name) => name.startsWith('AWS_BEARER_TOKEN_'));
}

/** The region for both names that tools know; what the person has set goes first. */
export function regionVariables(
  env: Environment,
  known: string | undefined,
  chosen?: string,
): Readonly<Record<string, string>> {
  const region = chosen || env.AWS_REGION || env.AWS_DEFAULT_REGION || known;
  return region === undefined ? {} : { AWS_REGION: region, AWS_DEFAULT_REGION: region };
}
