import { createHmac, createPublicKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type AuthorizationRequest,
  type AuthorizationWishes,
  beginAuthorization,
} from '../../main/oidc/authorization-code.ts';
import type { OidcContext } from '../../main/oidc/context.ts';
import { generateKey } from '../../main/oidc/keys.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { contextAt, failureOf, noHurry, openidProvider } from '../support/openid-context.ts';
import type { Fault, Hostile, OpenidProvider } from '../support/openid-provider.ts';

const redirectUri = 'http://127.0.0.1:53682/callback';
const wishes: AuthorizationWishes = {
  scopes: ['openid', 'profile', 'offline_access'],
  // OpenID Connect Core section 11: else offline_access is left out.
  prompt: 'consent',
};

async function begin(context: OidcContext, changes: Partial<AuthorizationWishes> = {}) {
  const input = { wishes: { ...wishes, ...changes }, redirectUri };
  return await beginAuthorization(context, input, noHurry());
}

/** What the browser brings back after a person has signed in. */
async function callback(provider: OpenidProvider, { authorizationUrl }: AuthorizationRequest) {
  const { url } = await provider.approve(authorizationUrl, { follow: false });
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:53682\/callback\?/);
  return new URL(url).searchParams;
}

async function signIn(
  provider: OpenidProvider,
  context: OidcContext,
  changes: Partial<AuthorizationWishes> = {},
) {
  const request = await begin(context, changes);
  return await request.redeem(await callback(provider, request), noHurry());
}

/** Milliseconds for one attempt: short only where nothing else than a timeout can come. */
function patience(fault: Fault): number {
  return fault.kind === 'hang' || fault.kind === 'slow_body' ? 1_500 : 5_000;
}

async function refused(promise: Promise<unknown>, code: ErrorCode, details?: object) {
  expect(await failureOf(promise)).toMatchObject({
    code,
    hint: expect.stringMatching(/\w/),
    ...(details === undefined ? {} : { details }),
  });
}

describe('a person signs in', () => {
  test.each(['public', 'basic', 'post', 'secretJwt', 'privateKey', 'hs256', 'es256', 'encrypted'])(
    'as the client %s',
    async (name) => {
      const provider = await openidProvider();
      const tokens = await signIn(provider, await contextAt(provider, name));
      expect(tokens).toMatchObject({
        tokenType: 'Bearer',
        refreshToken: expect.any(String),
        scope: ['openid', 'profile', 'offline_access'],
        claims: { sub: 'alice', iss: provider.issuer, session_index: expect.any(String) },
      });
      expect(tokens.expiresAt - tokens.obtainedAt).toBe(3_600_000);
    },
  );

  test('PKCE, state and nonce are new each time, and the verifier never leaves for the browser', async () => {
    const context = await contextAt(await openidProvider(), 'public');
    const [one, other] = [await begin(context), await begin(context)].map(
      ({ authorizationUrl }) => new URL(authorizationUrl).searchParams,
    ) as [URLSearchParams, URLSearchParams];
    expect(one.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.get(name)).toMatch(/^[\w-]{43}$/);
      expect(one.get(name)).not.toBe(other.get(name));
    }
    expect(one.has('code_verifier')).toBe(false);
  });

  test('PKCE is sent also where the metadata do not offer it', async () => {
    const context = await contextAt(
      await openidProvider({ switches: { ssoServer: true } }),
      'basic',
    );
    expect(context.server.code_challenge_methods_supported).toBeUndefined();
    const url = new URL((await begin(context)).authorizationUrl);
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
  });

  test('all wishes arrive at the provider', async () => {
    const context = await contextAt(await openidProvider(), 'public');
    const { authorizationUrl } = await begin(context, {
      prompt: 'login',
      loginHint: 'alice@example.com',
      acrValues: 'urn:a urn:b',
      maxAgeSeconds: 0,
      audience: 'api',
      resource: ['https://a.test/', 'https://b.test/'],
    });
    const { searchParams } = new URL(authorizationUrl);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      prompt: 'login',
      login_hint: 'alice@example.com',
      acr_values: 'urn:a urn:b',
      max_age: '0',
      audience: 'api',
    });
    expect(searchParams.getAll('resource')).toEqual(['https://a.test/', 'https://b.test/']);
  });

  test('the age of the sign-in is held to what was asked', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const tokens = await signIn(provider, context, { maxAgeSeconds: 300 });
    expect(tokens.claims?.auth_time).toEqual(expect.any(Number));
    provider.hostile({ endpoint: 'token', claims: { auth_time: 1 } }, 1);
    const late = signIn(provider, context, { maxAgeSeconds: 300 });
    await refused(late, 'id_token_invalid', { claim: 'auth_time' });
  });

  test('without openid there is no ID token, and none is missed', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const tokens = await signIn(provider, context, { scopes: ['read', 'offline_access'] });
    expect(tokens.idToken).toBeUndefined();
  });

  test('a token for one resource is asked for as such', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const resource = ['https://api.example/'];
    const request = await begin(context, { scopes: ['openid', 'read'], resource });
    await request.redeem(await callback(provider, request), noHurry());
    const body = provider.journal.findLast(({ endpoint }) => endpoint === 'token')?.body;
    expect(new URLSearchParams(body).getAll('resource')).toEqual(resource);
    const elsewhere = await begin(context, { resource: ['https://elsewhere.test/'] });
    const refusal = elsewhere.redeem(await callback(provider, elsewhere), noHurry());
    await refused(refusal, 'invalid_target');
  });
});

