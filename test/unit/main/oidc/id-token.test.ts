import { createHash } from 'node:crypto';
import { CompactEncrypt, CompactSign, importJWK } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkIdToken, type IdTokenExpectations } from '../../../../main/oidc/id-token.ts';
import { publicHalf } from '../../../../main/oidc/keys.ts';
import type { ErrorCode, KeyfobError } from '../../../../shared/errors.ts';
import {
  createHandMadeProvider,
  type HandMadeProvider,
  issuer,
  testKeys,
} from '../../../support/hand-made-provider.ts';

const signal = new AbortController().signal;
const secret = new TextEncoder().encode('a secret of more than thirty-two bytes');

let provider: HandMadeProvider;
beforeEach(async () => {
  provider = await createHandMadeProvider();
});

async function check(
  token: string,
  expectations: IdTokenExpectations = {},
  context = provider.context,
) {
  return (await checkIdToken(context, token, expectations, signal)).claims;
}

async function refused(promise: Promise<unknown>, code: ErrorCode, claim?: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (thrown: KeyfobError) => thrown,
  );
  expect(error?.code, error?.message).toBe(code);
  if (claim !== undefined) expect(error?.details).toEqual({ claim });
  expect(error?.hint).toMatch(/\w/);
}

const now = () => Math.floor(provider.ports.clock.now() / 1000);

test('one as it should be tells its claims, the extensions among them', async () => {
  const token = await provider.sign({ nonce: 'n', session_index: 's1', amr: ['pwd'] });
  expect(await check(token, { nonce: 'n' })).toMatchObject({
    iss: issuer,
    sub: 'alice',
    session_index: 's1',
    amr: ['pwd'],
  });
});

describe('what it says', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['another issuer', { iss: 'https://evil.test' }, 'iss'],
    ['an issuer that is the same but for a slash', { iss: `${issuer}/` }, 'iss'],
    ['no issuer', { iss: undefined }, 'iss'],
    ['another audience', { aud: 'client-2' }, 'aud'],
    ['a list of other audiences', { aud: ['client-2', 'client-3'] }, 'aud'],
    ['no audience', { aud: undefined }, 'aud'],
    ['several audiences and no authorized party', { aud: ['client-1.test', 'other'] }, 'azp'],
    ['another authorized party', { azp: 'client-2' }, 'azp'],
    [
      'several audiences and another authorized party',
      { aud: ['client-1.test', 'o'], azp: 'o' },
      'azp',
    ],
    ['no expiry', { exp: undefined }, 'exp'],
    ['an expiry that is no number', { exp: 'tomorrow' }, 'exp'],
    ['no time of issue', { iat: undefined }, 'iat'],
    ['no subject', { sub: undefined }, 'sub'],
    ['an empty subject', { sub: '' }, 'sub'],
    ['a subject that is no text', { sub: 7 }, 'sub'],
    ['another nonce', { nonce: 'stolen' }, 'nonce'],
    ['no nonce', { nonce: undefined }, 'nonce'],
    ['the hash of another access token', { at_hash: 'x'.repeat(22) }, 'at_hash'],
    ['an auth_time that is no time', { auth_time: 'now' }, 'auth_time'],
  ])('%s is refused', async (_, changes, claim) => {
    const token = await provider.sign({ nonce: 'n', ...changes });
    await refused(check(token, { nonce: 'n', accessToken: 'T' }), 'id_token_invalid', claim);
  });

  test('several audiences are fine with ourselves as the authorized party', async () => {
    const token = await provider.sign({ aud: ['o', 'client-1.test'], azp: 'client-1.test' });
    expect((await check(token)).azp).toBe('client-1.test');
  });

  test.each([
    ['RS256', 'sha256'],
    ['RS384', 'sha384'],
    ['RS512', 'sha512'],
  ])('the hash of its own access token is right with %s', async (alg, hash) => {
    const { rs256 } = await testKeys();
    const digest = createHash(hash).update('TOKEN').digest();
    const at_hash = digest.subarray(0, digest.length / 2).toString('base64url');
    provider.publish([{ ...rs256, alg }]);
    const context = provider.with({ idToken: { signedResponseAlgorithm: alg } });
    const token = await provider.sign({ at_hash }, { alg });
    expect((await check(token, { accessToken: 'TOKEN' }, context)).sub).toBe('alice');
    await refused(check(token, { accessToken: 'OTHER' }, context), 'id_token_invalid', 'at_hash');
  });
});

