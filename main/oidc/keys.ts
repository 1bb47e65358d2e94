import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { KeyfobError } from '../../shared/errors.ts';

/** What a key of ours is for. */
export type KeyPurpose = 'signing' | 'decryption' | 'dpop';

const usual: Readonly<Record<KeyPurpose, string>> = {
  signing: 'ES256',
  decryption: 'RSA-OAEP-256',
  dpop: 'ES256',
};

/** The JOSE algorithms that there can be a key for. */
export const keyAlgorithms: Readonly<Record<KeyPurpose, RegExp>> = {
  signing: /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/,
  decryption: /^(?:RSA-OAEP(?:-(?:256|384|512))?|ECDH-ES(?:\+A(?:128|192|256)KW)?)$/,
  dpop: /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/,
};

/**
 * Makes a private key, as a JWK with `alg`, `use` and a `kid` that is its thumbprint (RFC 7638).
 * It is secret: it belongs in the keychain alone.
 *
 * Rejects with `invalid_input` for an algorithm that no such key is for.
 */
export async function generateKey(
  purpose: KeyPurpose,
  algorithm: string = usual[purpose],
): Promise<JWK> {
  if (!keyAlgorithms[purpose].test(algorithm)) {
    throw new KeyfobError('invalid_input', `No ${purpose} key can be made for ${algorithm}.`, {
      hint: `Choose another algorithm; ${usual[purpose]} is the usual one.`,
    });
  }
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const use = purpose === 'decryption' ? 'enc' : 'sig';
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use };
}

/** The half that may be published: only what is known to be public is taken over. */
export function publicHalf(jwk: JWK): JWK {
  const half: JWK = {};
  for (const name of publicMembers) {
    if (jwk[name] !== undefined) half[name] = jwk[name];
  }
  return half;
}

/** The set that a client is registered with (RFC 7591 section 2, `jwks`). Nothing in it is secret. */
export function publicKeySet(keys: readonly (JWK | undefined)[]): { keys: JWK[] } {
  return { keys: keys.flatMap((key) => (key === undefined ? [] : [publicHalf(key)])) };
}

const publicMembers = ['kty', 'kid', 'alg', 'use', 'crv', 'x', 'y', 'n', 'e'] as const;