describe('a pushed authorization request', () => {
  test('leaves nothing but its reference in the address', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const request = await begin(context, { pushedAuthorization: true });
    const { searchParams } = new URL(request.authorizationUrl);
    expect([...searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
    expect(searchParams.get('request_uri')).toMatch(/^urn:/);
    const tokens = await request.redeem(await callback(provider, request), noHurry());
    expect(tokens.claims?.sub).toBe('alice');
  });

  test('is made where the provider requires it, unless the connection says no', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const server = { ...context.server, require_pushed_authorization_requests: true };
    const { authorizationUrl } = await begin({ ...context, server });
    expect(authorizationUrl).toContain('request_uri=');
    const plain = await begin({ ...context, server }, { pushedAuthorization: false });
    expect(plain.authorizationUrl).toContain('code_challenge=');
    expect(provider.count('pushedAuthorization')).toBe(1);
  });

  test('that the provider refuses is told with its code, and one it can not take', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic', { client: { clientSecret: 'wrong' } });
    await refused(begin(context, { pushedAuthorization: true }), 'invalid_client');
    const { pushed_authorization_request_endpoint: _, ...server } = context.server;
    const without = { ...context, server };
    await refused(begin(without, { pushedAuthorization: true }), 'not_offered');
  });
});

describe('with a DPoP key', () => {
  test.each([false, true])(
    'code and tokens are bound to it (nonce wanted: %s)',
    async (dpopNonce) => {
      const provider = await openidProvider({ switches: { dpopNonce } });
      const client = { dpopKey: await generateKey('dpop') };
      const context = await contextAt(provider, 'dpop', { client });
      for (const pushedAuthorization of [false, true]) {
        const tokens = await signIn(provider, context, { pushedAuthorization });
        expect(tokens.tokenType).toBe('DPoP');
      }
    },
  );

  test('a code that was asked for with one key is of no use with another', async () => {
    const provider = await openidProvider();
    const contextWith = async () =>
      contextAt(provider, 'dpop', { client: { dpopKey: await generateKey('dpop') } });
    const mine = await contextWith();
    const request = await begin(mine);
    const parameters = await callback(provider, request);
    const { dpopKey } = (await contextWith()).client;
    Object.assign(mine.client, { dpopKey });
    await refused(request.redeem(parameters, noHurry()), 'invalid_grant');
  });
});

