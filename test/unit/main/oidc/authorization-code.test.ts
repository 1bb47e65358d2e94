import { createHash } from 'node:crypto';
import { calculateJwkThumbprint } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type AuthorizationWishes,
  beginAuthorization,
} from '../../../../main/oidc/authorization-code.ts';
import { publicHalf } from '../../../../main/oidc/keys.ts';
import type { KeyfobError } from '../../../../shared/errors.ts';
import { jsonResponse } from '../../../support/fake-ports.ts';
import {
  createHandMadeProvider,
  type HandMadeProvider,
  issuer,
  testKeys,
} from '../../../support/hand-made-provider.ts';

const signal = new AbortController().signal;
const redirectUri = 'http://127.0.0.1:5000/callback';

let provider: HandMadeProvider;
beforeEach(async () => {
  provider = await createHandMadeProvider();
});

async function begin(wishes: Partial<AuthorizationWishes> = {}, context = provider.context) {
  const input = { wishes: { scopes: ['openid'], ...wishes }, redirectUri };
  const request = await beginAuthorization(context, input, signal);
  return { request, query: new URL(request.authorizationUrl).searchParams };
}

const callback = (state: string, more: Record<string, string> = {}) =>
  new URLSearchParams({ state, code: 'CODE', ...more });

test('the request says what RFC 7636 and OpenID Connect ask, and no more than was wished', async () => {
  const { request, query } = await begin();
  expect(request.authorizationUrl.startsWith(`${issuer}/authorize?`)).toBe(true);
  expect([...query.keys()].sort()).toEqual([
    'client_id',
    'code_challenge',
    'code_challenge_method',
    'nonce',
    'redirect_uri',
    'response_type',
    'scope',
    'state',
  ]);
  expect(request.state).toBe(query.get('state'));
});

test('the code goes with the verifier of the challenge, and the ID token answers the nonce', async () => {
  const { request, query } = await begin();
  const nonce = query.get('nonce');
  provider.answerTokens({ id_token: await provider.sign({ nonce }) });
  const tokens = await request.redeem(callback(request.state), signal);
  expect(tokens.claims?.nonce).toBe(nonce);
  const form = Object.fromEntries(provider.lastForm);
  expect(form).toMatchObject({
    grant_type: 'authorization_code',
    code: 'CODE',
    redirect_uri: redirectUri,
  });
  const verifier = form.code_verifier ?? '';
  expect(verifier).toMatch(/^[\w-]{43}$/);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  expect(query.get('code_challenge')).toBe(challenge);
});

test('an ID token with another nonce, or none, belongs to another sign-in', async () => {
  for (const nonce of ['stolen', undefined]) {
    const { request } = await begin();
    provider.answerTokens({ id_token: await provider.sign({ nonce }) });
    await expect(request.redeem(callback(request.state), signal)).rejects.toMatchObject({
      code: 'id_token_invalid',
      details: { claim: 'nonce' },
    });
  }
});

test('a query that the endpoint’s address has already is kept, but for what is ours', async () => {
  const authorization_endpoint = `${issuer}/authorize?tenant=7&state=fixed&code_challenge=weak`;
  const { query } = await begin({}, provider.with({}, { authorization_endpoint }));
  expect(query.get('tenant')).toBe('7');
  for (const name of ['state', 'code_challenge']) expect(query.getAll(name)).toHaveLength(1);
  expect(query.get('state')).not.toBe('fixed');
});

test('the key that the code will be bound to is named', async () => {
  const { es256 } = await testKeys();
  const { query } = await begin({}, provider.with({ dpopKey: { ...es256 } }));
  expect(query.get('dpop_jkt')).toBe(await calculateJwkThumbprint(publicHalf(es256)));
});

test('the languages of the connection are asked for', async () => {
  expect((await begin({ uiLocales: 'sv fi' })).query.get('ui_locales')).toBe('sv fi');
});

test('max_age of 0 is sent, and the sign-in must be of this moment', async () => {
  const { request, query } = await begin({ maxAgeSeconds: 0 });
  expect(query.get('max_age')).toBe('0');
  const auth_time = Math.floor(provider.ports.clock.now() / 1000) - 31;
  provider.answerTokens({
    id_token: await provider.sign({ nonce: query.get('nonce'), auth_time }),
  });
  await expect(request.redeem(callback(request.state), signal)).rejects.toMatchObject({
    code: 'id_token_invalid',
    details: { claim: 'auth_time' },
  });
});

test('the level that was asked for has to be reached', async () => {
  const { request, query } = await begin({ acrValues: 'gold' });
  provider.answerTokens({
    id_token: await provider.sign({ nonce: query.get('nonce'), acr: 'tin' }),
  });
  await expect(request.redeem(callback(request.state), signal)).rejects.toMatchObject({
    code: 'insufficient_user_authentication',
  });
});

