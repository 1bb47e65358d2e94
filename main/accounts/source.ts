/** What a kind of provider offers to the catalogue and the credentials cache. */

/** One account and role, as the provider lists it. */
export interface ListedAccount {
  readonly accountId: string;
  readonly accountName: string;
  readonly emailAddress?: string;
  readonly roleName: string;
}

/** Short-lived AWS credentials. All secret; in memory only. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly accountId: string;
  /** Epoch milliseconds, the provider's time. */
  readonly expiresAt: number;
  readonly obtainedAt: number;
}

/** What the connections offer here: an access token that works now. */
export interface AccessTokens {
  /**
   * The connection's access token, renewed first if it is about to lapse. Rejects with
   * `sign_in_required` at once when a person is needed; never opens a browser.
   */
  accessToken(connection: string, signal?: AbortSignal): Promise<string>;
  /**
   * The provider refused `accessToken` with 401: renews, unless another caller already did.
   * Rejects with `sign_in_required` when it can't be renewed.
   */
  renewAfterRefusal(connection: string, accessToken: string, signal?: AbortSignal): Promise<string>;
}

/** What is wanted of a connection's token; what is absent is as the connection has it. */
export interface TokenWish {
  readonly scope?: readonly string[];
  readonly audience?: string;
  /** RFC 8707. */
  readonly resource?: readonly string[];
  /** How long it must last at least, where the provider issues such. */
  readonly minTtlMs?: number;
  readonly kind: 'access' | 'id';
}

/** A token as a tool gets it. Secret. */
export interface TokenCredentials {
  readonly token: string;
  /** `Bearer`, or `DPoP`: then it serves only with proofs of the connection's key. */
  readonly tokenType: string;
  /** Epoch milliseconds, the provider's time. */
  readonly expiresAt: number;
  readonly scope?: readonly string[];
  readonly issuer: string;
  /** Epoch milliseconds, the provider's time. */
  readonly obtainedAt: number;
}

/** What the connections to OpenID providers offer here. */
export interface ConnectionTokens {
  /**
   * The connection's own token where nothing else is wished, renewed first if it is about to
   * lapse; else one got with the refresh token, or by the grant that needs no person. A rotated
   * refresh token is in the keychain before anything is handed out, whether the caller still
   * waits or not. Never opens a browser.
   *
   * Rejects with `sign_in_required` at once when a person is needed, with `not_offered` where the
   * provider issues no such token to this connection, with `invalid_input` for a connection to
   * Identity Center, and with the provider's, upstream's and the keychain's codes.
   */
  token(connection: string, wish: TokenWish, signal?: AbortSignal): Promise<TokenCredentials>;
  /**
   * Somebody else's server refused the connection's own access or ID token. If it still is the
   * session's, the session is renewed for another, once for each token and a few times a minute at
   * most; where that can't be, the token stays: that server may be wrong. Rejects by the signal
   * alone.
   */
  replaceToken(connection: string, refused: string, signal?: AbortSignal): Promise<void>;
}

export interface AccountSource {
  /** The provider's time, epoch milliseconds. */
  now(): number;
  /**
   * Lists every account and role. Calls `onAccount` as soon as one AWS account's roles are known,
   * so that a sync that breaks off keeps what it has. Slowed down by 429, never failed by it.
   */
  list(options: {
    accessToken: () => Promise<string>;
    /** Called when the token was refused with 401; returns the next one. */
    renew: (refused: string) => Promise<string>;
    onAccount: (accountId: string, roles: readonly ListedAccount[]) => void;
    signal: AbortSignal;
  }): Promise<void>;
  /** Rejects with `unauthorized` (401), `forbidden` (403), `not_found`, and upstream's codes. */
  roleCredentials(
    account: { accountId: string; roleName: string },
    accessToken: string,
    signal: AbortSignal,
  ): Promise<AwsCredentials>;
}
