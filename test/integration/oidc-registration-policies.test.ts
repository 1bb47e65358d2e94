import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientCredentialsGrant } from '../../main/oidc/client-credentials.ts';
import type { OidcContext } from '../../main/oidc/context.ts';
import { generateKey, publicKeySet } from '../../main/oidc/keys.ts';
import { passwordGrant } from '../../main/oidc/password.ts';
import { type Registration, registerClient } from '../../main/oidc/registration.ts';
import { contextAt, noHurry } from '../support/openid-context.ts';
import {
  everyGrant,
  type OpenidProvider,
  startOpenidProvider,
} from '../support/openid-provider.ts';

/** What Ubisecure SSO makes of `grant_types` and `policy`. */

let provider: OpenidProvider;
let context: OidcContext;
beforeAll(async () => {
  provider = await startOpenidProvider({ switches: { ssoServer: true } });
  context = await contextAt(provider, 'public');
});
afterAll(() => provider.close());

const redirects = { redirect_uris: ['https://client.example.com/response'] };

function as({ clientId, clientSecret = '' }: Registration): OidcContext {
  const client = { clientId, clientSecret, authentication: 'client_secret_basic' as const };
  return { ...context, client };
}

const alice = { username: 'alice', password: 'wonderland', scopes: ['openid'] };

test('a registration that names no grants is for all of them', async () => {
  const registration = await registerClient(context, { metadata: redirects }, noHurry());
  expect(registration.answer).toMatchObject({ ...redirects, grant_types: everyGrant });
  const tokens = await clientCredentialsGrant(as(registration), {}, noHurry());
  expect(tokens.tokenType).toBe('Bearer');
});

test('an empty list leaves password, refresh_token and authorization_code', async () => {
  const metadata = { ...redirects, grant_types: [] };
  const registration = await registerClient(context, { metadata }, noHurry());
  expect([...(registration.answer.grant_types as string[])].sort()).toEqual([
    'authorization_code',
    'password',
    'refresh_token',
  ]);
  const tokens = await passwordGrant(as(registration), alice, noHurry());
  expect(tokens.claims?.sub).toBe('alice');
  await expect(clientCredentialsGrant(as(registration), {}, noHurry())).rejects.toMatchObject({
    code: 'invalid_request',
  });
});

test('no_client_secret: a client with a key of its own, and nothing to keep but that', async () => {
  const signingKey = await generateKey('signing');
  const metadata = {
    ...redirects,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: publicKeySet([signingKey]),
  };
  const request = { metadata, policy: 'no_client_secret' as const };
  const registration = await registerClient(context, request, noHurry());
  expect(registration.clientSecret).toBeUndefined();
  expect(registration.answer).not.toHaveProperty('client_secret');
  const client = {
    clientId: registration.clientId,
    authentication: 'private_key_jwt' as const,
    signingKey,
  };
  const tokens = await clientCredentialsGrant({ ...context, client }, {}, noHurry());
  expect(tokens.tokenType).toBe('Bearer');
});

test('keep_client_credentials: new members for the same client, by whoever has its secret', async () => {
  const first = await registerClient(context, { metadata: redirects }, noHurry());
  const { clientId, clientSecret = '' } = first;
  const metadata = { ...redirects, grant_types: ['password'], response_types: [] };
  const policy = 'keep_client_credentials' as const;
  const keep = { clientId, clientSecret };
  const second = await registerClient(context, { metadata, policy, keep }, noHurry());
  expect(second).toMatchObject({ clientId, clientSecret });
  expect((await passwordGrant(as(second), alice, noHurry())).claims?.sub).toBe('alice');

  const wrong = { clientId, clientSecret: 'wrong' };
  const third = await registerClient(context, { metadata, policy, keep: wrong }, noHurry());
  expect(third.clientId).not.toBe(clientId);
});
