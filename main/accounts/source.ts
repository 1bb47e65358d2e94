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
