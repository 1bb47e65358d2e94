import { describe, expect, test } from 'vitest';
import { beginDeviceAuthorization } from '../../main/oidc/device.ts';
import { generateKey, publicKeySet } from '../../main/oidc/keys.ts';
import {
  type ClientMetadata,
  deleteRegistration,
  readRegistration,
  registerClient,
  updateRegistration,
} from '../../main/oidc/registration.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { contextAt, failureOf, noHurry, openidProvider } from '../support/openid-context.ts';
import type { Fault } from '../support/openid-provider.ts';

const native: ClientMetadata = {
  application_type: 'native',
  client_name: 'Keyfob',
  redirect_uris: ['http://127.0.0.1/callback'],
  response_types: ['code'],
  grant_types: [
    'authorization_code',
    'refresh_token',
    'urn:ietf:params:oauth:grant-type:device_code',
  ],
};

async function refused(promise: Promise<unknown>, code: ErrorCode) {
  const thrown = await failureOf(promise);
  expect(thrown).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
}

async function stage() {
  const provider = await openidProvider();
  const context = await contextAt(provider, 'public');
  const register = (metadata: ClientMetadata) => registerClient(context, { metadata }, noHurry());
  return { provider, context, register };
}

describe('a registration', () => {
  test('makes a client that can sign in, and keeps the whole answer', async () => {
    const { provider, context, register } = await stage();
    const registration = await register(native);
    expect(registration).toMatchObject({
      clientId: expect.any(String),
      clientSecret: expect.any(String),
      registrationClientUri: `${provider.issuer}/reg/${registration.clientId}`,
      registrationAccessToken: expect.any(String),
      answer: { ...native, client_id: registration.clientId, subject_type: 'public' },
    });
    expect(registration.secretExpiresAt).toBeUndefined();
    const client = { ...registration, authentication: 'client_secret_basic' as const };
    const wishes = { scopes: ['openid'] };
    const device = await beginDeviceAuthorization({ ...context, client }, wishes, noHurry());
    await provider.approveDevice(device.userCode);
    expect((await device.poll(noHurry())).claims?.aud).toBe(registration.clientId);
  });

  test('with keys of ours: private_key_jwt, and an ID token that is encrypted to us', async () => {
    const { provider, context, register } = await stage();
    const signingKey = await generateKey('signing');
    const decryptionKey = await generateKey('decryption');
    const registration = await register({
      ...native,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      id_token_encrypted_response_alg: 'RSA-OAEP-256',
      id_token_encrypted_response_enc: 'A256GCM',
      jwks: publicKeySet([signingKey, decryptionKey]),
    });
    expect(registration.clientSecret).toBeUndefined();
    const sent = provider.journal.find(({ endpoint }) => endpoint === 'registration')?.body ?? '';
    for (const secret of [signingKey.d, decryptionKey.d, decryptionKey.p]) {
      expect(secret).toMatch(/^[\w-]{20,}$/);
      expect(sent).not.toContain(secret);
    }
    const client = {
      clientId: registration.clientId,
      authentication: 'private_key_jwt' as const,
      signingKey,
      decryptionKeys: [decryptionKey],
      idToken: {
        encryptedResponseAlgorithm: 'RSA-OAEP-256',
        encryptedResponseEncryption: 'A256GCM',
      },
    };
    const wishes = { scopes: ['openid'] };
    const device = await beginDeviceAuthorization({ ...context, client }, wishes, noHurry());
    await provider.approveDevice(device.userCode);
    const tokens = await device.poll(noHurry());
    // A plain one would have been refused; what came encrypted is kept as others can read it.
    expect(tokens.idToken?.split('.')).toHaveLength(3);
    expect(tokens.claims?.sub).toBe('alice');
  });

  test('without grants is not one with the usual grants', async () => {
    const { provider, register } = await stage();
    await register({ ...native, grant_types: [], response_types: [] });
    const { body } = provider.journal.findLast(({ endpoint }) => endpoint === 'registration') ?? {};
    expect(JSON.parse(body ?? '')).toMatchObject({ grant_types: [] });
  });

  test('can keep the id and the secret of an earlier one', async () => {
    const { context, register } = await stage();
    const { clientId, clientSecret = '' } = await register(native);
    const again = await registerClient(
      context,
      {
        metadata: { ...native, client_name: 'Keyfob, anew' },
        policy: 'keep_client_credentials',
        keep: { clientId, clientSecret },
      },
      noHurry(),
    );
    expect(again).toMatchObject({ clientId, clientSecret });
    expect(again.answer.client_name).toBe('Keyfob, anew');
    const anew = await register(native);
    expect(anew.clientId).not.toBe(clientId);
  });

  test.each<[string, ClientMetadata, ErrorCode]>([
    ['a redirect that is none', { redirect_uris: ['nowhere'] }, 'invalid_redirect_uri'],
    ['an unknown method', { token_endpoint_auth_method: 'magic' }, 'invalid_client_metadata'],
    ['a grant nobody has', { grant_types: ['magic'] }, 'invalid_client_metadata'],
  ])('with %s is refused with the provider’s code', async (_, changes, code) => {
    const { register } = await stage();
    await refused(register({ ...native, ...changes }), code);
  });

  test('needs a provider that takes them', async () => {
    const { context } = await stage();
    const { registration_endpoint: _, ...server } = context.server;
    const request = { metadata: native };
    await refused(registerClient({ ...context, server }, request, noHurry()), 'not_offered');
  });
});

