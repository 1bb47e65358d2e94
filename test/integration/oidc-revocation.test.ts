import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { OidcContext, TokenAnswer } from '../../main/oidc/context.ts';
import { introspectToken } from '../../main/oidc/introspection.ts';
import { passwordGrant } from '../../main/oidc/password.ts';
import { revokeSession, revokeToken } from '../../main/oidc/revocation.ts';
import { readUserinfo } from '../../main/oidc/userinfo.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import { type OpenidProvider, startOpenidProvider } from '../support/openid-provider.ts';

let provider: OpenidProvider;
beforeAll(async () => {
  provider = await startOpenidProvider();
});
afterAll(() => provider.close());

async function signedIn(
  name = 'basic',
): Promise<{ context: OidcContext; tokens: TokenAnswer; refreshToken: string }> {
  const context = await contextAt(provider, name);
  const input = { username: 'alice', password: 'wonderland', scopes: ['openid'] };
  const tokens = await passwordGrant(context, input, noHurry());
  return { context, tokens, refreshToken: tokens.refreshToken ?? '' };
}

async function isActive(context: OidcContext, token: string): Promise<boolean> {
  return (await introspectToken(context, { token }, noHurry())).active;
}

test('an access token is good for nothing once it is revoked', async () => {
  const { context, tokens } = await signedIn();
  expect(await isActive(context, tokens.accessToken)).toBe(true);
  await revokeToken(context, { token: tokens.accessToken, hint: 'access_token' }, noHurry());
  expect(await isActive(context, tokens.accessToken)).toBe(false);
  const failure = readUserinfo(context, { accessToken: tokens.accessToken }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_token' });
});

test('a refresh token takes its access token along', async () => {
  const { context, tokens, refreshToken } = await signedIn();
  await revokeToken(context, { token: refreshToken, hint: 'refresh_token' }, noHurry());
  expect(await isActive(context, refreshToken)).toBe(false);
  expect(await isActive(context, tokens.accessToken)).toBe(false);
});

test('a token that is invalid already is no failure: the answer is empty, with 200', async () => {
  const { context, refreshToken } = await signedIn();
  await revokeToken(context, { token: refreshToken }, noHurry());
  await expect(revokeToken(context, { token: refreshToken }, noHurry())).resolves.toBeUndefined();
  await expect(revokeToken(context, { token: 'never-issued' }, noHurry())).resolves.toBeUndefined();
  expect(provider.journal.at(-1)).toMatchObject({ endpoint: 'revocation', status: 200 });
});

test('so it is with a provider that calls it invalid_token', async () => {
  const { context, refreshToken } = await signedIn();
  const rewrite = (outgoing: { body: string; status: number; contentType: string }) => {
    outgoing.status = 400;
    outgoing.contentType = 'application/json';
    outgoing.body = '{"error":"invalid_token"}';
  };
  const end = provider.hostile({ endpoint: 'revocation', rewrite });
  onTestFinished(end);
  await expect(revokeToken(context, { token: refreshToken }, noHurry())).resolves.toBeUndefined();
  expect(provider.journal.at(-1)).toMatchObject({ endpoint: 'revocation', status: 400 });
});

test('every way of client authentication serves', async () => {
  for (const name of ['basic', 'post', 'secretJwt', 'privateKey', 'public']) {
    const { context, refreshToken } = await signedIn(name);
    await revokeToken(context, { token: refreshToken }, noHurry());
    expect(await isActive(context, refreshToken), name).toBe(false);
  }
});

test("somebody else's token is not ours to revoke", async () => {
  const { refreshToken } = await signedIn('post');
  const context = await contextAt(provider, 'basic');
  const failure = await failureOf(revokeToken(context, { token: refreshToken }, noHurry()));
  expect(failure).toMatchObject({ code: 'invalid_request', hint: expect.any(String) });
  expect(JSON.stringify(failure)).not.toContain(refreshToken);
});

test('a wrong client secret is invalid_client, and the token lives on', async () => {
  const { context, refreshToken } = await signedIn();
  const wrong = { ...context, client: { ...context.client, clientSecret: 'wrong' } };
  const failure = revokeToken(wrong, { token: refreshToken }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_client' });
  expect(await isActive(context, refreshToken)).toBe(true);
});

test('a token that ends by itself is unsupported_token_type', async () => {
  const { context } = await signedIn();
  const token = await provider.sign({ sub: 'alice' });
  const failure = revokeToken(context, { token }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'unsupported_token_type' });
});

test('a provider without the endpoint is told apart from one that refuses', async () => {
  const { context } = await signedIn();
  const { revocation_endpoint: _, ...server } = context.server;
  const failure = revokeToken({ ...context, server }, { token: 'any' }, noHurry());
  await expect(failure).rejects.toMatchObject({
    code: 'not_offered',
    details: { endpoint: 'revocation_endpoint' },
  });
});

test('RFC 7009 section 2.2.1: a provider that is busy is asked again', async () => {
  const { context, refreshToken } = await signedIn();
  const headers = { 'retry-after': '0' };
  provider.fault('revocation', { kind: 'status', status: 503, headers }, 1);
  await revokeToken(context, { token: refreshToken }, noHurry());
  expect(await isActive(context, refreshToken)).toBe(false);
});

test.each([
  ['a closed connection', { kind: 'reset' }, 'network_error'],
  ['HTTP 500', { kind: 'status', status: 500 }, 'server_error'],
  ['HTTP 429', { kind: 'status', status: 429 }, 'too_many_requests'],
  ['a redirect', { kind: 'redirect', location: 'https://evil.example' }, 'response_redirected'],
  ['a page', { kind: 'status', status: 403 }, 'forbidden'],
  ['a place where nothing is', { kind: 'status', status: 404 }, 'not_found'],
] as const)('%s is no revocation', async (_title, fault, code) => {
  const { context } = await signedIn();
  const end = provider.fault('revocation', fault);
  onTestFinished(end);
  const failure = await failureOf(revokeToken(context, { token: 'any' }, noHurry()));
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});

test('a session ends with both of its tokens, the refresh token first', async () => {
  const { context, tokens, refreshToken } = await signedIn();
  const before = provider.count('revocation');
  const { accessToken } = tokens;
  await revokeSession(context, { refreshToken, accessToken }, noHurry());
  const sent = provider.journal
    .filter(({ endpoint }) => endpoint === 'revocation')
    .slice(before)
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
  expect(sent).toEqual([
    { token: refreshToken, token_type_hint: 'refresh_token' },
    { token: accessToken, token_type_hint: 'access_token' },
  ]);
  expect(await isActive(context, refreshToken)).toBe(false);
  expect(await isActive(context, accessToken)).toBe(false);
});

test('a failure with one token of a session does not spare the other, and is told', async () => {
  const { context, tokens, refreshToken } = await signedIn();
  provider.fault('revocation', { kind: 'status', status: 403 }, 1);
  const { accessToken } = tokens;
  const failure = await failureOf(revokeSession(context, { refreshToken, accessToken }, noHurry()));
  expect(failure).toMatchObject({ code: 'forbidden' });
  expect(await isActive(context, accessToken)).toBe(false);
});

test('an access token that can not be revoked is no failure once the refresh token is gone', async () => {
  const { context, refreshToken } = await signedIn();
  const accessToken = await provider.sign({ sub: 'alice' });
  await revokeSession(context, { refreshToken, accessToken }, noHurry());
  expect(await isActive(context, refreshToken)).toBe(false);
  const alone = revokeSession(context, { accessToken }, noHurry());
  await expect(alone).rejects.toMatchObject({ code: 'unsupported_token_type' });
});