describe('a callback', () => {
  test('that belongs to another sign-in is refused, and does not spoil this one', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'public');
    const [mine, other] = [await begin(context), await begin(context)];
    const [right, stale] = [await callback(provider, mine), await callback(provider, other)];
    const before = provider.count('token');
    await refused(mine.redeem(stale, noHurry()), 'state_mismatch');
    const twice = new URLSearchParams([...right, ['state', right.get('state') ?? '']]);
    await refused(mine.redeem(twice, noHurry()), 'state_mismatch');
    right.delete('state');
    await refused(mine.redeem(right, noHurry()), 'state_mismatch');
    expect(provider.count('token')).toBe(before);
    right.set('state', mine.state);
    expect((await mine.redeem(right, noHurry())).claims?.sub).toBe('alice');
  });

  test('serves once', async () => {
    const provider = await openidProvider();
    const request = await begin(await contextAt(provider, 'public'));
    const parameters = await callback(provider, request);
    await request.redeem(parameters, noHurry());
    await refused(request.redeem(parameters, noHurry()), 'state_mismatch');
    expect(provider.count('token')).toBe(1);
  });

  test('with somebody else’s code is refused by the verifier (injection)', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'public');
    const [victim, attacker] = [await begin(context), await begin(context)];
    const parameters = await callback(provider, victim);
    const stolen = (await callback(provider, attacker)).get('code') ?? '';
    parameters.set('code', stolen);
    await refused(victim.redeem(parameters, noHurry()), 'invalid_grant');
  });

  test('from another issuer is refused before its code or its error counts', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'public');
    const request = await begin(context);
    const parameters = await callback(provider, request);
    for (const issuers of [['https://evil.test'], [`${provider.issuer}/`], []]) {
      const mixed = new URLSearchParams([...parameters].filter(([name]) => name !== 'iss'));
      for (const iss of issuers) mixed.append('iss', iss);
      await refused(request.redeem(mixed, noHurry()), 'issuer_mismatch');
      mixed.delete('code');
      mixed.set('error', 'access_denied');
      await refused(request.redeem(mixed, noHurry()), 'issuer_mismatch');
    }
    const twice = new URLSearchParams([...parameters, ['iss', 'https://evil.test']]);
    await refused(request.redeem(twice, noHurry()), 'issuer_mismatch');
    expect(provider.count('token')).toBe(0);
  });

  test('without an issuer is fine from a provider that never sends it', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'public');
    const { authorization_response_iss_parameter_supported: _, ...server } = context.server;
    const request = await begin({ ...context, server });
    const parameters = await callback(provider, request);
    parameters.delete('iss');
    expect((await request.redeem(parameters, noHurry())).claims?.sub).toBe('alice');
  });

  test('of a person who declined says so', async () => {
    const provider = await openidProvider();
    const request = await begin(await contextAt(provider, 'public'));
    const { url } = await provider.approve(request.authorizationUrl, { deny: true, follow: false });
    const declined = request.redeem(new URL(url).searchParams, noHurry());
    await refused(declined, 'access_denied', { error: 'access_denied' });
  });

  test.each<[string, ErrorCode]>([
    ['login_required', 'login_required'],
    ['consent_required', 'consent_required'],
    ['interaction_required', 'interaction_required'],
    ['account_selection_required', 'account_selection_required'],
    ['invalid_scope', 'invalid_scope'],
    ['unauthorized_client', 'unauthorized_client'],
    ['unsupported_response_type', 'unsupported_response_type'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['server_error', 'server_error'],
    ['request_not_supported', 'request_not_supported'],
    ['<script>', 'upstream_error'],
  ])('with the error %s keeps its code', async (error, code) => {
    const provider = await openidProvider();
    const request = await begin(await contextAt(provider, 'public'));
    const parameters = { error, error_description: 'SECRET', state: request.state };
    const query = new URLSearchParams({ ...parameters, iss: provider.issuer });
    const thrown = await failureOf(request.redeem(query, noHurry()));
    expect(thrown).toMatchObject({ code });
    expect(JSON.stringify(thrown)).not.toMatch(/SECRET|script/);
  });

  test('without a code, or with tokens in it, is refused', async () => {
    const provider = await openidProvider();
    const request = await begin(await contextAt(provider, 'public'));
    const base = { state: request.state, iss: provider.issuer };
    for (const more of [{}, { code: '' }, { code: 'x', id_token: 'y' }, { response: 'jarm' }]) {
      const query = new URLSearchParams({ ...base, ...more } as Record<string, string>);
      await refused(request.redeem(query, noHurry()), 'response_invalid');
    }
  });

  test('with a code that the provider does not know, or knows no more, gets invalid_grant', async () => {
    const provider = await openidProvider();
    const request = await begin(await contextAt(provider, 'public'));
    const parameters = await callback(provider, request);
    parameters.set('code', 'long-gone');
    await refused(request.redeem(parameters, noHurry()), 'invalid_grant');
  });
});

