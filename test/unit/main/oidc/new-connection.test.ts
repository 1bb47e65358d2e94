import { describe, expect, test } from 'vitest';
import { newConnection } from '../../../../main/oidc/new-connection.ts';
import { type OidcConnection, oidcConnectionSchema } from '../../../../shared/oidc-connection.ts';
import { oidcSettingsSchema } from '../../../../shared/oidc-settings.ts';

function input(changes: Readonly<Record<string, unknown>> = {}): OidcConnection {
  return oidcConnectionSchema.parse({
    kind: 'oidc',
    name: 'corp',
    issuer: 'https://login.test',
    ...changes,
  });
}

test('a name and an issuer are enough', async () => {
  const { settings, client } = await newConnection(input());
  expect(settings).toMatchObject({
    grant: 'interactive',
    clientAuthentication: 'client_secret_basic',
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    flow: 'auto',
  });
  expect(client).toEqual({});
});

test('secrets and keys go to the client, and nowhere into the settings', async () => {
  const { settings, client } = await newConnection(
    input({
      clientId: 'id',
      clientSecret: 's3cret',
      initialAccessToken: 'initial',
      softwareStatement: 'statement',
      dpop: true,
      idToken: { encryptedResponseAlgorithm: 'RSA-OAEP-256' },
      userinfo: { encryptedResponseAlgorithm: 'RSA-OAEP-256' },
      introspection: { encryptedResponseAlgorithm: 'ECDH-ES' },
    }),
  );
  expect(client).toMatchObject({
    clientSecret: 's3cret',
    initialAccessToken: 'initial',
    softwareStatement: 'statement',
    dpopKey: { d: expect.any(String) },
  });
  expect(client.decryptionKeys?.map(({ alg }) => alg)).toEqual(['RSA-OAEP-256', 'ECDH-ES']);
  expect(oidcSettingsSchema.parse(settings)).toEqual(settings);
  expect(JSON.stringify(settings)).not.toMatch(/s3cret|initial|statement|"d"/);
});

test.each([
  [{ clientId: 'id' }, 'none'],
  [{ clientId: 'id', clientSecret: 's' }, 'client_secret_basic'],
  [{ registration: { policy: 'no_client_secret' } }, 'private_key_jwt'],
  [{ certificate: { certificateFile: 'a', keyFile: 'b' } }, 'tls_client_auth'],
])('%j authenticates by %s', async (changes, expected) => {
  const { settings } = await newConnection(input(changes));
  expect(settings.clientAuthentication).toBe(expected);
});

test('a key is made where one is needed, for the algorithm that was asked for', async () => {
  const { client } = await newConnection(
    input({ clientAuthentication: 'private_key_jwt', signingAlgorithm: 'EdDSA' }),
  );
  expect(client.signingKey).toMatchObject({ kty: 'OKP', alg: 'EdDSA', d: expect.any(String) });
});

test('what is encrypted by the secret needs no key, and what may come plain may be said to', async () => {
  const secret = { clientId: 'id', clientSecret: 's' };
  const idToken = {
    signedResponseAlgorithm: 'HS256',
    encryptedResponseAlgorithm: 'A256KW',
    encryptedResponseEncryption: 'A256GCM',
  };
  const userinfo = { signedResponseAlgorithm: 'none' };
  const { client, settings } = await newConnection(input({ ...secret, idToken, userinfo }));
  expect(client).toEqual({ clientSecret: 's' });
  expect(settings).toMatchObject({ idToken, userinfo });
});

test('an assertion of its own is signed by a key, whatever else proves the client', async () => {
  const { client } = await newConnection(
    input({
      clientId: 'id',
      clientSecret: 's',
      grant: 'jwt-bearer',
      ownAssertion: true,
      signingAlgorithm: 'ES384',
    }),
  );
  expect(client.signingKey).toMatchObject({ kty: 'EC', alg: 'ES384' });
});

test('a client of its own asks for no scopes unless told', async () => {
  const given = { grant: 'client_credentials', clientId: 'id', clientSecret: 's' };
  expect((await newConnection(input(given))).settings.scopes).toEqual([]);
});

describe('what does not go together is said, with what to do', () => {
  test.each<[string, Record<string, unknown>]>([
    ['an issuer without TLS', { issuer: 'http://login.test' }],
    ['an issuer with a query', { issuer: 'https://login.test/?a=b' }],
    ['a secret without an id', { clientSecret: 's' }],
    ['an id without the secret', { clientId: 'id', clientAuthentication: 'client_secret_post' }],
    ['no certificate', { clientAuthentication: 'tls_client_auth' }],
    ['a public client alone', { clientId: 'id', grant: 'client_credentials' }],
    ['no token endpoint', { metadata: 'manual', clientId: 'id' }],
    [
      'no page to sign in on',
      { metadata: 'manual', clientId: 'id', endpoints: { token: 'https://login.test/t' } },
    ],
    [
      'nowhere to register',
      {
        metadata: 'manual',
        endpoints: { token: 'https://login.test/t', authorization: 'https://login.test/a' },
      },
    ],
    ['a redirect elsewhere', { redirectUri: 'https://app.test/callback' }],
    ['a redirect on the network', { redirectUri: 'http://192.168.1.1:80/callback' }],
    ['a public key', { signingKey: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' } }],
    ['a symmetric key', { signingKey: { kty: 'oct', k: 'abc', d: 'abc' } }],
    [
      'an algorithm for nothing',
      { clientAuthentication: 'private_key_jwt', signingAlgorithm: 'HS256' },
    ],
    [
      'a secret that signs as a key',
      {
        clientId: 'id',
        clientSecret: 's',
        clientAuthentication: 'client_secret_jwt',
        signingAlgorithm: 'ES256',
      },
    ],
    ['an algorithm where nothing is signed', { signingAlgorithm: 'ES256' }],
    ['an assertion of its own for another grant', { ownAssertion: true }],
    ['an unsigned ID token', { idToken: { signedResponseAlgorithm: 'none' } }],
    ['an unknown signature', { userinfo: { signedResponseAlgorithm: 'MD5' } }],
    ['a signature by no secret', { clientId: 'id', idToken: { signedResponseAlgorithm: 'HS256' } }],
    ['an unknown encryption', { idToken: { encryptedResponseAlgorithm: 'PBES2-HS256+A128KW' } }],
    [
      'an encryption by no secret',
      { clientId: 'id', introspection: { encryptedResponseAlgorithm: 'dir' } },
    ],
    [
      'an encryption by a secret that it wants none of',
      {
        registration: { policy: 'no_client_secret' },
        idToken: { encryptedResponseAlgorithm: 'A256KW' },
      },
    ],
    [
      'an unknown encryption of the content',
      {
        idToken: {
          encryptedResponseAlgorithm: 'RSA-OAEP-256',
          encryptedResponseEncryption: 'ROT13',
        },
      },
    ],
    ['an encryption of the content alone', { idToken: { encryptedResponseEncryption: 'A256GCM' } }],
  ])('%s', async (_what, changes) => {
    await expect(newConnection(input(changes))).rejects.toMatchObject({
      code: 'invalid_input',
      hint: expect.any(String),
    });
  });

  test('an endpoint without TLS', async () => {
    const endpoints = { token: 'http://login.test/token' };
    await expect(newConnection(input({ endpoints }))).rejects.toMatchObject({
      code: 'insecure_url',
    });
  });
});
