import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { decodeJwt } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { OidcClient, OidcContext } from '../../main/oidc/context.ts';
import { generateKey, publicKeySet } from '../../main/oidc/keys.ts';
import { registerClient } from '../../main/oidc/registration.ts';
import { requestTokens } from '../../main/oidc/token-request.ts';
import { createFetch } from '../../main/platform/fetch.ts';
import { createUpstream } from '../../main/upstream.ts';
import { createCertificateAuthority } from '../support/certificate-authority.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createFakeLog } from '../support/fake-ports.ts';
import { contextAt, failureOf, noHurry, openidProvider } from '../support/openid-context.ts';

/** The grant that needs nothing but the client. */
const ask = (context: OidcContext) =>
  requestTokens(context, { grantType: 'client_credentials', parameters: [] }, noHurry());

describe('a client proves itself', () => {
  test.each(['basic', 'post', 'secretJwt', 'privateKey'])('as %s', async (name) => {
    const context = await contextAt(await openidProvider(), name);
    expect((await ask(context)).tokenType).toBe('Bearer');
    expect((await ask(context)).tokenType).toBe('Bearer');
  });

  test('and is refused with a wrong secret or another key', async () => {
    const provider = await openidProvider();
    const stranger = await generateKey('signing');
    for (const [name, client] of [
      ['basic', { clientSecret: 'wrong' }],
      ['post', { clientSecret: 'wrong' }],
      ['secretJwt', { clientSecret: 'wrong'.repeat(10) }],
      ['privateKey', { signingKey: stranger }],
      ['basic', { authentication: 'none' }],
    ] as const) {
      const error = await failureOf(ask(await contextAt(provider, name, { client })));
      expect(error).toMatchObject({ code: 'invalid_client', hint: expect.stringMatching(/\w/) });
      expect(JSON.stringify(error)).not.toContain('wrong');
    }
  });

  test('by each kind of key that it can make, registered as such', async () => {
    const provider = await openidProvider();
    const base = await contextAt(provider, 'basic');
    for (const algorithm of ['RS256', 'PS256', 'ES256', 'Ed25519']) {
      const signingKey = await generateKey('signing', algorithm);
      const metadata = {
        redirect_uris: ['http://127.0.0.1/callback'],
        application_type: 'native',
        grant_types: ['client_credentials'],
        response_types: [],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: publicKeySet([signingKey]),
      };
      const { clientId } = await registerClient(base, { metadata }, noHurry());
      const client: OidcClient = { clientId, signingKey, authentication: 'private_key_jwt' };
      expect((await ask({ ...base, client })).tokenType, algorithm).toBe('Bearer');
    }
  });

  test('by an id and a secret with signs in them that forms encode', async () => {
    const clientSecret = ' :+%&=/?"\\ 0123456789';
    const metadata = {
      client_id: 'odd:client+1',
      client_secret: clientSecret,
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    };
    const provider = await openidProvider({
      clients: { odd: { clientId: 'odd:client+1', clientSecret, metadata } },
    });
    expect((await ask(await contextAt(provider, 'odd'))).tokenType).toBe('Bearer');
  });

  test('by assertions that are short-lived, of one use, and made out to the issuer', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'privateKey');
    await ask(context);
    await ask(context);
    const [one, other] = provider.journal
      .filter(({ endpoint }) => endpoint === 'token')
      .map(({ body }) => decodeJwt(new URLSearchParams(body).get('client_assertion') ?? ''));
    expect(one).toMatchObject({
      iss: context.client.clientId,
      sub: context.client.clientId,
      aud: provider.issuer,
    });
    expect((one?.exp ?? 0) - (one?.iat ?? 0)).toBe(60);
    expect(one?.jti).not.toBe(other?.jti);
  });

  test('also to a provider that wants them made out to its token endpoint', async () => {
    const provider = await openidProvider();
    const client = { assertionAudience: 'token_endpoint' as const };
    await ask(await contextAt(provider, 'privateKey', { client }));
    const body = provider.journal.findLast(({ endpoint }) => endpoint === 'token')?.body;
    const assertion = new URLSearchParams(body).get('client_assertion') ?? '';
    expect(decodeJwt(assertion).aud).toBe(`${provider.issuer}/token`);
  });

  test('by the clock of the provider where the own one is wrong by a day', async () => {
    const provider = await openidProvider();
    const clock = createFakeClock(Date.now() - 86_400_000);
    const context = await contextAt(provider, 'privateKey', { clock });
    // Discovery has told the time.
    expect((await ask(context)).expiresAt).toBeGreaterThan(Date.now());
  });
});

test('tls_client_auth shows its certificate to the token endpoint, and nobody is let in without', async () => {
  const authority = createCertificateAuthority();
  onTestFinished(() => authority.remove());
  const { cert, key } = authority.issue(['localhost']);
  const forms: string[] = [];
  const server = createServer(
    { cert, key, ca: readFileSync(authority.file), requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { authorized } = request.socket as TLSSocket;
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        forms.push(body);
        response.writeHead(authorized ? 200 : 401, { 'content-type': 'application/json' });
        const tokens = { access_token: 'A', token_type: 'Bearer', expires_in: 60 };
        response.end(JSON.stringify(authorized ? tokens : { error: 'invalid_client' }));
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });

  const files = {
    certificateFile: join(authority.folder, 'c.pem'),
    keyFile: join(authority.folder, 'k.pem'),
  };
  const proof = authority.issue(['client.test']);
  writeFileSync(files.certificateFile, proof.cert);
  writeFileSync(files.keyFile, proof.key);
  const base = await contextAt(await openidProvider(), 'public');
  const upstream = createUpstream({
    ...base,
    log: createFakeLog(),
    fetch: createFetch({ env: { AWS_CA_BUNDLE: authority.file } }),
  });
  const token_endpoint = `https://localhost:${(server.address() as AddressInfo).port}/token`;
  const context = (client: OidcClient): OidcContext => ({
    ...base,
    upstream,
    client,
    server: { ...base.server, mtls_endpoint_aliases: { token_endpoint } },
  });
  const authentication = 'tls_client_auth' as const;
  const answer = await ask(context({ clientId: 'c', authentication, certificate: files }));
  expect(answer.accessToken).toBe('A');
  expect(new URLSearchParams(forms[0]).get('client_id')).toBe('c');
  const without = await failureOf(ask(context({ clientId: 'c', authentication })));
  expect(without).toMatchObject({ code: 'invalid_client' });
  expect(forms).toHaveLength(1);
});
