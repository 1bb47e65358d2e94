import { afterAll, beforeAll, expect, test } from 'vitest';
import { logoutUrl } from '../../main/oidc/logout.ts';
import { passwordGrant } from '../../main/oidc/password.ts';
import { contextAt, noHurry } from '../support/openid-context.ts';
import { type OpenidProvider, startOpenidProvider } from '../support/openid-provider.ts';

let provider: OpenidProvider;
beforeAll(async () => {
  provider = await startOpenidProvider();
});
afterAll(() => provider.close());

test("the provider's page knows whose session is to end", async () => {
  const context = await contextAt(provider, 'public');
  const input = { username: 'alice', password: 'wonderland', scopes: ['openid'] };
  const { idToken = '' } = await passwordGrant(context, input, noHurry());
  const address = logoutUrl(context, {
    idToken,
    postLogoutRedirectUri: 'http://127.0.0.1/signed-out',
    state: 'opaque',
    uiLocales: 'sv',
  });
  expect(Object.fromEntries(new URL(address).searchParams)).toEqual({
    client_id: 'keyfob-public',
    id_token_hint: idToken,
    post_logout_redirect_uri: 'http://127.0.0.1/signed-out',
    state: 'opaque',
    ui_locales: 'sv',
  });
  const page = await fetch(address);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('/session/end/confirm');
});

test('without an ID token nothing in the address is a secret', async () => {
  const context = await contextAt(provider, 'basic');
  const address = logoutUrl(context, { logoutHint: 'alice@example.com', state: 'unused' });
  expect(address).toBe(
    `${provider.issuer}/session/end?client_id=keyfob-basic&logout_hint=alice%40example.com`,
  );
  expect((await fetch(address)).status).toBe(200);
});

test('a provider refuses an ID token of somebody else', async () => {
  const context = await contextAt(provider, 'basic');
  const idToken = await provider.sign(
    { iss: provider.issuer, aud: 'keyfob-basic', sub: 'alice' },
    { key: 'foreign' },
  );
  expect((await fetch(logoutUrl(context, { idToken }))).status).toBe(400);
});

test('parameters that the address has already stay', async () => {
  const context = await contextAt(provider, 'basic');
  const server = { ...context.server, end_session_endpoint: 'https://op.example/out?tenant=1' };
  expect(logoutUrl({ ...context, server })).toBe(
    'https://op.example/out?tenant=1&client_id=keyfob-basic',
  );
});

test.each([
  ['no such page', undefined, 'not_offered'],
  ['an address that is none', 'over there', 'response_invalid'],
  ['an address that anybody can listen to', 'http://op.example/out', 'insecure_url'],
])('refused: %s', async (_title, endpoint, code) => {
  const context = await contextAt(provider, 'basic');
  const { end_session_endpoint: _, ...rest } = context.server;
  const server = endpoint === undefined ? rest : { ...rest, end_session_endpoint: endpoint };
  expect(() => logoutUrl({ ...context, server })).toThrow(
    expect.objectContaining({ code, hint: expect.any(String) }),
  );
});