describe('a provider that lies', () => {
  test.each<[string, Omit<Hostile, 'endpoint'>, ErrorCode, object?]>([
    [
      'another issuer',
      { claims: { iss: 'https://evil.test' } },
      'id_token_invalid',
      { claim: 'iss' },
    ],
    ['another audience', { claims: { aud: 'other' } }, 'id_token_invalid', { claim: 'aud' }],
    ['another nonce', { claims: { nonce: 'other' } }, 'id_token_invalid', { claim: 'nonce' }],
    ['no nonce', { claims: { nonce: null } }, 'id_token_invalid', { claim: 'nonce' }],
    [
      'another authorized party',
      { claims: { azp: 'other' } },
      'id_token_invalid',
      { claim: 'azp' },
    ],
    ['another hash', { claims: { at_hash: 'AAAA' } }, 'id_token_invalid', { claim: 'at_hash' }],
    ['an expiry long ago', { claims: { exp: 1 } }, 'id_token_invalid', { claim: 'exp' }],
    ['a foreign key', { sign: { key: 'foreign' } }, 'signature_invalid'],
    ['a key nobody knows', { sign: { header: { kid: 'unknown' } } }, 'unknown_key'],
    ['another algorithm', { sign: { algorithm: 'ES256' } }, 'algorithm_refused'],
    ['no ID token', { members: { id_token: undefined } }, 'response_invalid'],
  ])('with %s in its answer is refused', async (_, hostile, code, details) => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic', {
      client: { idToken: { signedResponseAlgorithm: 'RS256' } },
    });
    provider.hostile({ endpoint: 'token', ...hostile }, 1);
    await refused(signIn(provider, context), code, details);
    expect((await signIn(provider, context)).claims?.sub).toBe('alice');
  });

  test('with a plain ID token in place of an encrypted one is refused', async () => {
    const provider = await openidProvider();
    const encrypted = await contextAt(provider, 'basic', {
      client: { idToken: { encryptedResponseAlgorithm: 'RSA-OAEP-256' } },
    });
    await refused(signIn(provider, encrypted), 'decryption_failed');
  });

  test('with an ID token encrypted to a foreign key is refused', async () => {
    const provider = await openidProvider();
    const foreign = { decryptionKeys: [await generateKey('decryption')] };
    const context = await contextAt(provider, 'encrypted', { client: foreign });
    await refused(signIn(provider, context), 'decryption_failed');
  });

  test('by HS256 with another secret is refused', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic', {
      client: { idToken: { signedResponseAlgorithm: 'HS256' } },
    });
    await refused(signIn(provider, context), 'algorithm_refused');
  });
});

