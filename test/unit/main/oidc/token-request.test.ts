import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeEach, describe, expect, test } from 'vitest';
import { requestTokens, type TokenRequest } from '../../../../main/oidc/token-request.ts';
import type { KeyfobError } from '../../../../shared/errors.ts';
import { jsonResponse } from '../../../support/fake-ports.ts';
import {
  createHandMadeProvider,
  type HandMadeProvider,
  issuer,
  testKeys,
} from '../../../support/hand-made-provider.ts';

const signal = new AbortController().signal;
const endpoint = `${issuer}/token`;

let provider: HandMadeProvider;
beforeEach(async () => {
  provider = await createHandMadeProvider();
});

function ask(request: Partial<TokenRequest> = {}, context = provider.context) {
  return requestTokens(context, { grantType: 'test', parameters: [], ...request }, signal);
}

async function failure(promise: Promise<unknown>): Promise<KeyfobError> {
  const error = await promise.then(
    () => {
      throw new Error('Expected it to fail.');
    },
    (thrown: KeyfobError) => thrown,
  );
  expect(error.hint).toMatch(/\w/);
  expect(JSON.stringify([error.toInfo(), error.stack, error.cause])).not.toContain('SECRET');
  return error;
}

test('an answer is read with its times on the clock of the provider', async () => {
  provider.ports.fetch.once(
    endpoint,
    jsonResponse(
      {
        access_token: 'A',
        token_type: 'bearer',
        refresh_token: 'R',
        expires_in: 60,
        scope: 'read  write',
        issued_token_type: 'urn:x',
      },
      { headers: { date: 'Thu, 01 Jan 2026 01:00:00 GMT' } },
    ),
  );
  const obtainedAt = Date.UTC(2026, 0, 1, 1);
  expect(await ask()).toEqual({
    accessToken: 'A',
    tokenType: 'Bearer',
    refreshToken: 'R',
    scope: ['read', 'write'],
    obtainedAt,
    expiresAt: obtainedAt + 60_000,
    issuedTokenType: 'urn:x',
  });
});

test('parameters may be repeated, and arrive in order', async () => {
  provider.answerTokens();
  await ask({
    parameters: [
      ['resource', 'a'],
      ['resource', 'b'],
      ['scope', 'x y'],
    ],
  });
  expect([...provider.lastForm]).toEqual([
    ['resource', 'a'],
    ['resource', 'b'],
    ['scope', 'x y'],
    ['grant_type', 'test'],
  ]);
});

test.each([
  ['no lifetime', {}, 3_600_000],
  ['a lifetime in a text', { expires_in: '90' }, 90_000],
  ['none left', { expires_in: 0 }, 0],
  ['more than a date can hold', { expires_in: 1e300 }, 10 * 365 * 86_400_000],
])('%s is understood', async (_, members, lifetimeMs) => {
  const body = { access_token: 'A', token_type: 'Bearer', ...members };
  provider.ports.fetch.once(endpoint, jsonResponse(body));
  const { expiresAt, obtainedAt } = await ask();
  expect(expiresAt - obtainedAt).toBe(lifetimeMs);
  expect(new Date(expiresAt).toISOString()).toMatch(/Z$/);
});

test.each(['refresh_token', 'scope', 'expires_in', 'issued_token_type'])(
  'a %s that is null or empty is one that is not there',
  async (name) => {
    provider.answerTokens();
    const without = await ask();
    for (const nothing of [null, '']) {
      provider.answerTokens({ expires_in: undefined, [name]: nothing });
      const { expiresAt, obtainedAt, ...answer } = await ask();
      expect(expiresAt - obtainedAt).toBe(3_600_000);
      expect(answer).toEqual({ accessToken: without.accessToken, tokenType: 'Bearer' });
    }
  },
);

test('a list of scopes is understood', async () => {
  provider.answerTokens({ scope: ['read', 'write'] });
  expect((await ask()).scope).toEqual(['read', 'write']);
});

test.each(['access_token', 'refresh_token'])(
  'a %s with a line break or an escape is refused, since it goes into headers and terminals',
  async (name) => {
    for (const token of ['SECRET\nX-Header: 1', '\u001b[2JSECRET', 'SECRET\u0000', 'SÉCRET']) {
      provider.answerTokens({ [name]: token });
      const error = await failure(ask());
      expect(error).toMatchObject({ code: 'response_invalid' });
      expect(error.message).toContain(name);
    }
  },
);