describe('when it is', () => {
  test('it counts until half a minute after its expiry, by the clock of the provider', async () => {
    const token = await provider.sign({ exp: now() + 10 });
    provider.ports.clock.jump(39_000);
    expect((await check(token)).sub).toBe('alice');
    provider.ports.clock.jump(1_000);
    await refused(check(token), 'id_token_invalid', 'exp');
  });

  test('a wrong local clock does no harm once the provider has told the time', async () => {
    const token = await provider.sign();
    const date = new Date(provider.ports.clock.now()).toUTCString();
    provider.ports.clock.jump(86_400_000);
    await refused(check(token), 'id_token_invalid', 'exp');
    provider.context.serverClock.observe(date);
    expect((await check(token)).sub).toBe('alice');
  });

  test.each(['iat', 'nbf'])('one from the future (%s) is refused', async (claim) => {
    const soon = await provider.sign({ [claim]: now() + 30 });
    expect((await check(soon)).sub).toBe('alice');
    const late = await provider.sign({ [claim]: now() + 31 });
    await refused(check(late), 'id_token_invalid', claim);
  });

  test('a sign-in that is older than was asked for is refused, and one that hides its age', async () => {
    const fresh = await provider.sign({ auth_time: now() - 90 });
    expect((await check(fresh, { maxAgeSeconds: 60 })).sub).toBe('alice');
    const old = await provider.sign({ auth_time: now() - 91 });
    await refused(check(old, { maxAgeSeconds: 60 }), 'id_token_invalid', 'auth_time');
    const silent = await provider.sign();
    await refused(check(silent, { maxAgeSeconds: 60 }), 'id_token_invalid', 'auth_time');
    expect((await check(old)).sub).toBe('alice');
  });
});

test('a weaker sign-in than was asked for is refused, and one that does not tell', async () => {
  const acrValues = 'urn:gold urn:silver';
  const silver = await provider.sign({ acr: 'urn:silver' });
  expect((await check(silver, { acrValues })).acr).toBe('urn:silver');
  const code = 'insufficient_user_authentication';
  await refused(check(await provider.sign({ acr: 'urn:bronze' }), { acrValues }), code);
  await refused(check(await provider.sign(), { acrValues }), code);
});

test('after a refresh it must be about the same person at the same issuer', async () => {
  const token = await provider.sign();
  const same = { iss: issuer, sub: 'alice' };
  expect((await check(token, { previous: same })).sub).toBe('alice');
  await refused(check(token, { previous: { ...same, sub: 'bob' } }), 'subject_mismatch');
  await refused(check(token, { previous: { ...same, iss: 'https://o' } }), 'subject_mismatch');
});

