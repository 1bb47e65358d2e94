/**
 * The requests of AWS's OIDC service (API 2019-06-10), whole, and short ways to write the usual
 * ones. Members keep AWS's names. Absent, empty-string and empty-list members are not sent.
 */

export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | 'urn:ietf:params:oauth:grant-type:device_code'
  | 'urn:ietf:params:oauth:grant-type:jwt-bearer'
  | 'urn:ietf:params:oauth:grant-type:token-exchange';

/** Token types of RFC 8693 section 3 that AWS knows. */
export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
} as const;

export interface RegisterClientRequest {
  readonly clientName: string;
  /** Default `public`, the only one that AWS accepts today. */
  readonly clientType?: 'public' | 'confidential';
  readonly scopes?: readonly string[];
  /** Loopback ones without a port: any port will do then. */
  readonly redirectUris?: readonly string[];
  readonly grantTypes?: readonly GrantType[];
  /** The start URL, or the instance's issuer URL. */
  readonly issuerUrl?: string;
  /** Limits the client to one application of the instance. */
  readonly entitledApplicationArn?: string;
}

export interface StartDeviceAuthorizationRequest {
  readonly clientId: string;
  /** AWS asks for it; other servers of this API let public clients do without. */
  readonly clientSecret?: string;
  readonly startUrl: string;
}

export interface CreateTokenRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly grantType: GrantType;
  readonly deviceCode?: string;
  readonly code?: string;
  readonly refreshToken?: string;
  /** Without effect at AWS: the token gets every scope of the registration. */
  readonly scope?: readonly string[];
  /** As in the authorization request, port and all. */
  readonly redirectUri?: string;
  readonly codeVerifier?: string;
}

export interface CreateTokenWithIamRequest {
  /** The ARN of an application with IAM authentication. */
  readonly clientId: string;
  readonly grantType: GrantType;
  readonly code?: string;
  readonly refreshToken?: string;
  readonly assertion?: string;
  /** Limits the token; without it, everything that the application allows. */
  readonly scope?: readonly string[];
  readonly redirectUri?: string;
  readonly subjectToken?: string;
  readonly subjectTokenType?: string;
  readonly requestedTokenType?: string;
  readonly codeVerifier?: string;
}

/** What a registered client proves itself with. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** RFC 8628 section 3.4. */
export function deviceCodeGrant(client: Client, deviceCode: string): CreateTokenRequest {
  return {
    ...identity(client),
    grantType: 'urn:ietf:params:oauth:grant-type:device_code',
    deviceCode,
  };
}

/** RFC 6749 section 4.1.3, and RFC 7636 where there is a verifier. */
export function authorizationCodeGrant(
  client: Client,
  grant: { readonly code: string; readonly redirectUri: string; readonly codeVerifier?: string },
): CreateTokenRequest {
  const { code, redirectUri, codeVerifier } = grant;
  return {
    ...identity(client),
    grantType: 'authorization_code',
    redirectUri,
    ...(codeVerifier === undefined ? {} : { codeVerifier }),
    code,
  };
}

/** RFC 6749 section 6. */
export function refreshTokenGrant(client: Client, refreshToken: string): CreateTokenRequest {
  return { ...identity(client), grantType: 'refresh_token', refreshToken };
}

/** RFC 6749 section 4.4. */
export function clientCredentialsGrant(
  client: Client,
  scopes: readonly string[],
): CreateTokenRequest {
  return { ...identity(client), grantType: 'client_credentials', scope: scopes };
}

/** RFC 8693, with an access token as the subject; asks for an access token unless told otherwise. */
export function tokenExchange(
  clientId: string,
  subjectToken: string,
  options: { readonly requestedTokenType?: string; readonly scopes?: readonly string[] } = {},
): CreateTokenWithIamRequest {
  return {
    clientId,
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subjectToken,
    subjectTokenType: tokenTypes.accessToken,
    requestedTokenType: options.requestedTokenType ?? tokenTypes.accessToken,
    ...(options.scopes === undefined ? {} : { scope: options.scopes }),
  };
}

/** RFC 7523 section 2.1: a token of a trusted issuer, for trusted identity propagation. */
export function jwtBearer(
  clientId: string,
  assertion: string,
  scopes?: readonly string[],
): CreateTokenWithIamRequest {
  return {
    clientId,
    grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion,
    ...(scopes === undefined ? {} : { scope: scopes }),
  };
}

/** A registration holds more than AWS may be sent. */
function identity({ clientId, clientSecret }: Client): Client {
  return { clientId, clientSecret };
}

/** The JSON of a request without its absent and empty members, which AWS refuses. */
export function toBody(request: object): string {
  const filled = Object.entries(request).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && !value.length),
  );
  return JSON.stringify(Object.fromEntries(filled));
}
