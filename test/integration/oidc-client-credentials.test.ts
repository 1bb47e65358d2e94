import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { clientCredentialsGrant } from '../../main/oidc/client-credentials.ts';
import { brokenAnswers, wrongTokenAnswers } from '../support/hostile-answers.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import { type OpenidProvider, startOpenidProvider } from '../support/openid-provider.ts';

let provider: OpenidProvider;
beforeAll(async () => {
  provider = await startOpenidProvider();
});
afterAll(() => provider.close());

test('a client gets a token of its own, with no refresh token and no ID token', async () => {
  const context = await contextAt(provider, 'basic');
  const tokens = await clientCredentialsGrant(context, { scopes: ['read'] }, noHurry());
  expect(tokens).toMatchObject({ tokenType: 'Bearer', scope: ['read'] });
  expect(tokens).not.toHaveProperty('refreshToken');
  expect(tokens).not.toHaveProperty('idToken');
  expect(tokens.expiresAt - tokens.obtainedAt).toBe(600_000);
  const found = await provider.provider.ClientCredentials.find(tokens.accessToken);
  expect(found?.clientId).toBe('keyfob-basic');
});

test.each(['basic', 'post', 'secretJwt', 'privateKey'])('the client may be %s', async (name) => {
  const context = await contextAt(provider, name);
  const tokens = await clientCredentialsGrant(context, { scopes: ['read'] }, noHurry());
  expect(tokens.accessToken).toMatch(/^[\w-]{20,}$/);
});

test('a token for a resource is bound to it', async () => {
  const context = await contextAt(provider, 'basic');
  const target = { scopes: ['read'], resource: ['https://api.example/orders'] };
  const { accessToken } = await clientCredentialsGrant(context, target, noHurry());
  const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ aud: 'https://api.example/orders', scope: 'read' });
});

test('a resource that the provider does not know is invalid_target', async () => {
  const context = await contextAt(provider, 'basic');
  const target = { scopes: ['read'], resource: ['https://elsewhere.example'] };
  const failure = clientCredentialsGrant(context, target, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_target' });
});

test('what is no resource or no scope is refused here, and nothing is sent', async () => {
  const context = await contextAt(provider, 'basic');
  const before = provider.journal.length;
  for (const target of [
    { resource: ['orders'] },
    { resource: ['https://api.example/#part'] },
    { scopes: ['read write'] },
    { scopes: ['re"ad'] },
    { scopes: [''] },
  ]) {
    const failure = await failureOf(clientCredentialsGrant(context, target, noHurry()));
    expect(failure).toMatchObject({ code: 'invalid_input', hint: expect.any(String) });
  }
  expect(provider.journal.length).toBe(before);
});

test('a wrong secret is invalid_client, by header and by form', async () => {
  for (const name of ['basic', 'post', 'secretJwt']) {
    const client = { clientSecret: 'w'.repeat(43) };
    const context = await contextAt(provider, name, { client });
    const failure = clientCredentialsGrant(context, {}, noHurry());
    await expect(failure, name).rejects.toMatchObject({ code: 'invalid_client' });
  }
});

test('a public client may not act for itself', async () => {
  const context = await contextAt(provider, 'public');
  const failure = clientCredentialsGrant(context, {}, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_request' });
});

test('a provider without a token endpoint is told apart from one that refuses', async () => {
  const context = await contextAt(provider, 'basic');
  const { token_endpoint: _, ...server } = context.server;
  const failure = clientCredentialsGrant({ ...context, server }, {}, noHurry());
  await expect(failure).rejects.toMatchObject({
    code: 'not_offered',
    details: { endpoint: 'token_endpoint' },
  });
});

test('a request that is given up ends at once', async () => {
  const context = await contextAt(provider, 'basic');
  const end = provider.fault('token', { kind: 'hang' });
  onTestFinished(end);
  const controller = new AbortController();
  const asked = clientCredentialsGrant(context, {}, controller.signal);
  await expect.poll(() => provider.journal.at(-1)?.status).toBe(0);
  controller.abort(new Error('given up'));
  await expect(asked).rejects.toThrow('given up');
  end();
});

test.each([...brokenAnswers, ...wrongTokenAnswers])(
  'refused: %s',
  async (_title, prepare, code) => {
    const context = await contextAt(provider, 'basic');
    const end = prepare(provider, 'token');
    onTestFinished(end);
    const failure = await failureOf(clientCredentialsGrant(context, {}, noHurry()));
    end();
    expect(failure).toMatchObject({ code, hint: expect.any(String) });
  },
);