describe('a registration that is there', () => {
  test('is read, changed and ended; its token rotates and is kept each time', async () => {
    const { context, register } = await stage();
    const first = await register(native);
    const read = await readRegistration(context, first, noHurry());
    expect(read).toMatchObject({ clientId: first.clientId, clientSecret: first.clientSecret });

    const metadata = { ...read.answer, client_name: 'Keyfob II' };
    const changed = await updateRegistration(context, read, metadata, noHurry());
    expect(changed.answer.client_name).toBe('Keyfob II');
    expect(changed.clientSecret).toBe(first.clientSecret);
    expect(changed.registrationAccessToken).not.toBe(first.registrationAccessToken);
    await refused(readRegistration(context, first, noHurry()), 'invalid_token');
    expect((await readRegistration(context, changed, noHurry())).answer.client_name).toBe(
      'Keyfob II',
    );

    expect(await deleteRegistration(context, changed, noHurry())).toBe(true);
    expect(await deleteRegistration(context, changed, noHurry())).toBe(false);
    await refused(readRegistration(context, changed, noHurry()), 'invalid_token');
  });

  test('is not changed to what the provider does not take', async () => {
    const { context, register } = await stage();
    const registration = await register(native);
    const metadata = { ...native, redirect_uris: ['nowhere'] };
    const change = updateRegistration(context, registration, metadata, noHurry());
    await refused(change, 'invalid_redirect_uri');
    expect((await readRegistration(context, registration, noHurry())).answer).toMatchObject(native);
  });

  test('of somebody else, in the answer, is refused', async () => {
    const { provider, context, register } = await stage();
    const registration = await register(native);
    provider.hostile({ endpoint: 'registrationManagement', members: { client_id: 'other' } }, 1);
    await refused(readRegistration(context, registration, noHurry()), 'response_invalid');
  });
});

test.each<[Fault, ErrorCode]>([
  [{ kind: 'html' }, 'server_error'],
  [{ kind: 'status', status: 404 }, 'not_found'],
  [{ kind: 'status', status: 429 }, 'too_many_requests'],
  [{ kind: 'reset' }, 'network_error'],
  [{ kind: 'redirect', location: 'https://evil.test/' }, 'response_redirected'],
  [{ kind: 'oversized', bytes: 5_000_000 }, 'response_too_large'],
])('%j is a typed error, and nobody is registered twice', async (fault, code) => {
  const { provider, register } = await stage();
  provider.fault('registration', fault, 1);
  await refused(register(native), code);
  expect(provider.count('registration')).toBe(1);
});
