import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { passwordGrant } from '../../main/oidc/password.ts';
import { hostileTokenAnswers } from '../support/hostile-answers.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import { type OpenidProvider, startOpenidProvider } from '../support/openid-provider.ts';

let provider: OpenidProvider;
beforeAll(async () => {
  provider = await startOpenidProvider();
});
afterAll(() => provider.close());

const alice = { username: 'alice', password: 'wonderland', scopes: ['openid', 'profile'] };

test('a name and a password bring tokens, and an ID token that has been checked', async () => {
  const context = await contextAt(provider, 'basic');
  const before = context.serverClock.now();
  const tokens = await passwordGrant(context, alice, noHurry());

  expect(tokens).toMatchObject({
    tokenType: 'Bearer',
    scope: ['openid', 'profile'],
    claims: { sub: 'alice', iss: provider.issuer, amr: ['pwd'], session_index: '_session-alice' },
  });
  expect(tokens.refreshToken).toBeTypeOf('string');
  expect(tokens.expiresAt - before).toBeGreaterThanOrEqual(3_600_000 - 2_000);
  const found = await provider.provider.AccessToken.find(tokens.accessToken);
  expect(found?.accountId).toBe('alice');
});

test('a password with characters that a form has to escape arrives as it is', async () => {
  const context = await contextAt(provider, 'post');
  const bob = { username: 'bob', password: 'b+u&i=l/d e%r', scopes: ['openid'] };
  expect((await passwordGrant(context, bob, noHurry())).claims?.sub).toBe('bob');
});

test('a client that proves itself in every way gets tokens', async () => {
  for (const name of ['basic', 'post', 'secretJwt', 'privateKey', 'public', 'hs256', 'encrypted']) {
    const tokens = await passwordGrant(await contextAt(provider, name), alice, noHurry());
    expect(tokens.claims?.sub, name).toBe('alice');
  }
});

test('a wrong password is invalid_grant, and nothing of it is in the message', async () => {
  const context = await contextAt(provider, 'basic');
  const wrong = { ...alice, password: 'not-the-right-one' };
  const failure = await failureOf(passwordGrant(context, wrong, noHurry()));
  expect(failure).toMatchObject({
    code: 'invalid_grant',
    message: 'The provider does not accept this user name and password.',
    hint: expect.stringMatching(/Check both/),
  });
  expect(JSON.stringify(failure)).not.toContain('not-the-right-one');
  expect(String((failure as Error).stack)).not.toContain('not-the-right-one');
});

test('a scope that the provider does not grant is invalid_scope', async () => {
  const context = await contextAt(provider, 'basic');
  const failure = passwordGrant(context, { ...alice, scopes: ['root'] }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_scope' });
});

test('a wrong client secret is invalid_client', async () => {
  const context = await contextAt(provider, 'basic', { client: { clientSecret: 'wrong' } });
  const failure = passwordGrant(context, alice, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_client' });
});

test('a client that may not use the grant is told so', async () => {
  const restricted = await startOpenidProvider({
    clients: {
      browserOnly: {
        clientId: 'browser-only',
        metadata: {
          client_id: 'browser-only',
          application_type: 'native',
          redirect_uris: ['http://127.0.0.1/callback'],
          response_types: ['code'],
          grant_types: ['authorization_code'],
          token_endpoint_auth_method: 'none',
        },
      },
    },
  });
  try {
    const context = await contextAt(restricted, 'browserOnly');
    const failure = passwordGrant(context, alice, noHurry());
    await expect(failure).rejects.toMatchObject({ code: 'invalid_request' });
  } finally {
    await restricted.close();
  }
});

test('the request is sent once, since a lost answer may have counted against the account', async () => {
  const context = await contextAt(provider, 'basic');
  const before = provider.count('token', 'password');
  const end = provider.fault('token', { kind: 'lost' });
  onTestFinished(end);
  const failure = await failureOf(passwordGrant(context, alice, noHurry()));
  end();
  expect(failure).toMatchObject({ code: 'network_error' });
  expect(provider.count('token', 'password') - before).toBe(1);
});

test('an answer that does not come in time is a timeout', async () => {
  const context = await contextAt(provider, 'basic', { attemptTimeoutMs: 200 });
  const end = provider.fault('token', { kind: 'hang' });
  onTestFinished(end);
  const failure = await failureOf(passwordGrant(context, alice, noHurry()));
  end();
  expect(failure).toMatchObject({ code: 'timeout' });
});

test('a body that comes a byte at a time is a timeout too', async () => {
  const context = await contextAt(provider, 'basic', { attemptTimeoutMs: 300 });
  const end = provider.fault('token', { kind: 'slow_body', delayMs: 20 });
  onTestFinished(end);
  const failure = await failureOf(passwordGrant(context, alice, noHurry()));
  end();
  expect(failure).toMatchObject({ code: 'timeout' });
});

test.each(hostileTokenAnswers)('refused: %s', async (_title, prepare, code) => {
  const context = await contextAt(provider, 'basic');
  const end = prepare(provider, 'token');
  onTestFinished(end);
  const failure = await failureOf(passwordGrant(context, alice, noHurry()));
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});
