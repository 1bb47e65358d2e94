import type { createDirectory } from './directory.ts';
import type { SecretMint } from './secrets.ts';
import type { Switches } from './switches.ts';

/** An application of the instance that may use CreateTokenWithIAM. */
export interface SimApplication {
  readonly arn: string;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly string[];
}

/** What the parts of the simulator share. */
export interface Context {
  /** The server's time, epoch milliseconds, with the switch for a skewed clock. */
  now(): number;
  readonly switches: Switches;
  readonly mint: SecretMint;
  readonly directory: ReturnType<typeof createDirectory>;
  readonly region: string;
  readonly startUrl: string;
  readonly issuerUrl: string;
  readonly userName: string;
  /** Scopes that a client may register. */
  readonly scopes: readonly string[];
  readonly application: SimApplication;
  /** Where the OIDC service and its pages are, known once it listens. */
  oidcUrl(): string;
}

export const grants = {
  deviceCode: 'urn:ietf:params:oauth:grant-type:device_code',
  authorizationCode: 'authorization_code',
  refreshToken: 'refresh_token',
  clientCredentials: 'client_credentials',
  jwtBearer: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  tokenExchange: 'urn:ietf:params:oauth:grant-type:token-exchange',
} as const;

export const tokenTypes = {
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  refreshToken: 'urn:ietf:params:oauth:token-type:refresh_token',
} as const;

export const accountAccess = 'sso:account:access';