describe('its signature', () => {
  test('is checked: one by a foreign key that names the real one is refused', async () => {
    const { foreign } = await testKeys();
    const token = await provider.sign({}, { key: foreign });
    await refused(check(token), 'signature_invalid');
  });

  test('is checked: a changed claim is refused', async () => {
    const [header, , signature] = (await provider.sign()).split('.');
    const [, claims] = (await provider.sign({ sub: 'mallory' })).split('.');
    await refused(check([header, claims, signature].join('.')), 'signature_invalid');
  });

  test('alg none is refused, with and without a signature, whatever was agreed on', async () => {
    const [, claims, signature] = (await provider.sign()).split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const agreed = provider.with({ idToken: { signedResponseAlgorithm: 'none' } });
    for (const tail of ['', signature]) {
      const token = [none, claims, tail].join('.');
      await refused(check(token), 'algorithm_refused');
      await refused(check(token, {}, agreed), 'algorithm_refused');
    }
  });

  test('a public key never serves as a secret: RS256 turned into HS256 is refused', async () => {
    const { rs256 } = await testKeys();
    const { createPublicKey } = await import('node:crypto');
    const publicKey = createPublicKey({ key: publicHalf(rs256) as never, format: 'jwk' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const key = new TextEncoder().encode(pem);
    const token = await provider.sign({}, { key, header: { kid: 'rs' } });
    await refused(check(token), 'algorithm_refused');
    const agreed = provider.with({ idToken: { signedResponseAlgorithm: 'HS256' } });
    await refused(check(token, {}, agreed), 'signature_invalid');
  });

  test('HS256 counts by the client’s secret, where it was agreed on and nowhere else', async () => {
    const token = await provider.sign({}, { key: secret });
    const agreed = { idToken: { signedResponseAlgorithm: 'HS256' } };
    expect((await check(token, {}, provider.with(agreed))).sub).toBe('alice');
    await refused(check(token), 'algorithm_refused');
    const { clientSecret: _, ...publicClient } = provider.context.client;
    const context = { ...provider.context, client: { ...publicClient, ...agreed } };
    await refused(check(token, {}, context), 'algorithm_refused');
  });

  test('where HS256 was agreed on, a signature by a published key is a downgrade too', async () => {
    const agreed = provider.with({ idToken: { signedResponseAlgorithm: 'HS256' } });
    await refused(check(await provider.sign(), {}, agreed), 'algorithm_refused');
  });

  test('an algorithm that the provider does not announce is refused; RS256 where it says nothing', async () => {
    const { es256 } = await testKeys();
    const token = await provider.sign({}, { key: es256 });
    expect((await check(token)).sub).toBe('alice');
    const { id_token_signing_alg_values_supported: _, ...server } = provider.context.server;
    const silent = { ...provider.context, server };
    await refused(check(token, {}, silent), 'algorithm_refused');
    expect((await check(await provider.sign(), {}, silent)).sub).toBe('alice');
    const agreed = provider.with({ idToken: { signedResponseAlgorithm: 'ES256' } });
    expect((await check(token, {}, agreed)).sub).toBe('alice');
    await refused(check(await provider.sign(), {}, agreed), 'algorithm_refused');
  });

  test('critical extensions are refused, also the one that jose knows', async () => {
    const { rs256 } = await testKeys();
    const payload = Buffer.from((await provider.sign()).split('.')[1] ?? '', 'base64url');
    const header = { alg: 'RS256', kid: 'rs', crit: ['b64'], b64: true };
    const token = await new CompactSign(payload)
      .setProtectedHeader(header)
      .sign(await importJWK(rs256, 'RS256'));
    await refused(check(token), 'id_token_invalid');
    const unknown = Buffer.from('{"alg":"RS256","kid":"rs","crit":["x"],"x":1}');
    const [, claims, signature] = (await provider.sign()).split('.');
    const other = [unknown.toString('base64url'), claims, signature].join('.');
    await refused(check(other), 'id_token_invalid');
  });

  test.each(['', 'a.b', 'a.b.c', '..', 'SECRET', `${'x'.repeat(40)}.e30.c2ln`])(
    'what is no JWT at all (%j) is refused without repeating it',
    async (token) => {
      await refused(check(token), 'id_token_invalid');
      const error = await check(token).catch((thrown: KeyfobError) => thrown);
      if (token.length > 3) expect(JSON.stringify(error)).not.toContain(token);
    },
  );
});

describe('encryption', () => {
  const agreed = {
    encryptedResponseAlgorithm: 'RSA-OAEP-256',
    encryptedResponseEncryption: 'A256GCM',
  };

  async function encrypt(text: string, header: Record<string, string> = {}, key?: Uint8Array) {
    const { encryption } = await testKeys();
    const full = { alg: 'RSA-OAEP-256', enc: 'A256GCM', ...header };
    return await new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader(full)
      .encrypt(key ?? (await importJWK(publicHalf(encryption), full.alg)));
  }

  test('a signed one inside an encrypted one is opened with our key', async () => {
    const { encryption } = await testKeys();
    const context = provider.with({ idToken: agreed, decryptionKeys: [encryption] });
    const token = await encrypt(await provider.sign(), { kid: 'enc' });
    expect((await check(token, {}, context)).sub).toBe('alice');
  });

  test('what others are shown of it is the signed one alone, which they can read', async () => {
    const { encryption } = await testKeys();
    const context = provider.with({ idToken: agreed, decryptionKeys: [encryption] });
    const signed = await provider.sign();
    const checked = await checkIdToken(context, await encrypt(signed), {}, signal);
    expect(checked.signed).toBe(signed);
  });

  test('an earlier key of ours still opens, whether the header names it or not', async () => {
    const { encryption, rs256 } = await testKeys();
    const other = { ...rs256, alg: 'RSA-OAEP-256', kid: 'newer' };
    const context = provider.with({ idToken: agreed, decryptionKeys: [other, encryption] });
    const signed = await provider.sign();
    expect((await check(await encrypt(signed), {}, context)).sub).toBe('alice');
    const unknownKid = await encrypt(signed, { kid: 'unknown' });
    expect((await check(unknownKid, {}, context)).sub).toBe('alice');
  });

  test('one encrypted to a foreign key is refused', async () => {
    const { foreign } = await testKeys();
    const key = { ...foreign, kid: 'enc' };
    const context = provider.with({ idToken: agreed, decryptionKeys: [key] });
    const token = await encrypt(await provider.sign(), { kid: 'enc' });
    await refused(check(token, {}, context), 'decryption_failed');
  });

  test('a plain one is a downgrade where encryption was agreed on', async () => {
    const { encryption } = await testKeys();
    const context = provider.with({ idToken: agreed, decryptionKeys: [encryption] });
    const plain = check(await provider.sign(), {}, context);
    await expect(plain).rejects.toMatchObject({
      code: 'decryption_failed',
      message: 'The ID token is not encrypted, as was agreed on.',
    });
  });

  test('another algorithm or another encryption than agreed on is refused', async () => {
    const { encryption } = await testKeys();
    const context = provider.with({ idToken: agreed, decryptionKeys: [encryption] });
    const weaker = await encrypt(await provider.sign(), { enc: 'A128CBC-HS256' });
    await expect(check(weaker, {}, context)).rejects.toMatchObject({
      code: 'decryption_failed',
      message: 'The ID token is encrypted otherwise than with RSA-OAEP-256 and A256GCM.',
    });
    const older = await encrypt(await provider.sign(), { alg: 'RSA-OAEP' });
    await refused(check(older, {}, context), 'decryption_failed');
  });

  test('one inside of which nothing is signed is refused', async () => {
    const { encryption } = await testKeys();
    const context = provider.with({ idToken: agreed, decryptionKeys: [encryption] });
    const claims = JSON.stringify({ iss: issuer, sub: 'alice', aud: 'client-1.test' });
    await refused(check(await encrypt(claims), {}, context), 'id_token_invalid');
    const [, payload] = (await provider.sign()).split('.');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    await refused(check(await encrypt(none), {}, context), 'algorithm_refused');
  });

  test('one that nobody asked to be encrypted is refused', async () => {
    const { encryption } = await testKeys();
    const context = provider.with({ decryptionKeys: [encryption] });
    await refused(check(await encrypt(await provider.sign()), {}, context), 'decryption_failed');
  });

  test('symmetric encryption takes its key from the client’s secret', async () => {
    const hash = createHash('sha256').update('a secret of more than thirty-two bytes').digest();
    const signed = await provider.sign();
    const direct = await encrypt(signed, { alg: 'dir' }, new Uint8Array(hash));
    const wrapped = await encrypt(signed, { alg: 'A128KW' }, new Uint8Array(hash.subarray(0, 16)));
    for (const [token, encryptedResponseAlgorithm] of [
      [direct, 'dir'],
      [wrapped, 'A128KW'],
    ] as const) {
      const idToken = { encryptedResponseAlgorithm, encryptedResponseEncryption: 'A256GCM' };
      expect((await check(token, {}, provider.with({ idToken }))).sub).toBe('alice');
      const stranger = provider.with({ idToken, clientSecret: 'another secret' });
      await refused(check(token, {}, stranger), 'decryption_failed');
    }
  });
});
