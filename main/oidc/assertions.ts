import { Buffer } from 'node:buffer';
import { importJWK, type JWK, SignJWT } from 'jose';
import { KeyfobError } from '../../shared/errors.ts';
import type { OidcContext } from './context.ts';

/** Seconds: long enough for a slow network, too short to be of use to who finds it. */
const lifetimeSeconds = 60;

/** What an assertion is to say (RFC 7523 section 3). `iss` is always the client. */
export interface Assertion {
  /** The client's secret (HS256 and its kin) or its private key. */
  readonly by: 'secret' | 'key';
  readonly subject: string;
  readonly audience: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * A JWT signed by this client, good for a minute by the provider's clock, with an id of its own.
 *
 * Rejects with `invalid_client` where there is nothing to sign with, or nothing that can.
 */
export async function signAssertion(context: OidcContext, assertion: Assertion): Promise<string> {
  const { client, serverClock, random } = context;
  const { alg, key, kid } = await signer(context, assertion.by);
  const issuedAt = Math.floor(serverClock.now() / 1000);
  const jwt = new SignJWT({ ...assertion.claims })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
    .setIssuer(client.clientId)
    .setSubject(assertion.subject)
    .setAudience(assertion.audience)
    .setJti(Buffer.from(random.bytes(24)).toString('base64url'))
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + lifetimeSeconds);
  try {
    return await jwt.sign(key);
  } catch {
    throw unusable(`Its key or secret is too short for ${shown(alg)}, or not for signing.`);
  }
}

async function signer(context: OidcContext, by: Assertion['by']) {
  const { clientSecret, signingAlgorithm, signingKey } = context.client;
  if (by === 'secret') {
    if (clientSecret === undefined) throw unusable('It has no client secret.');
    const alg = signingAlgorithm ?? 'HS256';
    if (!/^HS(?:256|384|512)$/.test(alg)) throw unusable(`A secret can not sign ${shown(alg)}.`);
    return { alg, key: new TextEncoder().encode(clientSecret), kid: undefined };
  }
  if (signingKey === undefined) throw unusable('It has no private key.');
  const alg = signingAlgorithm ?? signingKey.alg ?? usualAlgorithm(signingKey);
  if (alg === undefined || alg.startsWith('HS')) throw unusable('A key can not sign like that.');
  return { alg, key: await imported(signingKey, alg), kid: signingKey.kid };
}

async function imported(jwk: JWK, alg: string) {
  try {
    // An `alg` of its own would go before the one that is configured.
    return await importJWK({ ...jwk, alg }, alg);
  } catch {
    throw unusable(`Its private key does not fit ${shown(alg)}.`);
  }
}

/** The algorithm that a key without `alg` is for. */
export function usualAlgorithm(jwk: JWK): string | undefined {
  if (jwk.kty === 'RSA') return 'RS256';
  if (jwk.kty === 'OKP') return jwk.crv === 'Ed25519' ? 'EdDSA' : undefined;
  const curves: Readonly<Record<string, string>> = {
    'P-256': 'ES256',
    'P-384': 'ES384',
    'P-521': 'ES512',
  };
  return jwk.kty === 'EC' && jwk.crv !== undefined ? curves[jwk.crv] : undefined;
}

function shown(alg: string): string {
  return alg.slice(0, 20);
}

function unusable(why: string): KeyfobError {
  return new KeyfobError('invalid_client', `Keyfob can not sign as this client. ${why}`, {
    hint: 'Check the way of client authentication and the signing algorithm of the connection.',
  });
}
