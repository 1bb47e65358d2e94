import type { JWK } from 'jose';
import { beforeEach, expect, test } from 'vitest';
import { checkIdToken } from '../../../../main/oidc/id-token.ts';
import { jsonResponse } from '../../../support/fake-ports.ts';
import {
  createHandMadeProvider,
  type HandMadeProvider,
  issuer,
  testKeys,
} from '../../../support/hand-made-provider.ts';

const signal = new AbortController().signal;

let provider: HandMadeProvider;
beforeEach(async () => {
  provider = await createHandMadeProvider();
});

const check = async (token: string, context = provider.context) =>
  (await checkIdToken(context, token, {}, signal)).claims;

/** Signs by `key`, with the times of this moment. */
const signed = async (key: JWK) => await provider.sign({}, { key });

test('the keys are asked for once, and again after ten minutes', async () => {
  const { es256, rs256 } = await testKeys();
  for (const key of [rs256, es256, rs256]) await check(await signed(key));
  expect(provider.keyRequests).toBe(1);
  provider.ports.clock.jump(599_999);
  await check(await signed(rs256));
  expect(provider.keyRequests).toBe(1);
  provider.ports.clock.jump(1);
  await check(await signed(rs256));
  expect(provider.keyRequests).toBe(2);
});

test('callers at the same time share one request', async () => {
  const token = await provider.sign();
  await Promise.all([check(token), check(token), check(token)]);
  expect(provider.keyRequests).toBe(1);
});

test('a caller who gives up does not take the others with him', async () => {
  const token = await provider.sign();
  const answered = Promise.withResolvers<void>();
  const { rs256 } = await testKeys();
  const { publicHalf } = await import('../../../../main/oidc/keys.ts');
  provider.ports.fetch.once(`${issuer}/keys`, async () => {
    await answered.promise;
    return jsonResponse({ keys: [publicHalf(rs256)] });
  });
  const impatient = new AbortController();
  const first = checkIdToken(provider.context, token, {}, impatient.signal);
  const second = check(token);
  const reason = new Error('enough');
  const gaveUp = expect(first).rejects.toBe(reason);
  impatient.abort(reason);
  await gaveUp;
  answered.resolve();
  expect((await second).sub).toBe('alice');
});

test('an unknown kid makes us ask once more, so that keys can be rotated', async () => {
  const { next, rs256 } = await testKeys();
  await check(await provider.sign());
  provider.publish([next, rs256]);
  provider.ports.clock.jump(30_000);
  expect((await check(await signed(next))).sub).toBe('alice');
  expect(provider.keyRequests).toBe(2);
});

test('a stranger’s kids make us ask once in half a minute, not more', async () => {
  const { next } = await testKeys();
  await check(await provider.sign());
  const strange = { ...next, kid: 'strange' };
  for (const [waitMs, requests] of [
    [0, 1],
    [29_999, 1],
    [1, 2],
    [0, 2],
    [30_000, 3],
  ] as const) {
    provider.ports.clock.jump(waitMs);
    await expect(check(await signed(strange))).rejects.toMatchObject({ code: 'unknown_key' });
    expect(provider.keyRequests).toBe(requests);
  }
});

test('a clock that was set back does not keep us from asking', async () => {
  const { next } = await testKeys();
  await check(await provider.sign());
  provider.publish([next]);
  provider.ports.clock.jump(-86_400_000);
  expect((await check(await signed(next))).sub).toBe('alice');
});

test('a key that was taken out of the set counts no more', async () => {
  const { rs256, es256 } = await testKeys();
  await check(await provider.sign());
  provider.publish([es256]);
  provider.ports.clock.jump(600_000);
  await expect(check(await signed(rs256))).rejects.toMatchObject({ code: 'unknown_key' });
});

test('without a kid each key of the algorithm is tried', async () => {
  const { foreign, rs256 } = await testKeys();
  const { kid: _1, ...first } = foreign;
  const { kid: _2, ...second } = rs256;
  provider.publish([first, second]);
  const token = await provider.sign({}, { key: second, header: { kid: undefined } });
  expect((await check(token)).sub).toBe('alice');
});

test('a key for encryption never verifies', async () => {
  const { rs256 } = await testKeys();
  provider.publish([{ ...rs256, use: 'enc' }]);
  await expect(check(await provider.sign())).rejects.toMatchObject({ code: 'unknown_key' });
});

test.each([
  ['no JSON', new Response('SECRET', { status: 200 }), 'response_not_json'],
  ['no key set', jsonResponse({ keys: 'SECRET' }), 'response_invalid'],
  ['null', jsonResponse(null), 'response_invalid'],
  ['a page that is not there', new Response('SECRET', { status: 404 }), 'not_found'],
  ['a server that fails', new Response('SECRET', { status: 500 }), 'server_error'],
  ['a page for people', new Response('<html>', { status: 403 }), 'forbidden'],
  [
    'a redirect',
    new Response(null, { status: 302, headers: { location: 'https://evil.test/keys' } }),
    'response_redirected',
  ],
])('%s in place of the keys is a typed error', async (_, answer, code) => {
  provider.ports.fetch.once(`${issuer}/keys`, answer);
  provider.ports.fetch.once(`${issuer}/keys`, answer);
  provider.ports.fetch.once(`${issuer}/keys`, answer);
  const pending = check(await provider.sign()).catch((thrown) => thrown);
  await provider.ports.clock.advance(25_000);
  const error = await pending;
  expect(error).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
  expect(JSON.stringify([error, error.cause])).not.toContain('SECRET');
});

test('keys are never fetched over plain http from elsewhere', async () => {
  const context = provider.with({}, { jwks_uri: 'http://login.test/keys' });
  await expect(check(await provider.sign(), context)).rejects.toMatchObject({
    code: 'insecure_url',
  });
});

test('a provider without published keys is told apart', async () => {
  const { jwks_uri: _, ...server } = provider.context.server;
  await expect(check(await provider.sign(), { ...provider.context, server })).rejects.toMatchObject(
    { code: 'not_offered' },
  );
});
