import { createHash } from 'node:crypto';
import { KeyfobError } from '../../shared/errors.ts';
import { clockToleranceSeconds, type IdTokenClaims, type OidcContext } from './context.ts';
import { invalid, openJwt } from './jwt.ts';

/** What one ID token is compared with, beside what all of them are. */
export interface IdTokenExpectations {
  /** What the authorization request sent; absent for grants that send none. */
  readonly nonce?: string;
  /** The access token that came with it, for `at_hash`. */
  readonly accessToken?: string;
  /** What the authorization request asked for: how old the sign-in may be. */
  readonly maxAgeSeconds?: number;
  /** What the authorization request asked for, separated by spaces; one of them has to be met. */
  readonly acrValues?: string;
  /** Of the ID token before, which a refresh must not exchange for somebody else's. */
  readonly previous?: Pick<IdTokenClaims, 'iss' | 'sub'>;
}

/** An ID token that has been checked wholly. */
export interface CheckedIdToken {
  readonly claims: IdTokenClaims;
  /**
   * As others can read it: without the encryption, which is to us alone. The provider too wants it
   * back so (OpenID Connect Core section 3.1.2.1, id_token_hint).
   */
  readonly signed: string;
}

const idToken = { what: 'the ID token', code: 'id_token_invalid' } as const;

/**
 * Checks an ID token wholly (OpenID Connect Core sections 3.1.3.7, 3.1.3.8 and 12.2): form,
 * signature, issuer, audience, authorized party, times, nonce, access token hash, age and level of
 * the sign-in, and that it is about the same person as the one before.
 *
 * Rejects with `id_token_invalid` (details.claim), `subject_mismatch`,
 * `insufficient_user_authentication`, and the codes of `openJwt`.
 */
export async function checkIdToken(
  context: OidcContext,
  token: string,
  expectations: IdTokenExpectations,
  signal: AbortSignal,
): Promise<CheckedIdToken> {
  const { server, client } = context;
  const { algorithm, claims, signed } = await openJwt(
    context,
    token,
    {
      ...idToken,
      protection: client.idToken,
      supported: server.id_token_signing_alg_values_supported,
      required: ['iss', 'sub', 'aud', 'exp', 'iat'],
    },
    signal,
  );
  if (typeof claims.sub !== 'string' || claims.sub === '') {
    throw invalid(idToken, 'its sub is no name', 'sub');
  }
  checkAuthorizedParty(claims.aud, claims.azp, client.clientId);
  if (expectations.nonce !== undefined && claims.nonce !== expectations.nonce) {
    throw invalid(idToken, 'it belongs to another sign-in', 'nonce');
  }
  checkAccessToken(claims.at_hash, expectations.accessToken, algorithm);
  checkAge(context, claims.auth_time, expectations.maxAgeSeconds);
  checkLevel(claims.acr, expectations.acrValues);
  const { previous } = expectations;
  if (previous !== undefined && (claims.sub !== previous.sub || claims.iss !== previous.iss)) {
    throw anotherSubject();
  }
  return { claims: claims as IdTokenClaims, signed };
}

/** Somebody else's tokens came back. */
export function anotherSubject(): KeyfobError {
  return new KeyfobError(
    'subject_mismatch',
    'The provider answered with tokens of somebody else than who signed in.',
    { hint: 'They were not used. Sign in again, and report it to whoever runs the provider.' },
  );
}

function checkAuthorizedParty(aud: unknown, azp: unknown, clientId: string): void {
  if (azp !== undefined && azp !== clientId) {
    throw invalid(idToken, 'it was issued to another client', 'azp');
  }
  if (azp === undefined && Array.isArray(aud) && aud.length > 1) {
    throw invalid(idToken, 'it is for several clients and does not say for whom first', 'azp');
  }
}

function checkAccessToken(hash: unknown, accessToken: string | undefined, algorithm: string): void {
  if (hash === undefined || accessToken === undefined) return;
  const bits = /(?:256|384|512)$/.exec(algorithm)?.[0] ?? '512';
  const digest = createHash(`sha${bits}`).update(accessToken).digest();
  if (digest.subarray(0, digest.length / 2).toString('base64url') !== hash) {
    throw invalid(idToken, 'it came with another access token', 'at_hash');
  }
}

function checkAge(
  context: OidcContext,
  authTime: unknown,
  maxAgeSeconds: number | undefined,
): void {
  if (authTime !== undefined && (typeof authTime !== 'number' || !Number.isFinite(authTime))) {
    throw invalid(idToken, 'its auth_time is no time', 'auth_time');
  }
  if (maxAgeSeconds === undefined) return;
  if (authTime === undefined) {
    throw invalid(idToken, 'it does not say when the person signed in', 'auth_time');
  }
  const now = context.serverClock.now() / 1000;
  if (authTime + maxAgeSeconds < now - clockToleranceSeconds) {
    throw invalid(idToken, 'the person signed in too long ago', 'auth_time');
  }
}

function checkLevel(acr: unknown, acrValues: string | undefined): void {
  const wanted = acrValues?.split(' ').filter((value) => value !== '') ?? [];
  if (wanted.length === 0 || wanted.some((value) => value === acr)) return;
  throw new KeyfobError(
    'insufficient_user_authentication',
    acr === undefined
      ? 'The ID token does not say how strongly the person signed in.'
      : 'The person did not sign in as strongly as the connection asks.',
    {
      hint: 'Sign in with the stronger method. If the provider does not report it (acr), leave the acr values out of the connection.',
      details: { claim: 'acr' },
    },
  );
}
