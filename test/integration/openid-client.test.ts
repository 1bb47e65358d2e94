import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { everyGrant } from '../openid-provider/clients.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../support/certificate-authority.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';

/** Ways to be a client that need more than a secret, through a whole connection each. */

let authority: CertificateAuthority;

beforeAll(() => {
  authority = createCertificateAuthority();
});
afterAll(() => authority.remove());

describe('tls_client_auth', () => {
  /** A provider over TLS that knows a client by the name in its certificate. */
  let stage: OpenidStage;
  beforeAll(async () => {
    const { cert, key } = authority.issue(['127.0.0.1']);
    const ca = readFileSync(authority.file);
    const metadata = {
      client_id: 'keyfob-tls',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/oauth/callback'],
      response_types: ['code'],
      grant_types: everyGrant,
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'keyfob.client.test',
    };
    stage = await startOpenidStage({
      tls: { cert, key, ca, requestCert: true, rejectUnauthorized: false },
      clients: { tls: { clientId: 'keyfob-tls', metadata } },
      env: { AWS_CA_BUNDLE: authority.file },
    });
  });
  afterAll(() => stage.close());

  async function certificateOf(name: string, by = authority) {
    const { cert, key } = by.issue([name]);
    const certificateFile = join(by.folder, `${name}.pem`);
    const keyFile = join(by.folder, `${name}.key`);
    await writeFile(certificateFile, cert);
    await writeFile(keyFile, key, { mode: 0o600 });
    return { certificateFile, keyFile };
  }

  const robot = {
    clientId: 'keyfob-tls',
    clientAuthentication: 'tls_client_auth',
    grant: 'client_credentials',
    scopes: ['read'],
  } satisfies Parameters<OpenidStage['add']>[2];

  test('signs in, gets tokens, asks of them and takes them back, by its certificate alone', async () => {
    const certificate = await certificateOf('keyfob.client.test');
    await stage.add('robot', undefined, { ...robot, certificate });
    await stage.call('signIn.start', { connection: 'robot' });
    const { body } = await stage.token('robot');
    const token = String(body.access_token);
    const about = () => stage.call('oidc.introspect', { connection: 'robot', token });
    expect(await about()).toMatchObject({ active: true, claims: { client_id: 'keyfob-tls' } });
    await stage.call('oidc.revoke', { connection: 'robot', token });
    expect(await about()).toMatchObject({ active: false });
    for (const { endpoint, body: sent } of stage.provider.journal) {
      if (endpoint === 'token')
        expect(new URLSearchParams(sent).get('client_id')).toBe('keyfob-tls');
      expect(sent).not.toMatch(/client_secret|client_assertion/);
    }
  });

  test('is not let in with the certificate of another name or of another authority', async () => {
    const stranger = createCertificateAuthority();
    onTestFinished(() => stranger.remove());
    const certificates = {
      other: await certificateOf('other.client.test'),
      foreign: await certificateOf('keyfob.client.test', stranger),
    };
    for (const [name, certificate] of Object.entries(certificates)) {
      await stage.add(name, undefined, { ...robot, certificate });
      await expect(stage.call('signIn.start', { connection: name })).rejects.toMatchObject({
        details: { reason: 'invalid_client' },
      });
    }
  });

  test('a certificate that is gone is named, and is read anew when it is back', async () => {
    const certificate = await certificateOf('keyfob.client.test');
    const { certificateFile } = certificate;
    await rename(certificateFile, `${certificateFile}.away`);
    await stage.add('gone', undefined, { ...robot, certificate });
    await expect(stage.call('signIn.start', { connection: 'gone' })).rejects.toMatchObject({
      message: expect.stringContaining('keyfob.client.test.pem'),
    });
    await rename(`${certificateFile}.away`, certificateFile);
    await stage.call('signIn.start', { connection: 'gone' });
    expect((await stage.token('gone')).status).toBe(200);
  });
});

describe('without a certificate', () => {
  let stage: OpenidStage;
  beforeAll(async () => {
    stage = await startOpenidStage();
  });
  afterAll(() => stage.close());

  test('an assertion of its own signs in with nobody there, as whom it names, each time another', async () => {
    const { signingKey } = stage.provider.client('privateKey');
    await stage.add('own', 'privateKey', {
      clientAuthentication: 'private_key_jwt',
      signingKey: signingKey as Record<string, unknown>,
      grant: 'jwt-bearer',
      ownAssertion: true,
      username: 'alice',
      scopes: ['openid', 'read'],
    });
    const done = await stage.call('signIn.start', { connection: 'own' });
    expect(done).toMatchObject({ flow: 'unattended', state: 'signed_in' });
    expect(await stage.session('own')).toMatchObject({ renewable: true, claims: { sub: 'alice' } });
    const narrowed = await stage.token('own', '&scope=read');
    expect(narrowed.body).toMatchObject({ scope: 'read' });
    const assertions = stage.provider.journal
      .filter(({ grantType }) => grantType?.endsWith('jwt-bearer'))
      .map(({ body }) => decodeJwt(new URLSearchParams(body).get('assertion') ?? ''));
    expect(assertions).toHaveLength(2);
    expect(new Set(assertions.map(({ jti }) => jti)).size).toBe(2);
    for (const claims of assertions) {
      expect(claims).toMatchObject({ iss: 'keyfob-private-key', sub: 'alice' });
    }
    expect(await stage.opened()).toEqual([]);
  });

  test('scopes that the sign-in did not ask for are named, with the way to them', async () => {
    await stage.add('corp', 'public', { scopes: ['openid', 'offline_access'] });
    await stage.signIn('corp');
    const { body } = await stage.token('corp', '&scope=read');
    expect(body.error).toMatchObject({
      code: 'invalid_scope',
      hint: expect.stringContaining(
        '`keyfob connection update corp --scope openid --scope offline_access --scope read`',
      ),
    });
    expect(await stage.session('corp')).toMatchObject({ state: 'signed_in' });
  });
});
