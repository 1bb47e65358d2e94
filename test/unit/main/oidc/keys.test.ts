import { CompactEncrypt, compactDecrypt, importJWK } from 'jose';
import { describe, expect, test } from 'vitest';
import { generateKey, publicHalf, publicKeySet } from '../../../../main/oidc/keys.ts';

describe('a key', () => {
  test.each([
    ['signing', undefined, { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }],
    ['signing', 'RS256', { kty: 'RSA', alg: 'RS256', use: 'sig' }],
    ['signing', 'ES512', { kty: 'EC', crv: 'P-521', alg: 'ES512', use: 'sig' }],
    ['signing', 'EdDSA', { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' }],
    ['dpop', undefined, { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' }],
    ['decryption', undefined, { kty: 'RSA', alg: 'RSA-OAEP-256', use: 'enc' }],
    ['decryption', 'ECDH-ES+A128KW', { kty: 'EC', alg: 'ECDH-ES+A128KW', use: 'enc' }],
  ] as const)('for %s (%s) says what it is for', async (purpose, algorithm, expected) => {
    const key = await generateKey(purpose, algorithm);
    expect(key).toMatchObject({ ...expected, kid: expect.stringMatching(/^[\w-]{43}$/) });
    expect(key.d).toMatch(/^[\w-]{20,}$/);
  });

  test('is another one each time', async () => {
    expect((await generateKey('dpop')).kid).not.toBe((await generateKey('dpop')).kid);
  });

  test.each([
    ['signing', 'none'],
    ['signing', 'HS256'],
    ['signing', 'RSA-OAEP'],
    ['decryption', 'RSA1_5'],
    ['decryption', 'dir'],
    ['dpop', 'HS256'],
  ] as const)('for %s can not be made for %s', async (purpose, algorithm) => {
    await expect(generateKey(purpose, algorithm)).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.stringMatching(/\w/),
    });
  });

  test('opens what was encrypted to its public half', async () => {
    const key = await generateKey('decryption', 'ECDH-ES');
    const jwe = await new CompactEncrypt(new TextEncoder().encode('text'))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A128GCM' })
      .encrypt(await importJWK(publicHalf(key), 'ECDH-ES'));
    const { plaintext } = await compactDecrypt(jwe, await importJWK(key, 'ECDH-ES'));
    expect(new TextDecoder().decode(plaintext)).toBe('text');
  });
});

test('what is published has nothing in it that is private, whatever is in the key', async () => {
  const [rsa, ec] = [await generateKey('decryption'), await generateKey('signing')];
  const set = publicKeySet([rsa, undefined, { ...ec, k: 'SECRET' }]);
  expect(set.keys).toHaveLength(2);
  const text = JSON.stringify(set);
  for (const secret of [rsa.d, rsa.p, rsa.q, rsa.dp, rsa.dq, rsa.qi, ec.d, 'SECRET']) {
    expect(secret).toMatch(/\w/);
    expect(text).not.toContain(secret);
  }
  expect(set.keys[0]).toEqual({
    kty: 'RSA',
    n: rsa.n,
    e: rsa.e,
    kid: rsa.kid,
    alg: 'RSA-OAEP-256',
    use: 'enc',
  });
});