describe('an ID token beside it', () => {
  test('is checked, also where nobody asked for one', async () => {
    provider.answerTokens({ id_token: await provider.sign() });
    expect((await ask()).claims).toMatchObject({ sub: 'alice' });
    const { foreign } = await testKeys();
    provider.answerTokens({ id_token: await provider.sign({}, { key: foreign }) });
    expect((await failure(ask())).code).toBe('signature_invalid');
  });

  test('has to be there where one was asked for', async () => {
    for (const members of [{}, { id_token: null }, { id_token: '' }]) {
      provider.answerTokens(members);
      expect((await failure(ask({ requireIdToken: true }))).code).toBe('response_invalid');
    }
    provider.answerTokens({ id_token: null });
    expect((await ask()).idToken).toBeUndefined();
  });

  test.each([7, [], {}])('that is no text (%j) is refused', async (id_token) => {
    provider.answerTokens({ id_token });
    expect((await failure(ask())).code).toBe('response_invalid');
  });

  test('fits the access token that it came with', async () => {
    provider.answerTokens({ id_token: await provider.sign({ at_hash: 'x' }) });
    expect((await failure(ask())).details).toEqual({ claim: 'at_hash' });
  });

  test('is checked after the answer was handed on for keeping', async () => {
    provider.answerTokens({ refresh_token: 'NEW', id_token: 'SECRET' });
    const kept: unknown[] = [];
    await failure(ask({ arrived: async ({ refreshToken }) => void kept.push(refreshToken) }));
    expect(kept).toEqual(['NEW']);
  });
});

describe('an answer that is none', () => {
  const json = { 'Content-Type': 'application/json' };
  test.each<[string, () => Response, string]>([
    [
      'HTML',
      () => new Response('<p>SECRET', { headers: { 'content-type': 'text/html' } }),
      'response_content_type',
    ],
    ['no type', () => new Response(new TextEncoder().encode('SECRET')), 'response_content_type'],
    ['no JSON', () => new Response('SECRET{', { headers: json }), 'response_not_json'],
    ['a list', () => jsonResponse(['SECRET']), 'response_invalid'],
    ['null', () => jsonResponse(null), 'response_invalid'],
    [
      'no access token',
      () => jsonResponse({ token_type: 'Bearer', x: 'SECRET' }),
      'response_invalid',
    ],
    ['no token type', () => jsonResponse({ access_token: 'SECRET' }), 'response_invalid'],
    [
      'a strange token type',
      () => jsonResponse({ access_token: 'SECRET', token_type: 'mac' }),
      'response_invalid',
    ],
    [
      'a scope that is none',
      () => jsonResponse({ access_token: 'SECRET', token_type: 'Bearer', scope: 7 }),
      'response_invalid',
    ],
    [
      'a negative lifetime',
      () => jsonResponse({ access_token: 'SECRET', token_type: 'Bearer', expires_in: -1 }),
      'response_invalid',
    ],
    ['nothing', () => new Response(null, { status: 204 }), 'response_content_type'],
    [
      'a redirect',
      () => new Response(null, { status: 302, headers: { location: 'https://evil.test/?SECRET' } }),
      'response_redirected',
    ],
    ['5 MB', () => new Response('x'.repeat(5_000_000), { headers: json }), 'response_too_large'],
    ['500', () => new Response('SECRET', { status: 500 }), 'server_error'],
    ['503', () => jsonResponse({ error: 'invalid_grant' }, { status: 503 }), 'server_error'],
    ['429', () => jsonResponse({ error: 'invalid_grant' }, { status: 429 }), 'too_many_requests'],
    ['404', () => new Response('SECRET', { status: 404 }), 'not_found'],
    ['403 as a page', () => new Response('<p>SECRET', { status: 403 }), 'forbidden'],
    [
      '400 as a page',
      () => new Response('<p>SECRET', { status: 400, headers: { 'content-type': 'text/html' } }),
      'response_content_type',
    ],
    [
      '400 without an error',
      () => jsonResponse({ message: 'SECRET' }, { status: 400 }),
      'upstream_error',
    ],
    [
      'a list of scopes that are none',
      () => jsonResponse({ access_token: 'SECRET', token_type: 'Bearer', scope: [7] }),
      'response_invalid',
    ],
    [
      'an error with HTTP 200',
      () => jsonResponse({ error: 'authorization_pending', error_description: 'SECRET' }),
      'authorization_pending',
    ],
    [
      'an error of its own with HTTP 200',
      () => jsonResponse({ error: 'SECRET' }),
      'upstream_error',
    ],
  ])('%s is a typed error, asked for once', async (_, answer, code) => {
    provider.ports.fetch.on(endpoint, answer);
    expect((await failure(ask())).code).toBe(code);
    expect(provider.ports.fetch.to(endpoint)).toHaveLength(1);
  });

  test.each([
    ['access_token', { access_token: '' }],
    ['token_type', { token_type: 7 }],
    ['token_type', { token_type: 'mac' }],
    ['expires_in', { expires_in: -1 }],
    ['scope', { scope: 7 }],
  ])('names the %s that it stumbled over (%j)', async (name, members) => {
    provider.answerTokens(members);
    expect((await failure(ask())).message).toBe(
      `The provider answered the token request: without a ${name} that can be used.`,
    );
  });

  test('a server that never answers, or stops in the middle, is a timeout', async () => {
    for (const answer of [
      () => new Promise<Response>(() => undefined),
      () =>
        new Response(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array([123])) }), {
          headers: json,
        }),
    ]) {
      provider.ports.fetch.once(endpoint, answer);
      const pending = failure(ask());
      await provider.ports.clock.advance(10_000);
      expect((await pending).code).toBe('timeout');
    }
  });

  test('a caller who gives up gets the own reason back', async () => {
    provider.ports.fetch.on(endpoint, () => new Promise<Response>(() => undefined));
    const controller = new AbortController();
    const request = { grantType: 'test', parameters: [] };
    const pending = requestTokens(provider.context, request, controller.signal);
    const reason = new Error('enough');
    const outcome = expect(pending).rejects.toBe(reason);
    controller.abort(reason);
    await outcome;
  });
});

