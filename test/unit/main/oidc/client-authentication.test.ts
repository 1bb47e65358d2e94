import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import type { OidcClient } from '../../../../main/oidc/context.ts';
import { generateKey, publicHalf } from '../../../../main/oidc/keys.ts';
import { requestTokens } from '../../../../main/oidc/token-request.ts';
import {
  createHandMadeProvider,
  type HandMadeProvider,
  issuer,
} from '../../../support/hand-made-provider.ts';

const signal = new AbortController().signal;

let provider: HandMadeProvider;
beforeEach(async () => {
  provider = await createHandMadeProvider();
});

/** What a request looks like that this client sends. */
async function sent(client: Partial<OidcClient>) {
  provider.answerTokens();
  const request = { grantType: 'test', parameters: [] };
  await requestTokens(provider.with(client), request, signal);
  const { authorization } = provider.ports.fetch.to(`${issuer}/token`).at(-1)?.headers ?? {};
  const { grant_type: _, ...form } = Object.fromEntries(provider.lastForm);
  return { authorization, form };
}

test('client_secret_basic encodes both halves as forms do, and sends nothing beside', async () => {
  const { authorization, form } = await sent({ clientId: 'a:b', clientSecret: 'ü +%' });
  expect(authorization).toBe(`Basic ${Buffer.from('a%3Ab:%C3%BC+%2B%25').toString('base64')}`);
  expect(form).toEqual({});
});

test('client_secret_basic leaves a usual id and secret as they are, for providers that never decode', async () => {
  const clientId = '0oa-1_2.3*';
  const { authorization } = await sent({ clientId, clientSecret: 'a-b_c.d' });
  expect(authorization).toBe(`Basic ${Buffer.from(`${clientId}:a-b_c.d`).toString('base64')}`);
});

test('client_secret_post puts both into the form alone', async () => {
  expect(await sent({ authentication: 'client_secret_post', clientSecret: 'ü +' })).toEqual({
    authorization: undefined,
    form: { client_id: 'client-1.test', client_secret: 'ü +' },
  });
});

test.each(['none', 'tls_client_auth'] as const)(
  '%s says who we are and no secret',
  async (authentication) => {
    const certificate = { certificateFile: 'c', keyFile: 'k' };
    expect(await sent({ authentication, certificate })).toEqual({
      authorization: undefined,
      form: { client_id: 'client-1.test' },
    });
  },
);

describe('an assertion', () => {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

  test.each(['HS256', 'HS384', 'HS512'])('by the secret, with %s', async (signingAlgorithm) => {
    const clientSecret = 's'.repeat(64);
    const authentication = 'client_secret_jwt';
    const { form } = await sent({ authentication, clientSecret, signingAlgorithm });
    expect(form).toMatchObject({ client_id: 'client-1.test', client_assertion_type: type });
    const currentDate = new Date(provider.ports.clock.now());
    const key = new TextEncoder().encode(clientSecret);
    const options = { currentDate, algorithms: [signingAlgorithm], audience: issuer };
    const { payload } = await jwtVerify(form.client_assertion ?? '', key, options);
    expect(payload).toMatchObject({ iss: 'client-1.test', sub: 'client-1.test' });
    expect(JSON.stringify(form)).not.toContain(clientSecret);
  });

  test.each([
    ['ES256', undefined],
    ['RS256', undefined],
    ['RS256', 'PS512'],
    ['EdDSA', undefined],
  ])('by a key for %s, with %s', async (made, signingAlgorithm) => {
    const signingKey = await generateKey('signing', made);
    const { form } = await sent({
      authentication: 'private_key_jwt',
      signingKey,
      ...(signingAlgorithm === undefined ? {} : { signingAlgorithm }),
    });
    const assertion = form.client_assertion ?? '';
    const algorithm = signingAlgorithm ?? made;
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: algorithm, kid: signingKey.kid });
    const key = await importJWK({ ...publicHalf(signingKey), alg: algorithm }, algorithm);
    const currentDate = new Date(provider.ports.clock.now());
    await jwtVerify(assertion, key, { currentDate, audience: issuer });
  });

  test('is on the clock of the provider', async () => {
    provider.context.serverClock.observe('Fri, 02 Jan 2026 00:00:00 GMT');
    const signingKey = await generateKey('signing');
    const { form } = await sent({ authentication: 'private_key_jwt', signingKey });
    const key = await importJWK(publicHalf(signingKey), 'ES256');
    const at = Date.UTC(2026, 0, 2);
    const verify = (ms: number) =>
      jwtVerify(form.client_assertion ?? '', key, { currentDate: new Date(ms) });
    expect((await verify(at)).payload).toMatchObject({ iat: at / 1000, nbf: at / 1000 });
    await expect(verify(at + 60_000)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
  });
});

describe('what is missing or does not fit is said before anything is sent', () => {
  test.each<[string, Partial<OidcClient>]>([
    ['no secret for basic', { authentication: 'client_secret_basic' }],
    ['no secret for post', { authentication: 'client_secret_post' }],
    ['no secret for a signature', { authentication: 'client_secret_jwt' }],
    ['no key', { authentication: 'private_key_jwt' }],
    ['no certificate', { authentication: 'tls_client_auth' }],
    [
      'a secret that is to sign like a key',
      { authentication: 'client_secret_jwt', clientSecret: 'SECRET', signingAlgorithm: 'RS256' },
    ],
    [
      'a key that is to sign like a secret',
      { authentication: 'private_key_jwt', signingKey: { kty: 'RSA' }, signingAlgorithm: 'HS256' },
    ],
    [
      'a key that is none',
      { authentication: 'private_key_jwt', signingKey: { kty: 'EC', crv: 'P-256', d: 'SECRET' } },
    ],
  ])('%s', async (_, client) => {
    const { clientSecret: _secret, ...bare } = provider.context.client;
    const context = { ...provider.context, client: { ...bare, ...client } };
    const request = { grantType: 'test', parameters: [] };
    const error = await requestTokens(context, request, signal).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_client', hint: expect.stringMatching(/\w/) });
    expect(JSON.stringify([error, error.cause])).not.toContain('SECRET');
    expect(provider.ports.fetch.requests).toEqual([]);
  });
});
