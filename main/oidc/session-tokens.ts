import type { AuthorizationServer } from 'oauth4webapi';
import { KeyfobError } from '../../shared/errors.ts';
import type { OidcSettings } from '../../shared/oidc-settings.ts';
import type { SignInFlow, StoredClient, StoredSession, Tokens } from '../connections/provider.ts';
import type { IdTokenClaims, TokenAnswer } from './context.ts';

/**
 * A provider's answer as tokens that the session keeps. What a refresh leaves out stays as it was:
 * the refresh token (RFC 6749 section 6), the ID token (OpenID Connect Core section 12.2) and the
 * scope (RFC 6749 section 5.1).
 */
export function tokensFrom(
  answer: TokenAnswer,
  context: {
    readonly flow: SignInFlow;
    readonly asked: readonly string[];
    readonly before?: Tokens | undefined;
  },
): Tokens {
  const { flow, asked, before } = context;
  const refreshToken = answer.refreshToken ?? before?.refreshToken;
  const identity = answer.idToken === undefined ? before : answer;
  const scope = answer.scope ?? before?.scope ?? asked;
  return {
    accessToken: answer.accessToken,
    tokenType: answer.tokenType,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(identity?.idToken === undefined ? {} : { idToken: identity.idToken }),
    ...(identity?.claims === undefined ? {} : { claims: identity.claims }),
    scope,
    obtainedAt: answer.obtainedAt,
    expiresAt: answer.expiresAt,
    flow,
  };
}

/** Whom the session is about, so that a refresh can't make it somebody else's. */
export function subjectOf(tokens: Tokens): Pick<IdTokenClaims, 'iss' | 'sub'> | undefined {
  const { iss, sub } = tokens.claims ?? {};
  return typeof iss === 'string' && typeof sub === 'string' ? { iss, sub } : undefined;
}

/** The session after a sign-in. */
export function signedIn(client: StoredClient, tokens: Tokens): StoredSession {
  return { version: 1, registrations: {}, client, tokens };
}

/**
 * The session to store before a person is sent anywhere. A client that the present tokens were got
 * with stays, since they can't be refreshed without it if the sign-in comes to nothing.
 */
export function whileSigningIn(stored: StoredSession | null, client: StoredClient): StoredSession {
  const tokens = stored?.tokens;
  const before = stored?.client?.registration?.clientId;
  const needed = tokens !== undefined && before !== client.registration?.clientId;
  return {
    version: 1,
    registrations: {},
    client: needed ? (stored?.client ?? client) : client,
    ...(tokens === undefined ? {} : { tokens }),
  };
}

/** The error for a session that only a person can bring back. */
export function sessionOver(why: string, cause?: KeyfobError): KeyfobError {
  return new KeyfobError('invalid_grant', `The session can't be renewed: ${why}.`, {
    hint: 'Sign in again with `keyfob login`.',
    details: cause?.details,
    cause,
  });
}

/**
 * The scopes to ask for. `offline_access` is what makes a session last; a provider that lists its
 * scopes without it (as Google, which does so by a parameter) would refuse the whole request.
 */
export function scopesOf(settings: OidcSettings, server: AuthorizationServer): string[] {
  const offered = server.scopes_supported;
  return settings.scopes.filter(
    (scope) => scope !== 'offline_access' || offered === undefined || offered.includes(scope),
  );
}