describe('what the provider says no with', () => {
  test.each([
    'invalid_request',
    'invalid_client',
    'invalid_grant',
    'unauthorized_client',
    'unsupported_grant_type',
    'invalid_scope',
    'invalid_target',
    'access_denied',
    'authorization_pending',
    'slow_down',
    'expired_token',
    'invalid_dpop_proof',
    'temporarily_unavailable',
    'insufficient_user_authentication',
  ])('%s keeps its code, and its description is not repeated', async (error) => {
    const body = { error, error_description: 'the password SECRET is wrong' };
    provider.ports.fetch.once(endpoint, jsonResponse(body, { status: 400 }));
    const thrown = await failure(ask());
    expect(thrown.code).toBe(error);
    expect(thrown.details).toEqual({
      operation: 'the token request',
      host: 'login.test',
      status: 400,
      error,
    });
  });

  test('a body counts beside a challenge, and a challenge without a body', async () => {
    const challenge = { 'WWW-Authenticate': 'Basic realm="SECRET"' };
    const body = { error: 'invalid_client', error_description: 'SECRET' };
    provider.ports.fetch.once(endpoint, jsonResponse(body, { status: 401, headers: challenge }));
    expect((await failure(ask())).code).toBe('invalid_client');
    const bare = new Response('SECRET', { status: 401, headers: challenge });
    provider.ports.fetch.once(endpoint, bare);
    expect((await failure(ask())).code).toBe('unauthorized');
    const bearer = { 'WWW-Authenticate': 'Bearer error="invalid_token", x="SECRET"' };
    provider.ports.fetch.once(endpoint, new Response('', { status: 401, headers: bearer }));
    expect((await failure(ask())).code).toBe('invalid_token');
  });

  test('an unknown code is named if it is a name, and hidden if it is not', async () => {
    const named = jsonResponse({ error: 'quota_exceeded' }, { status: 400 });
    provider.ports.fetch.once(endpoint, named);
    const error = await failure(ask());
    expect([error.code, error.message]).toEqual([
      'upstream_error',
      'The provider answered the token request: quota_exceeded (HTTP 400).',
    ]);
    const strange = jsonResponse({ error: 'SECRET <b>' }, { status: 400 });
    provider.ports.fetch.once(endpoint, strange);
    expect((await failure(ask())).code).toBe('upstream_error');
  });

  test('the number of an Entra ID error is kept', async () => {
    const error_description = 'AADSTS7000215: Invalid client secret SECRET provided.';
    const body = { error: 'invalid_client', error_description };
    provider.ports.fetch.once(endpoint, jsonResponse(body, { status: 401 }));
    const error = await failure(ask());
    expect(error.details?.providerCode).toBe('AADSTS7000215');
    expect(error.message).toContain('(HTTP 401, AADSTS7000215)');
  });
});

