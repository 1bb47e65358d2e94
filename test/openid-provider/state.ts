import type { JWK } from 'jose';
import type { Provider } from 'oidc-provider';
import type { TestClient } from './clients.ts';
import type { Keys } from './keys.ts';

/** What may be changed while the provider runs. Times in seconds. */
export interface Switches {
  lifetimes: {
    access: number;
    clientCredentials: number;
    id: number;
    refresh: number;
    code: number;
    device: number;
  };
  /** Without `offline_access` too; as many providers do. */
  alwaysRefreshable: boolean;
  /** A new refresh token at each use; using an old one ends the whole family. */
  rotateRefreshTokens: boolean;
  /** Asks for a nonce in every DPoP proof. */
  dpopNonce: boolean;
  /**
   * Speaks as Ubisecure SSO does: `code_challenge_methods_support`, `token_type` of introspection
   * tells what sort of token it is, its JWT comes as `application/jwt`, a registration without
   * `grant_types` is for all of them, with `[]` for three, and a one-time password needs a language.
   */
  ssoServer: boolean;
  /** Answers each poll of a device sign-in with this error, while it is set. */
  deviceError: 'slow_down' | 'authorization_pending' | undefined;
}

/** One code that a phone or a mailbox got. */
export interface SentCode {
  readonly channel: 'sms' | 'smtp';
  readonly username: string;
  readonly reference: string;
  readonly code: string;
}

/** What the parts of the provider share. */
export interface ProviderState {
  readonly switches: Switches;
  readonly keys: Keys;
  readonly clients: Readonly<Record<string, TestClient>>;
  /** Signs the assertions that the provider trusts. */
  readonly trusted: TrustedIssuer;
  readonly outbox: SentCode[];
  issuer: string;
  provider: Provider;
}

/** Somebody else's identity provider. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: JWK;
}

export const defaultSwitches: Switches = {
  lifetimes: {
    access: 3600,
    clientCredentials: 600,
    id: 3600,
    refresh: 86_400,
    code: 60,
    device: 600,
  },
  alwaysRefreshable: true,
  rotateRefreshTokens: true,
  dpopNonce: false,
  ssoServer: false,
  deviceError: undefined,
};
