import { createHash } from 'node:crypto';
import { compactDecrypt, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { KeyfobError } from '../../shared/errors.ts';
import type { OidcContext } from './context.ts';
import type { JwtExpectation } from './jwt.ts';

/**
 * What a JWE was made around, or `token` itself where no encryption was agreed on and it has none.
 *
 * Only the algorithms that were agreed on are tried, with our own keys of that kind or, for the
 * symmetric ones, with a key made of the client's secret (OpenID Connect Core section 10.2).
 *
 * Rejects with `decryption_failed`: it is not encrypted though that was agreed on, encrypted though
 * it was not, in another way, or to another key.
 */
export async function decryptJwe(
  context: OidcContext,
  token: string,
  { what, protection }: Pick<JwtExpectation, 'what' | 'protection'>,
): Promise<string> {
  const alg = protection?.encryptedResponseAlgorithm;
  const encrypted = token.split('.').length === 5;
  if (alg === undefined) {
    if (!encrypted) return token;
    throw failed(what, 'is encrypted, which was not agreed on', noAgreementHint);
  }
  if (!encrypted) throw failed(what, 'is not encrypted, as was agreed on', downgradeHint);
  // OpenID Connect Dynamic Client Registration section 2: the default beside an `alg`.
  const enc = protection?.encryptedResponseEncryption ?? 'A128CBC-HS256';
  const header = headerOf(token);
  if (header?.alg !== alg || header.enc !== enc) {
    throw failed(what, `is encrypted otherwise than with ${alg} and ${enc}`, downgradeHint);
  }
  const options = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] };
  for (const key of keysFor(context, alg, enc, header.kid)) {
    try {
      const usable = key instanceof Uint8Array ? key : await importJWK({ ...key, alg }, alg);
      const { plaintext } = await compactDecrypt(token, usable, options);
      return new TextDecoder().decode(plaintext);
    } catch {
      // Another of our keys may open it; which one failed how is nobody's business.
    }
  }
  throw failed(what, 'is encrypted to a key that is not ours', foreignHint);
}

const downgradeHint =
  'Nothing of it was used. Ask whoever runs the provider how this client is registered, and say so in the connection.';
const noAgreementHint = 'If the client is registered for encryption, say so in the connection.';
const foreignHint =
  'Register the key that `keyfob register show` gives with the provider, or register the client anew.';

function keysFor(
  { client }: OidcContext,
  alg: string,
  enc: string,
  kid: string | undefined,
): (JWK | Uint8Array)[] {
  if (!/^(?:RSA-OAEP|ECDH-ES)/.test(alg)) {
    const bits = alg === 'dir' ? contentKeyBits(enc) : Number(/^A(\d{3})/.exec(alg)?.[1]);
    return client.clientSecret === undefined || !bits ? [] : [secretKey(client.clientSecret, bits)];
  }
  const kty = alg.startsWith('RSA') ? ['RSA'] : ['EC', 'OKP'];
  const keys = (client.decryptionKeys ?? []).filter((key) => kty.includes(key.kty ?? ''));
  const named = keys.filter((key) => key.kid === kid);
  return kid !== undefined && named.length > 0 ? named : keys;
}

function contentKeyBits(enc: string): number {
  const cbc = /HS(\d{3})$/.exec(enc)?.[1];
  return Number(cbc ?? /^A(\d{3})GCM$/.exec(enc)?.[1]);
}

/** OpenID Connect Core section 10.2: the hash of the secret, as many bits of it as are needed. */
function secretKey(secret: string, bits: number): Uint8Array {
  const hash = bits <= 256 ? 'sha256' : bits <= 384 ? 'sha384' : 'sha512';
  return new Uint8Array(
    createHash(hash)
      .update(secret)
      .digest()
      .subarray(0, bits / 8),
  );
}

function headerOf(token: string): { alg?: unknown; enc?: unknown; kid?: string } | undefined {
  try {
    const { kid, ...header } = decodeProtectedHeader(token);
    return { ...header, ...(typeof kid === 'string' ? { kid } : {}) };
  } catch {
    return undefined;
  }
}

function failed(what: string, why: string, hint: string): KeyfobError {
  const message = `${what[0]?.toUpperCase()}${what.slice(1)} ${why}.`;
  return new KeyfobError('decryption_failed', message, { hint });
}
