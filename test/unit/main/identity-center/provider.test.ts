import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { StoredSession } from '../../../../main/connections/provider.ts';
import { createIdentityCenterProvider } from '../../../../main/identity-center/provider.ts';
import { createServerClock, createUpstream } from '../../../../main/upstream.ts';
import type { ErrorCode } from '../../../../shared/errors.ts';
import type { IdentityCenterSettings } from '../../../../shared/model.ts';
import { createFakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const oidc = 'https://oidc.eu-west-1.amazonaws.com';
const portal = 'https://portal.sso.eu-west-1.amazonaws.com';
const redirectUri = 'http://127.0.0.1:4711/oauth/callback';
const minute = 60_000;
const settings: IdentityCenterSettings = {
  kind: 'identity-center',
  name: 'acme',
  startUrl: 'https://acme.awsapps.com/start',
  region: 'eu-west-1',
  scopes: ['sso:account:access'],
  flow: 'auto',
};
const signal = new AbortController().signal;

const device = {
  deviceCode: 'DC',
  userCode: 'ABCD-EFGH',
  verificationUri: 'https://acme.awsapps.com/start/#/device',
  verificationUriComplete: 'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH',
  expiresIn: 600,
  interval: 1,
};
const answer = { accessToken: 'AT', tokenType: 'Bearer', expiresIn: 3600, refreshToken: 'RT' };

const codeAnswer = new URLSearchParams({ code: 'CODE' });

function setUp(changes: Partial<IdentityCenterSettings> = {}) {
  const ports = createFakePorts();
  const { fetch, clock } = ports;
  const serverClock = createServerClock(clock);
  const upstream = createUpstream({ ...ports, serverClock, attempts: 1 });
  const provider = createIdentityCenterProvider({
    settings: { ...settings, ...changes },
    ports,
    upstream,
    serverClock,
  });
  let registrations = 0;
  fetch.on(`${oidc}/client/register`, () => {
    registrations += 1;
    const clientSecretExpiresAt = Math.floor(clock.now() / 1000) + 90 * 86_400;
    const clientId = `client-${registrations}`;
    return jsonResponse({ clientId, clientSecret: `${clientId}-secret`, clientSecretExpiresAt });
  });
  return { ...ports, provider };
}

type Part = 'browser' | 'device';

function storedSession(now: number, flow: Part, changes: object = {}): StoredSession {
  const registration = {
    clientId: 'kept',
    clientSecret: 'kept-secret',
    expiresAt: now + 30 * 86_400_000,
    scopes: ['sso:account:access'],
    audience: 'eu-west-1 https://acme.awsapps.com/start',
    ...changes,
  };
  return { version: 1, registrations: { [flow]: registration } };
}

function signedIn(now: number, flow: Part, changes: object = {}): StoredSession {
  const tokens = {
    accessToken: 'old-AT',
    refreshToken: 'old-RT',
    scope: ['sso:account:access'],
    obtainedAt: now - 50 * minute,
    expiresAt: now + 10 * minute,
    flow,
  };
  return { ...storedSession(now, flow, changes), tokens };
}

function refusal(error: string, status = 400): Response {
  return jsonResponse({ error, error_description: 'no' }, { status });
}

describe('the browser flow', () => {
  test('registers as AWS CLI v2 does', async () => {
    const { provider, fetch } = setUp();
    await provider.beginBrowser(null, redirectUri, signal);
    expect(fetch.requests.map(({ json }) => json)).toEqual([
      {
        clientName: 'keyfob-acme',
        clientType: 'public',
        grantTypes: ['authorization_code', 'refresh_token'],
        redirectUris: ['http://127.0.0.1/oauth/callback'],
        issuerUrl: 'https://acme.awsapps.com/start',
        scopes: ['sso:account:access'],
      },
    ]);
  });

  test('registers for the one application that the connection names', async () => {
    const entitledApplicationArn = 'arn:aws:sso::111122223333:application/ssoins-1234/apl-5678';
    const { provider, fetch } = setUp({ entitledApplicationArn });
    fetch.once(`${oidc}/device_authorization`, jsonResponse(device));
    await provider.beginBrowser(null, redirectUri, signal);
    await provider.beginDevice(null, signal);
    const registered = fetch.requests.filter(({ url }) => url.endsWith('/client/register'));
    expect(registered.map(({ json }) => json)).toMatchObject([
      { grantTypes: ['authorization_code', 'refresh_token'], entitledApplicationArn },
      { clientName: 'keyfob-acme', entitledApplicationArn },
    ]);
  });

  test('asks for account access where no scope is configured', async () => {
    const { provider, fetch } = setUp({ scopes: [] });
    const { authorizationUrl } = await provider.beginBrowser(null, redirectUri, signal);
    expect(fetch.requests[0]?.json).toMatchObject({ scopes: ['sso:account:access'] });
    expect(authorizationUrl).toContain('&scopes=sso%3Aaccount%3Aaccess&');
  });

  test('leads to the page with the parameters of AWS CLI v2, in their order', async () => {
    const { provider } = setUp({ scopes: ['sso:account:access', 'codewhisperer:completions'] });
    const { authorizationUrl, state } = await provider.beginBrowser(null, redirectUri, signal);
    const url = new URL(authorizationUrl);
    expect(url.origin + url.pathname).toBe(`${oidc}/authorize`);
    expect([...url.searchParams.entries()]).toEqual([
      ['response_type', 'code'],
      ['client_id', 'client-1'],
      ['redirect_uri', redirectUri],
      ['state', state],
      ['code_challenge_method', 'S256'],
      ['scopes', 'sso:account:access codewhisperer:completions'],
      ['code_challenge', expect.stringMatching(/^[A-Za-z0-9_-]{43}$/)],
    ]);
    expect(url.search).toContain('&scopes=sso%3Aaccount%3Aaccess%20codewhisperer%3Acompletions&');
    expect(url.search).toContain('&redirect_uri=http%3A%2F%2F127.0.0.1%3A4711%2Foauth%2Fcallback&');
    expect(state).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('redeems the code with the verifier that the page’s challenge was made of', async () => {
    const { provider, fetch, clock } = setUp();
    fetch.once(`${oidc}/token`, jsonResponse(answer));
    const begun = await provider.beginBrowser(null, redirectUri, signal);
    const session = await begun.redeem(codeAnswer, signal);

    const body = fetch.to(`${oidc}/token`)[0]?.json as Record<string, string>;
    const { codeVerifier = '', ...rest } = body;
    expect(rest).toEqual({
      clientId: 'client-1',
      clientSecret: 'client-1-secret',
      grantType: 'authorization_code',
      code: 'CODE',
      redirectUri,
    });
    expect(codeVerifier).toMatch(/^[A-Za-z0-9._~-]{64}$/);
    expect(new URL(begun.authorizationUrl).searchParams.get('code_challenge')).toBe(
      createHash('sha256').update(codeVerifier).digest('base64url'),
    );
    expect(session.tokens).toEqual({
      accessToken: 'AT',
      refreshToken: 'RT',
      scope: ['sso:account:access'],
      obtainedAt: clock.now(),
      expiresAt: clock.now() + 3_600_000,
      flow: 'browser',
    });
    expect(session.registrations.browser).toMatchObject({
      clientId: 'client-1',
      expiresAt: clock.now() + 90 * 86_400_000,
      scopes: ['sso:account:access'],
      audience: 'eu-west-1 https://acme.awsapps.com/start',
    });
  });

  test('proves each sign-in anew', async () => {
    const { provider } = setUp();
    const one = await provider.beginBrowser(null, redirectUri, signal);
    const two = await provider.beginBrowser(null, redirectUri, signal);
    const challenge = (url: string) => new URL(url).searchParams.get('code_challenge');
    expect(one.state).not.toBe(two.state);
    expect(challenge(one.authorizationUrl)).not.toBe(challenge(two.authorizationUrl));
  });

  test('registers anew after a sign-in with a kept registration came to nothing', async () => {
    const { provider, fetch, clock } = setUp();
    const stored = storedSession(clock.now(), 'browser');
    await provider.beginBrowser(stored, redirectUri, signal);
    expect(fetch.requests).toHaveLength(0);
    const again = await provider.beginBrowser(stored, redirectUri, signal);
    expect(new URL(again.authorizationUrl).searchParams.get('client_id')).toBe('client-1');
    expect(again.session.registrations.browser?.clientId).toBe('client-1');
  });

  test('goes on with a kept registration that has proved itself', async () => {
    const { provider, fetch, clock } = setUp();
    const stored = storedSession(clock.now(), 'browser');
    fetch.on(`${oidc}/token`, jsonResponse(answer));
    for (let i = 0; i < 3; i++) {
      const begun = await provider.beginBrowser(stored, redirectUri, signal);
      await begun.redeem(codeAnswer, signal);
    }
    expect(fetch.to(`${oidc}/client/register`)).toHaveLength(0);
  });

  test('drops a fresh registration too once AWS has called it invalid', async () => {
    const { provider, fetch } = setUp();
    fetch.once(`${oidc}/token`, () => refusal('invalid_client', 401));
    const begun = await provider.beginBrowser(null, redirectUri, signal);
    await expect(begun.redeem(codeAnswer, signal)).rejects.toMatchObject({
      code: 'invalid_client',
    });
    const again = await provider.beginBrowser(begun.session, redirectUri, signal);
    expect(again.session.registrations.browser?.clientId).toBe('client-2');
  });
});

describe('the device flow', () => {
  test('registers and asks as AWS CLI v2 does', async () => {
    const { provider, fetch } = setUp();
    fetch.once(`${oidc}/device_authorization`, jsonResponse(device));
    const begun = await provider.beginDevice(null, signal);
    expect(fetch.requests.map(({ json }) => json)).toEqual([
      { clientName: 'keyfob-acme', clientType: 'public', scopes: ['sso:account:access'] },
      {
        clientId: 'client-1',
        clientSecret: 'client-1-secret',
        startUrl: 'https://acme.awsapps.com/start',
      },
    ]);
    expect(begun).toMatchObject({
      userCode: 'ABCD-EFGH',
      verificationUri: device.verificationUri,
      verificationUriComplete: device.verificationUriComplete,
      lifetimeMs: 600_000,
      intervalMs: 1_000,
    });
    expect(begun.session.registrations.device?.clientId).toBe('client-1');
    expect(JSON.stringify({ ...begun, session: undefined })).not.toContain('DC');
  });

  test('polls with the device code, and passes on what it is told', async () => {
    const { provider, fetch } = setUp();
    fetch.once(`${oidc}/device_authorization`, jsonResponse(device));
    for (const error of ['authorization_pending', 'slow_down', 'expired_token', 'access_denied'])
      fetch.once(`${oidc}/token`, () => refusal(error));
    fetch.once(`${oidc}/token`, jsonResponse(answer));
    const begun = await provider.beginDevice(null, signal);
    for (const code of ['authorization_pending', 'slow_down', 'expired_token', 'access_denied'])
      await expect(begun.poll(signal)).rejects.toMatchObject({ code });
    const session = await begun.poll(signal);
    expect(session.tokens).toMatchObject({ accessToken: 'AT', flow: 'device' });
    expect(session.registrations.device?.clientId).toBe('client-1');
    expect(fetch.to(`${oidc}/token`).at(-1)?.json).toEqual({
      clientId: 'client-1',
      clientSecret: 'client-1-secret',
      grantType: 'urn:ietf:params:oauth:grant-type:device_code',
      deviceCode: 'DC',
    });
  });

  test('registers anew, once, where AWS knows the kept client no more', async () => {
    const { provider, fetch, clock } = setUp();
    fetch.once(`${oidc}/device_authorization`, () => refusal('invalid_client', 401));
    fetch.once(`${oidc}/device_authorization`, jsonResponse(device));
    const begun = await provider.beginDevice(storedSession(clock.now(), 'device'), signal);
    expect(begun.session.registrations.device?.clientId).toBe('client-1');
    expect(fetch.to(`${oidc}/device_authorization`).map(({ json }) => json)).toMatchObject([
      { clientId: 'kept' },
      { clientId: 'client-1' },
    ]);
  });

  test('gives up where AWS does not even know the client it has just registered', async () => {
    for (const kept of [false, true]) {
      const { provider, fetch, clock } = setUp();
      fetch.on(`${oidc}/device_authorization`, () => refusal('invalid_client', 401));
      const stored = kept ? storedSession(clock.now(), 'device') : null;
      await expect(provider.beginDevice(stored, signal)).rejects.toMatchObject({
        code: 'invalid_client',
      });
      expect(fetch.to(`${oidc}/client/register`)).toHaveLength(1);
    }
  });

  test.each(['invalid_request', 'unauthorized_client', 'slow_down'] satisfies ErrorCode[])(
    'does not register anew for %s',
    async (code) => {
      const { provider, fetch, clock } = setUp();
      fetch.once(`${oidc}/device_authorization`, () => refusal(code));
      await expect(
        provider.beginDevice(storedSession(clock.now(), 'device'), signal),
      ).rejects.toMatchObject({ code });
      expect(fetch.to(`${oidc}/client/register`)).toHaveLength(0);
    },
  );
});

describe.each<Part>(['browser', 'device'])('a kept registration of the %s flow', (flow) => {
  const begin = (
    { provider, fetch }: ReturnType<typeof setUp>,
    stored: StoredSession,
  ): Promise<{ session: StoredSession }> => {
    fetch.once(`${oidc}/device_authorization`, jsonResponse(device));
    return flow === 'browser'
      ? provider.beginBrowser(stored, redirectUri, signal)
      : provider.beginDevice(stored, signal);
  };

  test.each<[string, object]>([
    ['15 minutes left', { expiresAt: 15 * minute }],
    ['the same scopes in another order', { scopes: ['b', 'a'] }],
  ])('serves again with %s', async (_, changes) => {
    const stage = setUp({ scopes: 'scopes' in changes ? ['a', 'b'] : settings.scopes });
    const stored = storedSession(stage.clock.now(), flow, relative(changes, stage.clock.now()));
    const { session } = await begin(stage, stored);
    expect(session).toEqual(stored);
    expect(stage.fetch.to(`${oidc}/client/register`)).toHaveLength(0);
  });

  test.each<[string, object]>([
    ['less than 15 minutes left', { expiresAt: 15 * minute - 1 }],
    ['fewer scopes', { scopes: [] }],
    ['more scopes', { scopes: ['sso:account:access', 'more'] }],
    ['other scopes', { scopes: ['other'] }],
    ['another region', { audience: 'eu-west-2 https://acme.awsapps.com/start' }],
    ['an application', { audience: 'eu-west-1 https://acme.awsapps.com/start arn:aws:sso::1' }],
    ['another start URL', { audience: 'eu-west-1 https://other.awsapps.com/start' }],
  ])('is replaced with %s', async (_, changes) => {
    const stage = setUp();
    const stored = storedSession(stage.clock.now(), flow, relative(changes, stage.clock.now()));
    const { session } = await begin(stage, stored);
    expect(session.registrations[flow]?.clientId).toBe('client-1');
  });

  test('is measured by the provider’s clock', async () => {
    const stage = setUp();
    const stored = storedSession(stage.clock.now(), flow, {
      expiresAt: stage.clock.now() + 3_600_000,
    });
    // The provider says that it is two hours later.
    const headers = { Date: new Date(stage.clock.now() + 7_200_000).toUTCString() };
    stage.fetch.once(`${portal}/logout`, () => jsonResponse({}, { headers }));
    await stage.provider.revoke(signedIn(stage.clock.now(), flow), signal);
    const { session } = await begin(stage, stored);
    expect(session.registrations[flow]?.clientId).toBe('client-1');
    expect(stage.provider.now()).toBe(stage.clock.now() + 7_200_000);
  });

  test('stays while the present tokens need it, until the new ones are there', async () => {
    const stage = setUp();
    const stored = signedIn(stage.clock.now(), flow, { expiresAt: stage.clock.now() + minute });
    stage.fetch.once(`${oidc}/token`, jsonResponse(answer));
    stage.fetch.once(`${oidc}/device_authorization`, jsonResponse(device));
    const begun =
      flow === 'browser'
        ? await stage.provider.beginBrowser(stored, redirectUri, signal)
        : await stage.provider.beginDevice(stored, signal);
    expect(begun.session).toEqual(stored);
    const session = await ('poll' in begun ? begun.poll(signal) : begun.redeem(codeAnswer, signal));
    expect(session.registrations[flow]?.clientId).toBe('client-1');
    expect(session.tokens?.accessToken).toBe('AT');
  });

  test('of the other flow is left alone', async () => {
    const stage = setUp();
    const other = flow === 'browser' ? 'device' : 'browser';
    const stored = signedIn(stage.clock.now(), other);
    const { session } = await begin(stage, stored);
    expect(session.registrations[other]?.clientId).toBe('kept');
    expect(session.registrations[flow]?.clientId).toBe('client-1');
    expect(session.tokens).toEqual(stored.tokens);
  });
});

function relative(changes: object, now: number): object {
  return 'expiresAt' in changes ? { expiresAt: now + Number(changes.expiresAt) } : changes;
}

describe('a refresh', () => {
  test.each<Part>(['browser', 'device'])(
    'uses the client of the %s flow that got the tokens',
    async (flow) => {
      const { provider, fetch, clock } = setUp();
      fetch.once(`${oidc}/token`, jsonResponse({ ...answer, idToken: 'ID' }));
      const stored = signedIn(clock.now(), flow);
      const session = await provider.refresh(stored, signal);
      expect(fetch.requests[0]?.json).toEqual({
        clientId: 'kept',
        clientSecret: 'kept-secret',
        grantType: 'refresh_token',
        refreshToken: 'old-RT',
      });
      expect(session).toEqual({
        ...stored,
        tokens: {
          accessToken: 'AT',
          refreshToken: 'RT',
          idToken: 'ID',
          scope: ['sso:account:access'],
          obtainedAt: clock.now(),
          expiresAt: clock.now() + 3_600_000,
          flow,
        },
      });
    },
  );

  test.each([undefined, null, ''])(
    'keeps the old refresh token when the answer has %j',
    async (refreshToken) => {
      const { provider, fetch, clock } = setUp();
      fetch.once(`${oidc}/token`, jsonResponse({ ...answer, refreshToken }));
      const session = await provider.refresh(signedIn(clock.now(), 'browser'), signal);
      expect(session.tokens).toMatchObject({ accessToken: 'AT', refreshToken: 'old-RT' });
    },
  );

  test('reckons by the provider’s clock', async () => {
    const { provider, fetch, clock } = setUp();
    const serverNow = clock.now() - 10 * 3_600_000;
    const headers = { Date: new Date(serverNow).toUTCString() };
    fetch.once(`${oidc}/token`, jsonResponse(answer, { headers }));
    const { tokens } = await provider.refresh(signedIn(clock.now(), 'browser'), signal);
    expect([tokens?.obtainedAt, tokens?.expiresAt]).toEqual([serverNow, serverNow + 3_600_000]);
  });

  test.each<[string, number]>([
    ['invalid_grant', 400],
    ['expired_token', 400],
    ['invalid_client', 401],
    ['unauthorized_client', 400],
  ])('that AWS answers with %s ends the session', async (error, status) => {
    const { provider, fetch, clock } = setUp();
    fetch.once(`${oidc}/token`, () => refusal(error, status));
    await expect(provider.refresh(signedIn(clock.now(), 'browser'), signal)).rejects.toMatchObject({
      code: 'invalid_grant',
      hint: expect.stringContaining('keyfob login'),
      details: { operation: 'CreateToken', status },
    });
  });

  test.each<[string, () => Response | Error, ErrorCode]>([
    ['access_denied', () => refusal('access_denied'), 'access_denied'],
    ['invalid_request', () => refusal('invalid_request'), 'invalid_request'],
    ['invalid_scope', () => refusal('invalid_scope'), 'invalid_scope'],
    ['slow_down', () => refusal('slow_down'), 'slow_down'],
    ['a status of 500', () => refusal('invalid_grant', 500), 'server_error'],
    ['a status of 429', () => refusal('invalid_grant', 429), 'too_many_requests'],
    ['a bare 401', () => new Response('', { status: 401 }), 'unauthorized'],
    ['a login page', () => new Response('<html>', { status: 400 }), 'response_content_type'],
    ['a redirect', () => new Response('', { status: 302 }), 'response_redirected'],
    ['an empty answer', () => jsonResponse({}), 'response_invalid'],
    [
      'garbage',
      () => new Response('x', { headers: { 'Content-Type': 'application/json' } }),
      'response_not_json',
    ],
  ])('that meets %s does not', async (_, response, code) => {
    const { provider, fetch, clock } = setUp();
    fetch.once(`${oidc}/token`, response);
    await expect(provider.refresh(signedIn(clock.now(), 'browser'), signal)).rejects.toMatchObject({
      code,
    });
  });

  test.each<[string, (session: StoredSession) => StoredSession]>([
    ['without tokens', ({ version, registrations }) => ({ version, registrations })],
    [
      'without a refresh token',
      (session) => {
        const { refreshToken: _, ...tokens } = session.tokens ?? ({} as never);
        return { ...session, tokens };
      },
    ],
    ['without its registration', (session) => ({ ...session, registrations: {} })],
    [
      'of another instance',
      (session) => ({
        ...session,
        registrations: storedSession(0, 'browser', { audience: 'eu-west-2 x' }).registrations,
      }),
    ],
  ])('of a session %s needs a person, and asks nobody', async (_, change) => {
    const { provider, fetch, clock } = setUp();
    const session = change(signedIn(clock.now(), 'browser'));
    await expect(provider.refresh(session, signal)).rejects.toMatchObject({
      code: 'invalid_grant',
    });
    expect(fetch.requests).toHaveLength(0);
  });
});

describe('a sign-out', () => {
  test('tells the portal, with the bare token in its own header', async () => {
    const { provider, fetch, clock } = setUp();
    fetch.once(`${portal}/logout`, new Response(null, { status: 200 }));
    expect(await provider.revoke(signedIn(clock.now(), 'device'), signal)).toBe(true);
    expect(fetch.requests).toMatchObject([
      { method: 'POST', url: `${portal}/logout`, headers: { 'x-amz-sso_bearer_token': 'old-AT' } },
    ]);
    expect(fetch.requests[0]?.body).toBeUndefined();
  });

  test('renews a token that the portal refuses, since the session may live on', async () => {
    const { provider, fetch, clock } = setUp();
    fetch.once(`${portal}/logout`, () => refusal('x', 401));
    fetch.once(`${oidc}/token`, jsonResponse(answer));
    fetch.once(`${portal}/logout`, new Response(null, { status: 200 }));
    expect(await provider.revoke(signedIn(clock.now(), 'device'), signal)).toBe(true);
    expect(fetch.to(`${portal}/logout`).at(-1)?.headers).toMatchObject({
      'x-amz-sso_bearer_token': 'AT',
    });
  });

  test('is done where the session is over already', async () => {
    const { provider, fetch, clock } = setUp();
    fetch.once(`${portal}/logout`, () => refusal('x', 401));
    fetch.once(`${oidc}/token`, () => refusal('invalid_grant'));
    expect(await provider.revoke(signedIn(clock.now(), 'device'), signal)).toBe(true);
    const { version, registrations } = signedIn(clock.now(), 'device');
    expect(await provider.revoke({ version, registrations }, signal)).toBe(true);
  });

  test.each<[string, () => Response | Error]>([
    ['can not be reached', () => new Response('', { status: 503 })],
    ['is throttled', () => new Response('', { status: 429 })],
    ['redirects', () => new Response('', { status: 302 })],
  ])('that could not be told since the portal %s says so', async (_, response) => {
    const { provider, fetch, clock } = setUp();
    fetch.once(`${portal}/logout`, response);
    expect(await provider.revoke(signedIn(clock.now(), 'device'), signal)).toBe(false);
  });

  test('is not told where even a renewed token is refused', async () => {
    const { provider, fetch, clock } = setUp();
    fetch.on(`${portal}/logout`, () => refusal('x', 401));
    fetch.once(`${oidc}/token`, jsonResponse(answer));
    expect(await provider.revoke(signedIn(clock.now(), 'device'), signal)).toBe(false);
    expect(fetch.to(`${portal}/logout`)).toHaveLength(2);
  });
});

test('no secret reaches the log or an error', async () => {
  const { provider, fetch, clock, log } = setUp();
  fetch.on(`${oidc}/token`, () => refusal('invalid_grant'));
  fetch.on(`${portal}/logout`, () => refusal('x', 401));
  const stored = signedIn(clock.now(), 'browser');
  const begun = await provider.beginBrowser(stored, redirectUri, signal);
  const errors = await Promise.all([
    begun
      .redeem(new URLSearchParams({ code: 'the-code' }), signal)
      .catch((error: unknown) => error),
    provider.refresh(stored, signal).catch((error: unknown) => error),
    provider.revoke(stored, signal),
  ]);
  const seen = JSON.stringify([log.entries, errors.map((error) => [error, String(error)])]);
  for (const secret of ['old-AT', 'old-RT', 'kept', 'the-code', begun.state])
    expect(seen).not.toContain(secret);
});