/** Puts another token in the place of the ID token of the next answer. */
function replaceIdToken(
  provider: OpenidProvider,
  forge: (parts: [header: string, claims: string, signature: string]) => Promise<string> | string,
): void {
  const rewrite: Hostile['rewrite'] = async (outgoing) => {
    const answer = JSON.parse(outgoing.body) as { id_token: string };
    const parts = answer.id_token.split('.') as [string, string, string];
    outgoing.body = JSON.stringify({ ...answer, id_token: await forge(parts) });
  };
  provider.hostile({ endpoint: 'token', rewrite }, 1);
}

describe('a forged ID token', () => {
  const encode = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url');

  test.each([undefined, 'none', 'RS256'])(
    'with alg none is refused (agreed on: %s)',
    async (alg) => {
      const provider = await openidProvider();
      const idToken = alg === undefined ? {} : { signedResponseAlgorithm: alg };
      const context = await contextAt(provider, 'basic', { client: { idToken } });
      replaceIdToken(provider, ([, claims]) => `${encode({ alg: 'none' })}.${claims}.`);
      await refused(signIn(provider, context), 'algorithm_refused');
    },
  );

  test('with the public key for a secret is refused, whatever was agreed on', async () => {
    const provider = await openidProvider();
    const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as {
      keys: { alg: string }[];
    };
    const key = keys.find(
      ({ alg }) => alg === 'RS256',
    ) as unknown as import('node:crypto').JsonWebKey;
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    for (const [signedResponseAlgorithm, code] of [
      ['RS256', 'algorithm_refused'],
      ['HS256', 'signature_invalid'],
    ] as const) {
      const idToken = { signedResponseAlgorithm };
      const context = await contextAt(provider, 'basic', { client: { idToken } });
      for (const secret of [pem, JSON.stringify(key)]) {
        replaceIdToken(provider, ([, claims]) => {
          const text = `${encode({ alg: 'HS256' })}.${claims}`;
          return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
        });
        await refused(signIn(provider, context), code);
      }
    }
  });

  test('with the signature of another one is refused', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    replaceIdToken(provider, ([header, claims, signature]) => {
      const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
      return [header, encode({ ...said, sub: 'mallory' }), signature].join('.');
    });
    await refused(signIn(provider, context), 'signature_invalid');
  });
});

test('a provider that rotates its keys between two sign-ins is followed', async () => {
  const provider = await openidProvider();
  const clock = createFakeClock(Date.now());
  const context = await contextAt(provider, 'basic', { clock });
  await signIn(provider, context);
  await provider.rotateKeys({ forget: true });
  await refused(signIn(provider, context), 'unknown_key');
  expect(provider.count('jwks')).toBe(1);
  clock.jump(30_000);
  expect((await signIn(provider, context)).claims?.sub).toBe('alice');
  expect(provider.count('jwks')).toBe(2);
});

describe('on a bad way', () => {
  test.each<[Fault, ErrorCode]>([
    [{ kind: 'html' }, 'server_error'],
    [{ kind: 'status', status: 500 }, 'server_error'],
    [{ kind: 'status', status: 429 }, 'too_many_requests'],
    [{ kind: 'reset' }, 'network_error'],
    [{ kind: 'cut' }, 'response_truncated'],
    [{ kind: 'redirect', location: 'https://evil.test/' }, 'response_redirected'],
    [{ kind: 'oversized', bytes: 5_000_000 }, 'response_too_large'],
    [{ kind: 'hang' }, 'timeout'],
    [{ kind: 'slow_body', delayMs: 50 }, 'timeout'],
  ])(
    '%j at the token endpoint is a typed error, and the code is not sent twice',
    async (fault, code) => {
      const provider = await openidProvider();
      const context = await contextAt(provider, 'public', { attemptTimeoutMs: patience(fault) });
      const request = await begin(context);
      const parameters = await callback(provider, request);
      provider.fault('token', fault, 1);
      await refused(request.redeem(parameters, noHurry()), code);
      expect(provider.count('token')).toBe(1);
    },
  );
});