describe('a callback', () => {
  test('that is a stranger’s leaves the sign-in as it was', async () => {
    const { request, query } = await begin();
    for (const state of ['', 'guess', `${request.state}x`]) {
      await expect(request.redeem(callback(state), signal)).rejects.toMatchObject({
        code: 'state_mismatch',
      });
    }
    provider.answerTokens({ id_token: await provider.sign({ nonce: query.get('nonce') }) });
    await request.redeem(callback(request.state), signal);
  });

  test('is used up by its first redemption, also by one that failed', async () => {
    const { request } = await begin();
    provider.ports.fetch.once(`${issuer}/token`, new Response('', { status: 503 }));
    await expect(request.redeem(callback(request.state), signal)).rejects.toMatchObject({
      code: 'server_error',
    });
    await expect(request.redeem(callback(request.state), signal)).rejects.toMatchObject({
      code: 'state_mismatch',
    });
    expect(provider.ports.fetch.to(`${issuer}/token`)).toHaveLength(1);
  });

  test('must name its issuer where the metadata say that it does, and the right one in any case', async () => {
    const silent = await begin();
    const named = await begin(
      {},
      provider.with({}, { authorization_response_iss_parameter_supported: true }),
    );
    for (const [{ request }, more] of [
      [named, {}],
      [named, { iss: '' }],
      [named, { iss: 'https://evil.test' }],
      [silent, { iss: 'https://evil.test' }],
      [silent, { iss: `${issuer}/` }],
      [silent, { iss: '' }],
    ] as const) {
      for (const extra of [{}, { error: 'access_denied' }]) {
        const given = callback(request.state, { ...more, ...extra });
        await expect(request.redeem(given, signal)).rejects.toMatchObject({
          code: 'issuer_mismatch',
        });
        expect(request.refusal(given)).toMatchObject({ code: 'issuer_mismatch' });
      }
    }
    expect(provider.ports.fetch.requests).toEqual([]);
  });

  test('with an error that carries secrets repeats none of them', async () => {
    const { request } = await begin();
    const given = callback(request.state, {
      error: 'access_denied',
      error_description: 'SECRET',
      error_uri: 'https://evil.test/SECRET',
    });
    const error: KeyfobError = await request.redeem(given, signal).then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(error.code).toBe('access_denied');
    expect(JSON.stringify([error.toInfo(), error.cause, error.stack])).not.toContain('SECRET');
  });
});

test('an error at the page is told by its code, and by the number that Entra ID gives it', async () => {
  const { request } = await begin();
  const error_description = 'AADSTS65004: The user SECRET declined.';
  const given = { state: request.state, error: 'consent_required', error_description };
  const error = request.refusal(new URLSearchParams(given));
  expect(error).toMatchObject({
    code: 'consent_required',
    message: expect.stringContaining('(AADSTS65004)'),
    hint: expect.stringMatching(/\w/),
  });
  expect(String((error as Error).stack)).not.toContain('SECRET');
  const strangers = new URLSearchParams({ ...given, state: 'guess' });
  expect(request.refusal(strangers)).toMatchObject({ code: 'state_mismatch' });
});

describe('a pushed request', () => {
  const endpoint = `${issuer}/par`;
  const server = { pushed_authorization_request_endpoint: endpoint };

  test('takes the credentials of the client, and all parameters but those', async () => {
    provider.ports.fetch.once(
      endpoint,
      jsonResponse({ request_uri: 'urn:x', expires_in: 60 }, { status: 201 }),
    );
    const wishes = { pushedAuthorization: true, loginHint: 'alice', resource: ['a', 'b'] };
    const { query, request } = await begin(wishes, provider.with({}, server));
    expect(Object.fromEntries(query)).toEqual({
      client_id: 'client-1.test',
      request_uri: 'urn:x',
    });
    const [pushed] = provider.ports.fetch.to(endpoint);
    const form = new URLSearchParams(pushed?.body);
    expect(pushed?.headers.authorization).toMatch(/^Basic /);
    expect(form.get('state')).toBe(request.state);
    expect(form.get('login_hint')).toBe('alice');
    expect(form.getAll('resource')).toEqual(['a', 'b']);
    expect(form.get('code_challenge_method')).toBe('S256');
  });

  test.each([
    ['no request_uri', { expires_in: 60 }, 201, 'response_invalid'],
    ['no lifetime', { request_uri: 'urn:x' }, 201, 'response_invalid'],
    ['200 in place of 201', { request_uri: 'urn:x', expires_in: 60 }, 200, 'upstream_error'],
    ['an error', { error: 'invalid_request' }, 400, 'invalid_request'],
  ])('answered with %s is refused', async (_, body, status, code) => {
    provider.ports.fetch.once(endpoint, jsonResponse(body, { status }));
    const outcome = begin({ pushedAuthorization: true }, provider.with({}, server));
    await expect(outcome).rejects.toMatchObject({ code, hint: expect.stringMatching(/\w/) });
  });
});
