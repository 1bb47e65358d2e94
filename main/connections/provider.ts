/**
 * What a kind of provider offers to the sign-in, renewal and sign-out code, which is the same for
 * all kinds. `identity-center/provider.ts` implements it for AWS.
 */

/** A client registration at the provider. All of it is secret. */
export interface ClientRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Epoch milliseconds, the provider's time. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  /** The region or issuer and start URL it was made for: a changed connection needs a new one. */
  readonly audience: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  readonly scope?: readonly string[];
  /** Epoch milliseconds, the provider's time. */
  readonly obtainedAt: number;
  /** Epoch milliseconds, the provider's time. */
  readonly expiresAt: number;
  /** Which registration these tokens belong to; a refresh needs the same client. */
  readonly flow: 'browser' | 'device';
}

/** What the keychain holds for one connection. */
export interface StoredSession {
  readonly version: 1;
  readonly registrations: {
    readonly browser?: ClientRegistration;
    readonly device?: ClientRegistration;
  };
  readonly tokens?: Tokens;
}

/** A browser sign-in whose listener is up. */
export interface BrowserSignIn {
  readonly authorizationUrl: string;
  /** Expected `state` of the callback. */
  readonly state: string;
  /** The registrations as they are now, to be stored before the browser opens. */
  readonly session: StoredSession;
  /** Exchanges the code of a callback whose state has been checked. */
  redeem(code: string, signal: AbortSignal): Promise<StoredSession>;
}

export interface DeviceSignIn {
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string;
  /** Milliseconds from now. */
  readonly lifetimeMs: number;
  readonly intervalMs: number;
  readonly session: StoredSession;
  /** One poll. Rejects with KeyfobError; `authorization_pending` and `slow_down` mean: go on. */
  poll(signal: AbortSignal): Promise<StoredSession>;
}

/** One configured provider, bound to a connection's settings. */
export interface Provider {
  /** The provider's time, epoch milliseconds. */
  now(): number;
  beginBrowser(
    stored: StoredSession | null,
    redirectUri: string,
    signal: AbortSignal,
  ): Promise<BrowserSignIn>;
  beginDevice(stored: StoredSession | null, signal: AbortSignal): Promise<DeviceSignIn>;
  /**
   * New tokens for a stored session that has a refresh token. Rejects with `invalid_grant` (and
   * nothing else) when the session is over.
   */
  refresh(stored: StoredSession, signal: AbortSignal): Promise<StoredSession>;
  /** Tells the provider that the session is over. Resolves false if it could not be told. */
  revoke(stored: StoredSession, signal: AbortSignal): Promise<boolean>;
}
