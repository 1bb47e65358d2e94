import type { ConnectionSettings } from '../../shared/model.ts';
import type { TokenCredentials, TokenWish } from '../accounts/source.ts';

/**
 * What a kind of provider offers to the sign-in, renewal and sign-out code, which is the same for
 * all kinds. `identity-center/provider.ts` implements it for AWS, `oidc/provider.ts` for any
 * OpenID provider.
 */

/** A client registration at an Identity Center. All of it is secret. */
export interface ClientRegistration {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Epoch milliseconds, the provider's time. */
  readonly expiresAt: number;
  readonly scopes: readonly string[];
  /** The region or issuer and start URL it was made for: a changed connection needs a new one. */
  readonly audience: string;
}

/** A private key as JSON (RFC 7517); its members are read by who uses it. */
export type PrivateKey = Readonly<Record<string, unknown>>;

/** What makes Keyfob a client of an OpenID provider, beside the settings. All of it is secret. */
export interface StoredClient {
  /** Entered by hand; the one of a registration is in its answer. */
  readonly clientSecret?: string;
  /** For `private_key_jwt` and assertions. */
  readonly signingKey?: PrivateKey;
  readonly decryptionKeys?: readonly PrivateKey[];
  /** With it every token is bound to this key. */
  readonly dpopKey?: PrivateKey;
  /** For the registration, and for the next one. */
  readonly initialAccessToken?: string;
  readonly softwareStatement?: string;
  readonly registration?: StoredRegistration;
}

/** A client that the provider made for us (RFC 7591 section 3.2.1). */
export interface StoredRegistration {
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Epoch milliseconds, the provider's time; absent: never. */
  readonly secretExpiresAt?: number;
  readonly registrationClientUri?: string;
  readonly registrationAccessToken?: string;
  /** The provider's last answer, whole. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** What it was asked for: another wish needs another registration. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** How a sign-in got its tokens. */
export type SignInFlow = 'browser' | 'device' | 'form' | 'unattended';

export interface Tokens {
  readonly accessToken: string;
  /** Absent: `Bearer`. */
  readonly tokenType?: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  /** What the ID token says, once all of it has been checked. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly scope?: readonly string[];
  /** Epoch milliseconds, the provider's time. */
  readonly obtainedAt: number;
  /** Epoch milliseconds, the provider's time. */
  readonly expiresAt: number;
  /** Which registration these tokens belong to; a refresh needs the same client. */
  readonly flow: SignInFlow;
}

/** What the keychain holds for one connection. */
export interface StoredSession {
  readonly version: 1;
  readonly registrations: {
    readonly browser?: ClientRegistration;
    readonly device?: ClientRegistration;
  };
  /** Of an OpenID connection, where it is never absent. */
  readonly client?: StoredClient;
  readonly tokens?: Tokens;
}

/** A browser sign-in whose listener is up. */
export interface BrowserSignIn {
  readonly authorizationUrl: string;
  /** Expected `state` of the callback. */
  readonly state: string;
  /** False: the provider signs nobody in by device code. Absent: it may. */
  readonly offersDevice?: boolean;
  /** The registrations as they are now, to be stored before the browser opens. */
  readonly session: StoredSession;
  /** Exchanges the code of a callback, all of whose parameters these are; its state has been checked. */
  redeem(answer: URLSearchParams, signal: AbortSignal): Promise<StoredSession>;
  /** What a callback with an error means, once it has been checked; absent: what the error says. */
  refusal?(answer: URLSearchParams): unknown;
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

/** One thing that a sign-in asks a person for. */
export interface AskedField {
  readonly name: 'username' | 'password' | 'otp' | 'assertion' | 'mfa';
  /** Not shown while it is typed. */
  readonly secret: boolean;
}

/** Asks the person for `fields`, and resolves with what was entered, by name. */
export type Ask = (
  question: { readonly fields: readonly AskedField[]; readonly message?: string },
  signal: AbortSignal,
) => Promise<Readonly<Record<string, string>>>;

/**
 * Stores a session whose refresh token has been exchanged, before the rest of the answer has been
 * checked: the old one is worth nothing from then on.
 */
export type Keep = (session: StoredSession) => Promise<void>;

/** One configured provider, bound to a connection's settings. */
export interface Provider {
  /** The provider's time, epoch milliseconds. */
  now(): number;
  /** The connection is to sign in otherwise from now on; its provider stays the one it was. */
  configure?(settings: ConnectionSettings): void;
  /** An address on this machine that the browser must come back to; absent: any will do. */
  redirectUri?(): string | undefined;
  beginBrowser(
    stored: StoredSession | null,
    redirectUri: string,
    signal: AbortSignal,
  ): Promise<BrowserSignIn>;
  beginDevice(stored: StoredSession | null, signal: AbortSignal): Promise<DeviceSignIn>;
  /** Absent where no grant asks a person here. */
  signInByForm?(
    stored: StoredSession | null,
    ask: Ask,
    signal: AbortSignal,
  ): Promise<StoredSession>;
  /** Absent where every grant needs a person. */
  signInUnattended?(stored: StoredSession | null, signal: AbortSignal): Promise<StoredSession>;
  /**
   * New tokens for a stored session that has a refresh token or needs no person. Rejects with
   * `invalid_grant` (and nothing else) when the session is over.
   */
  refresh(stored: StoredSession, signal: AbortSignal, keep?: Keep): Promise<StoredSession>;
  /**
   * A token as wished, got without a person, and the session as it is after that. Absent where
   * the provider knows no such thing. Rejects as `refresh`, and with `not_offered`.
   */
  token?(
    stored: StoredSession,
    wish: TokenWish,
    signal: AbortSignal,
    keep?: Keep,
  ): Promise<{ readonly token: TokenCredentials; readonly session: StoredSession }>;
  /** Tells the provider that the session is over. Resolves false if it could not be told. */
  revoke(stored: StoredSession, signal: AbortSignal): Promise<boolean>;
  /** Whether the client outlives its sessions: then signing out keeps it, and `discard` ends it. */
  readonly keepsClient?: boolean;
  /** Gives a registration back that nobody will use again. Never rejects. */
  discard?(stored: StoredSession, signal: AbortSignal): Promise<void>;
  /** What a person should know about how this connection signs in, in sentences. */
  warnings?(stored: StoredSession | null): readonly string[];
}