describe('where it goes', () => {
  test('a provider without a token endpoint is told apart', async () => {
    const { token_endpoint: _, ...server } = provider.context.server;
    const error = await failure(ask({}, { ...provider.context, server }));
    expect([error.code, error.details?.endpoint]).toEqual(['not_offered', 'token_endpoint']);
  });

  test.each(['http://login.test/token', 'ftp://login.test/token'])(
    'nothing is sent to %s',
    async (token_endpoint) => {
      const context = provider.with({}, { token_endpoint });
      expect((await failure(ask({}, context))).code).toMatch(/insecure_url|response_invalid/);
      expect(provider.ports.fetch.requests).toEqual([]);
    },
  );

  test.each(['http://127.0.0.1:9/token', 'http://localhost:9/token', 'http://[::1]:9/token'])(
    'plain http to %s is fine',
    async (token_endpoint) => {
      provider.ports.fetch.once(
        token_endpoint,
        jsonResponse({ access_token: 'A', token_type: 'Bearer' }),
      );
      expect((await ask({}, provider.with({}, { token_endpoint }))).accessToken).toBe('A');
    },
  );

  test('tls_client_auth takes the other address that the provider has for it, and the certificate', async () => {
    const certificate = { certificateFile: '/c.pem', keyFile: '/k.pem' };
    const mtls = 'https://mtls.login.test/token';
    const context = provider.with(
      { authentication: 'tls_client_auth', certificate },
      { mtls_endpoint_aliases: { token_endpoint: mtls } },
    );
    provider.ports.fetch.once(mtls, jsonResponse({ access_token: 'A', token_type: 'Bearer' }));
    await ask({}, context);
    const [request] = provider.ports.fetch.to(mtls);
    expect(request?.certificate).toEqual(certificate);
    expect(new URLSearchParams(request?.body).get('client_id')).toBe('client-1.test');
  });

  test('other requests carry no certificate', async () => {
    provider.answerTokens();
    const certificate = { certificateFile: '/c.pem', keyFile: '/k.pem' };
    await ask({}, provider.with({ certificate }));
    expect(provider.ports.fetch.to(endpoint)[0]?.certificate).toBeUndefined();
  });
});

describe('with a key that tokens are bound to', () => {
  const bound = async () => provider.with({ dpopKey: { ...(await testKeys()).es256 } });
  const proofs = () => provider.ports.fetch.to(endpoint).map(({ headers }) => headers.dpop ?? '');

  test('each request has a proof of its own, on the clock of the provider', async () => {
    const context = await bound();
    provider.ports.clock.jump(-3_600_000);
    provider.context.serverClock.observe('Thu, 01 Jan 2026 00:00:00 GMT');
    for (let i = 0; i < 2; i++) {
      provider.answerTokens({ token_type: 'DPoP' });
      expect((await ask({}, context)).tokenType).toBe('DPoP');
    }
    const [first = '', second = ''] = proofs();
    const { jti, iat, ...rest } = decodeJwt(first);
    expect([iat, rest]).toEqual([Date.UTC(2026, 0, 1) / 1000, { htm: 'POST', htu: endpoint }]);
    expect(decodeJwt(second).jti).not.toBe(jti);
    const header = decodeProtectedHeader(first);
    expect(header).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC' } });
    expect(header.jwk).not.toHaveProperty('d');
  });

  test('a nonce that the server wants is put in, once, and remembered', async () => {
    const context = await bound();
    const headers = { 'DPoP-Nonce': 'n-1' };
    const wish = jsonResponse({ error: 'use_dpop_nonce' }, { status: 400, headers });
    provider.ports.fetch.once(endpoint, wish);
    provider.answerTokens({ token_type: 'DPoP' });
    await ask({}, context);
    provider.answerTokens({ token_type: 'DPoP' });
    await ask({}, context);
    expect(proofs().map((proof) => decodeJwt(proof).nonce)).toEqual([undefined, 'n-1', 'n-1']);
  });

  test('a server that wants another nonce each time is left alone', async () => {
    const context = await bound();
    const headers = { 'DPoP-Nonce': 'n' };
    provider.ports.fetch.on(
      endpoint,
      jsonResponse({ error: 'use_dpop_nonce' }, { status: 400, headers }),
    );
    expect((await failure(ask({}, context))).code).toBe('use_dpop_nonce');
    expect(proofs()).toHaveLength(2);
  });

  test('a token that is bound to no key is a downgrade, and one bound unasked is of no use', async () => {
    provider.answerTokens({ token_type: 'Bearer', access_token: 'SECRET' });
    expect((await failure(ask({}, await bound()))).code).toBe('response_invalid');
    provider.answerTokens({ token_type: 'DPoP', access_token: 'SECRET' });
    expect((await failure(ask())).code).toBe('response_invalid');
  });
});

test('further token types are welcome where the grant says so', async () => {
  provider.answerTokens({ token_type: 'N_A' });
  expect((await ask({ tokenTypes: ['n_a'] })).tokenType).toBe('n_a');
  provider.answerTokens({ token_type: 'N_A' });
  expect((await failure(ask())).code).toBe('response_invalid');
});
