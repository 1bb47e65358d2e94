import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';

/** Connections to a real OpenID provider, through a real helper process. */

let stage: OpenidStage;

beforeAll(async () => {
  stage = await startOpenidStage();
});

afterAll(() => stage.close());

const call: OpenidStage['call'] = (...args) => stage.call(...args);

describe('signing in', () => {
  test('browser: the code comes back to this machine, and the session is told with its claims', async () => {
    await stage.add('browser', 'public');
    await stage.signIn('browser');
    expect(await stage.session('browser')).toMatchObject({
      state: 'signed_in',
      renewable: true,
      claims: { sub: 'alice', email: 'alice@example.com', session_index: '_session-alice' },
    });
    const { status, body } = await stage.token('browser');
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', issuer: stage.provider.issuer });
  });

  test('device: the code is shown, and polling ends with a session', async () => {
    await stage.add('device', 'basic');
    const pending = await call('signIn.start', {
      connection: 'device',
      flow: 'device',
      openBrowser: false,
    });
    expect(pending).toMatchObject({ flow: 'device', state: 'pending' });
    await stage.provider.approveDevice(pending.userCode ?? '');
    await call('signIn.wait', { connection: 'device' });
    expect(await stage.session('device')).toMatchObject({ state: 'signed_in', renewable: true });
  });

  test('a denial at the page is told as such', async () => {
    await stage.add('denied', 'public');
    const { authorizationUrl = '', offersDevice } = await call('signIn.start', {
      connection: 'denied',
      flow: 'browser',
      openBrowser: false,
    });
    expect(offersDevice).toBe(true);
    await stage.provider.approve(authorizationUrl, { deny: true });
    await expect(call('signIn.wait', { connection: 'denied' })).rejects.toMatchObject({
      code: 'sign_in_denied',
    });
  });

  test('a denial in the name of another issuer is not believed', async () => {
    const { authorizationUrl = '' } = await call('signIn.start', {
      connection: 'denied',
      flow: 'browser',
      openBrowser: false,
    });
    const query = new URL(authorizationUrl).searchParams;
    const back = new URL(query.get('redirect_uri') ?? '');
    back.searchParams.set('state', query.get('state') ?? '');
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('iss', 'https://evil.example');
    const ended = call('signIn.wait', { connection: 'denied' });
    await Promise.all([
      fetch(back),
      expect(ended).rejects.toMatchObject({ details: { reason: 'issuer_mismatch' } }),
    ]);
  });

  test('client credentials: nobody is asked, and a lapsed token is got anew by itself', async () => {
    stage.provider.switches.lifetimes.clientCredentials = 1;
    await stage.add('robot', 'basic', { grant: 'client_credentials' });
    const done = await call('signIn.start', { connection: 'robot' });
    expect(done).toMatchObject({ flow: 'unattended', state: 'signed_in' });
    expect(await stage.session('robot')).toMatchObject({ renewable: true });
    const first = await stage.token('robot');
    expect(first.status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    stage.provider.switches.lifetimes.clientCredentials = 600;
    const second = await stage.token('robot');
    expect(second.status).toBe(200);
    expect(second.body.access_token).not.toBe(first.body.access_token);
  });

  test('password: off until it is turned on, then asked for here, and warned of', async () => {
    await stage.add('old', 'basic', { grant: 'password', username: 'alice' });
    await expect(call('signIn.start', { connection: 'old' })).rejects.toMatchObject({
      details: { reason: 'not_allowed' },
      hint: expect.stringContaining('--allow-password'),
    });
    await call('connection.update', { connection: 'old', passwordAllowed: true });
    await stage.answer('old', { password: 'wonderland' });
    const session = await stage.session('old');
    expect(session).toMatchObject({ state: 'signed_in', claims: { sub: 'alice' } });
    expect(session?.warnings?.join()).toContain('password');
  });

  test('a wrong password ends the sign-in with a reason, and is written nowhere', async () => {
    await stage.add('wrong', 'basic', { grant: 'password', passwordAllowed: true });
    const error = await stage
      .answer('wrong', { username: 'alice', password: 'not-wonderland' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'sign_in_failed',
      details: { reason: 'invalid_grant' },
    });
    expect(JSON.stringify(await call('state', {}))).not.toContain('not-wonderland');
    expect(stage.helper().stderr()).not.toContain('not-wonderland');
  });

  test.each(['sms-otp', 'smtp-otp'] as const)('%s: in its two steps', async (grant) => {
    await stage.add(grant, 'basic', { grant });
    const begun = await call('signIn.start', { connection: grant });
    expect(begun.asks?.fields).toEqual([{ name: 'username', secret: false }]);
    await call('signIn.answer', {
      connection: grant,
      id: begun.asks?.id ?? '',
      values: { username: 'alice' },
    });
    const next = await stage.asked(grant, begun.asks?.id);
    expect(next.fields).toEqual([{ name: 'otp', secret: true }]);
    // The first question has been answered; it can't be again.
    await expect(
      call('signIn.answer', {
        connection: grant,
        id: begun.asks?.id ?? '',
        values: { username: 'bob' },
      }),
    ).rejects.toMatchObject({ code: 'not_found' });
    const code = stage.provider.outbox.at(-1)?.code ?? '';
    await call('signIn.answer', { connection: grant, id: next.id, values: { otp: code } });
    await call('signIn.wait', { connection: grant });
    expect(await stage.session(grant)).toMatchObject({ state: 'signed_in' });
  });

  test.each([
    ['in the language of Keyfob where nothing is said', {}, 'en'],
    ['in the languages of the connection', { uiLocales: 'sv fi' }, 'sv fi'],
  ])('a one-time password %s, for a provider that insists on one', async (_, changes, expected) => {
    const name = `message-${expected.slice(0, 2)}`;
    stage.provider.switches.ssoServer = true;
    try {
      await stage.add(name, 'basic', { grant: 'sms-otp', username: 'alice', ...changes });
      const { asks } = await call('signIn.start', { connection: name });
      expect(asks?.fields).toEqual([{ name: 'otp', secret: true }]);
      const first = stage.provider.journal.findLast(({ body }) => body.includes('sms-mt-otp'));
      expect(new URLSearchParams(first?.body).get('ui_locales')).toBe(expected);
      await call('signIn.cancel', { connection: name });
    } finally {
      stage.provider.switches.ssoServer = false;
    }
  });

  test.each(['saml2-bearer', 'jwt-bearer'] as const)(
    '%s: an assertion is asked for',
    async (grant) => {
      await stage.add(grant, 'basic', { grant });
      const assertion =
        grant === 'jwt-bearer'
          ? await stage.provider.jwtAssertion()
          : await stage.provider.samlAssertion();
      await stage.answer(grant, { assertion });
      expect(await stage.session(grant)).toMatchObject({ state: 'signed_in' });
    },
  );

  test('without a client id Keyfob registers itself, and gives the client back when it is removed', async () => {
    await stage.add('dynamic');
    await stage.signIn('dynamic');
    const { clientId, manageable, metadata } = await call('oidc.registration', {
      connection: 'dynamic',
    });
    expect(manageable).toBe(true);
    expect(metadata).toMatchObject({ application_type: 'native' });
    expect(JSON.stringify(metadata)).not.toMatch(/client_secret"|registration_access_token/);
    // The next sign-in uses the same client.
    await stage.signIn('dynamic');
    expect((await call('oidc.registration', { connection: 'dynamic' })).clientId).toBe(clientId);
    await call('connection.remove', { connection: 'dynamic' });
    expect(await stage.provider.provider.Client.find(clientId)).toBeUndefined();
  });

  test.each<[string, Parameters<OpenidStage['add']>[2], string]>([
    ['a key instead of a secret', { clientAuthentication: 'private_key_jwt' }, 'Bearer'],
    ['a secret in a signature', { clientAuthentication: 'client_secret_jwt' }, 'Bearer'],
    ['tokens bound to a key', { dpop: true }, 'DPoP'],
    ['pushed requests', { pushedAuthorization: true }, 'Bearer'],
    ['an address of its own', { redirectUri: 'http://127.0.0.1/own/path' }, 'Bearer'],
    [
      'encrypted answers',
      {
        idToken: { encryptedResponseAlgorithm: 'RSA-OAEP-256' },
        userinfo: {
          signedResponseAlgorithm: 'RS256',
          encryptedResponseAlgorithm: 'ECDH-ES',
          encryptedResponseEncryption: 'A256GCM',
        },
      },
      'Bearer',
    ],
  ])('registered with %s: it signs in, renews and asks', async (what, settings, tokenType) => {
    const name = what.replaceAll(' ', '-');
    await stage.add(name, undefined, settings);
    await stage.signIn(name);
    expect(await stage.session(name)).toMatchObject({ state: 'signed_in', renewable: true });
    await stage.restart('SIGKILL');
    expect((await stage.token(name, '&scope=openid')).body).toMatchObject({
      token_type: tokenType,
    });
    expect(await call('oidc.userinfo', { connection: name })).toMatchObject({ subject: 'alice' });
    const { jwks } = await call('oidc.registration', { connection: name });
    expect(JSON.stringify(jwks)).not.toMatch(/"d":/);
  });

  test('a registration that the provider has lost is made anew', async () => {
    await stage.add('lost');
    await call('signIn.start', { connection: 'lost', flow: 'device', openBrowser: false });
    await call('signIn.cancel', { connection: 'lost' });
    const { clientId } = await call('oidc.registration', { connection: 'lost' });
    await stage.provider.provider.Client.adapter.destroy(clientId);
    await call('signIn.start', { connection: 'lost', flow: 'device', openBrowser: false });
    await call('signIn.cancel', { connection: 'lost' });
    expect((await call('oidc.registration', { connection: 'lost' })).clientId).not.toBe(clientId);
  });

  test('a question waits for its sign-in alone: cancelling takes it back', async () => {
    await stage.add('asking', 'basic', { grant: 'saml2-bearer' });
    const { asks } = await call('signIn.start', { connection: 'asking' });
    await call('signIn.cancel', { connection: 'asking' });
    await expect(
      call('signIn.answer', {
        connection: 'asking',
        id: asks?.id ?? '',
        values: { assertion: 'x' },
      }),
    ).rejects.toMatchObject({ code: 'no_pending_sign_in' });
  });
});

describe('a session', () => {
  test('survives a restart, and a crash', async () => {
    await stage.add('lasting', 'public');
    await stage.signIn('lasting');
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      await stage.restart(signal);
      expect((await stage.token('lasting')).status).toBe(200);
      expect(await stage.session('lasting')).toMatchObject({ state: 'signed_in' });
    }
  });

  test('is revoked at the provider by signing out, and the client stays', async () => {
    await stage.add('leaving', 'basic');
    await stage.signIn('leaving');
    const token = String((await stage.token('leaving')).body.access_token);
    expect(await call('signOut', { connection: 'leaving' })).toMatchObject({ revoked: true });
    expect(await call('oidc.introspect', { connection: 'leaving', token })).toMatchObject({
      active: false,
    });
    expect((await stage.token('leaving')).status).toBe(403);
    // The secret of the client is still there: the next sign-in needs nothing else.
    await stage.signIn('leaving');
    expect(await stage.session('leaving')).toMatchObject({ state: 'signed_in' });
  });

  test('that somebody ended at the provider becomes signed out', async () => {
    await stage.add('ended', 'basic');
    await stage.signIn('ended');
    await stage.revokeAll('ended');
    expect((await stage.token('ended', '&scope=openid')).status).toBe(403);
    expect(await stage.session('ended')).toMatchObject({
      state: 'signed_out',
      error: { code: 'sign_in_required' },
    });
  });

  test('without a refresh token works to its end, and says so', async () => {
    stage.provider.switches.alwaysRefreshable = false;
    await stage.add('short', 'public', { scopes: ['openid'] });
    await stage.signIn('short');
    stage.provider.switches.alwaysRefreshable = true;
    const session = await stage.session('short');
    expect(session).toMatchObject({ state: 'signed_in', renewable: false });
    expect(session?.warnings?.join()).toContain('offline_access');
    expect((await stage.token('short')).status).toBe(200);
    expect((await stage.token('short', '&scope=openid')).body).toMatchObject({
      code: 'not_offered',
    });
  });
});

describe('asking the provider', () => {
  beforeAll(async () => {
    await stage.add('asks', 'basic');
    await stage.signIn('asks');
  });

  test('userinfo', async () => {
    expect(await call('oidc.userinfo', { connection: 'asks' })).toMatchObject({
      subject: 'alice',
      claims: { email: 'alice@example.com' },
    });
  });

  test('introspection of its own tokens', async () => {
    for (const kind of ['access', 'refresh'] as const) {
      expect(await call('oidc.introspect', { connection: 'asks', kind })).toMatchObject({
        active: true,
      });
    }
  });

  test('an exchange of its own access token', async () => {
    const answer = await call('oidc.exchange', { connection: 'asks', scopes: ['openid'] });
    expect(answer).toMatchObject({ tokenType: 'Bearer' });
    expect(answer.token).not.toBe('');
  });

  test('its access token revoked: the next one is another', async () => {
    await stage.add('revoking', 'basic', { grant: 'client_credentials' });
    await call('signIn.start', { connection: 'revoking' });
    const before = await stage.token('revoking');
    const token = String(before.body.access_token);
    await call('oidc.revoke', { connection: 'revoking', kind: 'access' });
    expect(await call('oidc.introspect', { connection: 'revoking', token })).toMatchObject({
      active: false,
    });
    const after = await stage.token('revoking');
    expect(after.status).toBe(200);
    expect(after.body.access_token).not.toBe(token);
  });

  test('a change of the registration, and its end', async () => {
    await stage.add('registered');
    await stage.signIn('registered');
    const changed = await call('oidc.registration.update', {
      connection: 'registered',
      changes: { client_name: 'Keyfob of alice' },
    });
    expect(changed.metadata.client_name).toBe('Keyfob of alice');
    expect(
      (await call('oidc.registration', { connection: 'registered', read: true })).metadata,
    ).toMatchObject({ client_name: 'Keyfob of alice' });
    expect((await stage.token('registered')).status).toBe(200);
    expect(await call('oidc.registration.delete', { connection: 'registered' })).toEqual({
      deleted: true,
    });
    expect(await stage.session('registered')).toMatchObject({ state: 'signed_out' });
  });

  test('an Identity Center has none of that', async () => {
    await call('connection.add', {
      kind: 'identity-center',
      name: 'aws',
      startUrl: 'https://acme.awsapps.com/start',
      region: 'eu-west-1',
    });
    await expect(call('oidc.userinfo', { connection: 'aws' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

test('an address is asked what it offers, in whatever spelling it was typed', async () => {
  const { issuer } = stage.provider;
  for (const address of [issuer, `${issuer}/.well-known/openid-configuration`]) {
    expect(await call('connection.check', { address })).toMatchObject({
      kind: 'oidc',
      issuer,
      metadata: 'oidc',
      offers: { browser: true, device: true, registration: true, introspection: true },
    });
  }
});

test('the test of a connection tells what answers, and what is wrong', async () => {
  await stage.add('tested');
  const { checks } = await call('connection.test', { connection: 'tested' });
  expect(checks.filter(({ id }) => /^(provider|offers)\./.test(id))).toMatchObject([
    { id: 'provider.tested', status: 'ok' },
    { id: 'offers.tested', status: 'ok' },
  ]);
  await stage.provider.down();
  const after = await call('connection.test', { connection: 'tested' });
  await stage.provider.up();
  expect(after.checks).toContainEqual(
    expect.objectContaining({ id: 'provider.tested', status: 'failure', hint: expect.any(String) }),
  );
});

test('no secret of all that is in a file, on stderr or in the state', async () => {
  const secrets = stage.provider.secrets().filter((secret) => secret.length >= 12);
  expect(secrets.length).toBeGreaterThan(50);
  const folder = stage.env.KEYFOB_HOME ?? '';
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toContain('connections.json');
  const places: Record<string, string> = {
    stderr: stage.helper().stderr(),
    state: JSON.stringify(await call('state', {})),
  };
  for (const { name, parentPath } of files) {
    places[name] = await readFile(join(parentPath, name), 'latin1');
  }
  for (const [place, text] of Object.entries(places)) {
    const found = secrets.filter((secret) => text.includes(secret)).length;
    expect(found, `secrets in ${place}`).toBe(0);
  }
});

test('nothing of all that opened a browser by itself', async () => {
  expect(await stage.opened()).toEqual([]);
});

test('signing out with the browser opens the sign-out page, by an address without the ID token', async () => {
  await stage.add('out', 'public', { uiLocales: 'sv' });
  await stage.signIn('out');
  expect(await call('signOut', { connection: 'out', browser: true })).toEqual({
    revoked: true,
    opened: true,
  });
  await eventually(async () => expect(await stage.opened()).toHaveLength(1));
  const [lent = ''] = await stage.opened();
  expect(lent).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]+$/);
  const page = await fetch(lent, { redirect: 'manual' });
  const location = page.headers.get('location') ?? (await page.text());
  expect(location).toContain(`${stage.provider.issuer}/session/end`);
  expect(location).toContain('id_token_hint=');
  expect(location).toContain('ui_locales=sv');
});
