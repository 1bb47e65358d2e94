import { describe, expect, onTestFinished, test } from 'vitest';
import type { Provider, StoredSession } from '../../main/connections/provider.ts';
import { createOidcClient } from '../../main/identity-center/oidc-client.ts';
import { jwtBearer, tokenExchange } from '../../main/identity-center/oidc-requests.ts';
import { createPortalClient } from '../../main/identity-center/portal-client.ts';
import { createIdentityCenterProvider } from '../../main/identity-center/provider.ts';
import { createClock } from '../../main/platform/clock.ts';
import { createFetch } from '../../main/platform/fetch.ts';
import { createRandom } from '../../main/platform/random.ts';
import { createServerClock, createUpstream } from '../../main/upstream.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { IdentityCenterSettings } from '../../shared/model.ts';
import type { Fault } from '../simulator/faults.ts';
import { createSimulator, type SimulatorOptions } from '../simulator/simulator.ts';
import { createFakeLog } from '../support/fake-ports.ts';
import { approve } from '../support/person.ts';

const redirectUri = 'http://127.0.0.1:4711/oauth/callback';
const { signal } = new AbortController();

/** The provider as the helper has it, but for the waits, against a simulator of its own. */
async function setUp(options: SimulatorOptions = {}) {
  const simulator = createSimulator(options);
  await simulator.start();
  onTestFinished(() => simulator.stop());
  const env = simulator.env();
  const clock = createClock();
  const random = { ...createRandom(), fraction: () => 0 };
  const log = createFakeLog();
  const serverClock = createServerClock(clock);
  const fetch = createFetch({ env });
  const upstream = createUpstream({
    fetch,
    clock,
    random,
    log,
    serverClock,
    attemptTimeoutMs: 300,
    deadlineMs: 1_500,
  });
  const { region, startUrl } = simulator;
  const settings: IdentityCenterSettings = {
    kind: 'identity-center',
    name: 'acme',
    startUrl,
    region,
    scopes: ['sso:account:access'],
    flow: 'auto',
  };
  const deps = { region, env, upstream, serverClock };
  return {
    simulator,
    log,
    provider: createIdentityCenterProvider({
      settings,
      ports: { env, random },
      upstream,
      serverClock,
    }),
    oidc: createOidcClient(deps),
    portal: createPortalClient(deps),
  };
}

/** Opens the page as a person does, and catches the code where the browser is sent. */
async function signInByBrowser(provider: Provider, stored: StoredSession | null = null) {
  const begun = await provider.beginBrowser(stored, redirectUri, signal);
  const page = await fetch(begun.authorizationUrl, { redirect: 'manual' });
  const callback = new URL(page.headers.get('location') ?? '');
  expect(callback.origin + callback.pathname).toBe(redirectUri);
  expect(callback.searchParams.get('state')).toBe(begun.state);
  return { begun, code: callback.searchParams.get('code') ?? '' };
}

async function signedIn(provider: Provider): Promise<StoredSession> {
  const { begun, code } = await signInByBrowser(provider);
  return await begun.redeem(new URLSearchParams({ code }), signal);
}

const byItself = { switches: { consent: 'approve' } } as const;

function accessToken(session: StoredSession): string {
  return session.tokens?.accessToken ?? '';
}

describe('signing in', () => {
  test('by browser, and with the same registration again', async () => {
    const { provider, portal } = await setUp(byItself);
    const first = await signedIn(provider);
    const { begun, code } = await signInByBrowser(provider, first);
    const second = await begun.redeem(new URLSearchParams({ code }), signal);
    expect(second.registrations).toEqual(first.registrations);
    for (const session of [first, second]) {
      const page = await portal.listAccounts({ accessToken: accessToken(session) });
      expect(page.items).not.toEqual([]);
    }
    expect(first.tokens?.refreshToken).toBeDefined();
  });

  test('by browser with a code that is used twice fails the second time', async () => {
    const { provider } = await setUp(byItself);
    const { begun, code } = await signInByBrowser(provider);
    await begun.redeem(new URLSearchParams({ code }), signal);
    await expect(begun.redeem(new URLSearchParams({ code }), signal)).rejects.toMatchObject({
      code: 'invalid_grant',
    });
  });

  test('by browser with the code of another sign-in fails by its verifier', async () => {
    const { provider } = await setUp(byItself);
    const mine = await signInByBrowser(provider);
    const other = await signInByBrowser(provider, mine.begun.session);
    await expect(
      mine.begun.redeem(new URLSearchParams({ code: other.code }), signal),
    ).rejects.toMatchObject({
      code: 'invalid_grant',
    });
  });

  test('by device, once a person has approved', async () => {
    const { provider, portal } = await setUp();
    const begun = await provider.beginDevice(null, signal);
    await expect(begun.poll(signal)).rejects.toMatchObject({ code: 'authorization_pending' });
    await approve(begun.verificationUriComplete ?? '');
    const session = await begun.poll(signal);
    await expect(portal.listAccounts({ accessToken: accessToken(session) })).resolves.toBeDefined();
    expect(session.tokens?.flow).toBe('device');
  });

  test('by device, too fast, denied and too late, is told so', async () => {
    const { provider, simulator } = await setUp({ switches: { slowDown: 1 } });
    const begun = await provider.beginDevice(null, signal);
    await expect(begun.poll(signal)).rejects.toMatchObject({ code: 'slow_down' });
    simulator.deny(begun.userCode);
    await expect(begun.poll(signal)).rejects.toMatchObject({ code: 'access_denied' });
    const late = await provider.beginDevice(begun.session, signal);
    simulator.advance(601_000);
    await expect(late.poll(signal)).rejects.toMatchObject({ code: 'expired_token' });
  });

  test('by device with a client that has been forgotten registers anew', async () => {
    const { provider, simulator } = await setUp();
    const first = await provider.beginDevice(null, signal);
    simulator.forgetClients();
    const second = await provider.beginDevice(first.session, signal);
    expect(second.session.registrations.device?.clientId).not.toBe(
      first.session.registrations.device?.clientId,
    );
  });
});

describe('a session', () => {
  test.each(['off', 'grace', 'strict'] as const)(
    'renews itself again and again, with rotation %s',
    async (rotation) => {
      const { provider, portal } = await setUp({ switches: { consent: 'approve', rotation } });
      let session = await signedIn(provider);
      for (let i = 0; i < 3; i++) {
        session = await provider.refresh(session, signal);
        await portal.listAccounts({ accessToken: accessToken(session) });
      }
    },
  );

  test('keeps its refresh token where answers bring none', async () => {
    const { provider } = await setUp({
      switches: { consent: 'approve', rotation: 'off', refreshTokenInAnswer: false },
    });
    const session = await signedIn(provider);
    const renewed = await provider.refresh(session, signal);
    expect(renewed.tokens?.refreshToken).toBe(session.tokens?.refreshToken);
    await provider.refresh(renewed, signal);
  });

  test.each(['header', 'code', 'type', 'none'] as const)(
    'that an administrator has ended is over, with the type told by %s',
    async (errorType) => {
      const { provider, simulator } = await setUp({ switches: { consent: 'approve', errorType } });
      const session = await signedIn(provider);
      simulator.endSessions();
      await expect(provider.refresh(session, signal)).rejects.toMatchObject({
        code: 'invalid_grant',
      });
    },
  );

  test('whose client has lapsed or been forgotten needs a person', async () => {
    const { provider, simulator } = await setUp(byItself);
    const session = await signedIn(provider);
    simulator.forgetClients();
    await expect(provider.refresh(session, signal)).rejects.toMatchObject({
      code: 'invalid_grant',
      details: { awsType: 'InvalidClientException' },
    });

    const short = await setUp({
      switches: { consent: 'approve', lifetimes: { registrationSeconds: 3_600 } },
    });
    const lapsing = await signedIn(short.provider);
    short.simulator.advance(3_700_000);
    await expect(short.provider.refresh(lapsing, signal)).rejects.toMatchObject({
      code: 'invalid_grant',
    });
  });

  test.each([-86_400, 5 * 3_600])(
    'is dated by a server whose clock is %i s ahead',
    async (skew) => {
      const { provider, simulator } = await setUp({
        switches: { consent: 'approve', clockSkewSeconds: skew },
      });
      const { tokens } = await signedIn(provider);
      const expected = simulator.now() + 3_600_000;
      expect(Math.abs((tokens?.expiresAt ?? 0) - expected)).toBeLessThan(3_000);
      expect(Math.abs(provider.now() - simulator.now())).toBeLessThan(3_000);
    },
  );

  test('ends at the portal by a sign-out, also with a token that has lapsed', async () => {
    for (const lapseMs of [0, 3_700_000]) {
      const { provider, simulator } = await setUp(byItself);
      const session = await signedIn(provider);
      simulator.advance(lapseMs);
      expect(await provider.revoke(session, signal)).toBe(true);
      await expect(provider.refresh(session, signal)).rejects.toMatchObject({
        code: 'invalid_grant',
      });
    }
  });
});

describe('a bad day', () => {
  const passing: [string, Fault][] = [
    ['a reset connection', { kind: 'reset' }],
    ['silence', { kind: 'hang' }],
    ['an answer that is lost', { kind: 'lost' }],
    ['500', { kind: 'exception', name: 'InternalServerException' }],
    ['503', { kind: 'status', status: 503, body: '<html>busy</html>' }],
    ['429', { kind: 'status', status: 429, headers: { 'Retry-After': '0' } }],
  ];

  test.each(passing)('with %s twice is survived by trying again', async (_, fault) => {
    const { provider, simulator, log } = await setUp(byItself);
    const session = await signedIn(provider);
    simulator.faults.inject('CreateToken', fault, 2);
    const renewed = await provider.refresh(session, signal);
    expect(renewed.tokens?.accessToken).not.toBe(session.tokens?.accessToken);
    expect(log.entries.at(-1)?.facts).toMatchObject({ attempt: 3, status: 200 });
  });

  const lasting: [string, Fault, ErrorCode][] = [
    ['resets', { kind: 'reset' }, 'network_error'],
    ['silence', { kind: 'hang' }, 'timeout'],
    ['500', { kind: 'exception', name: 'InternalServerException' }, 'server_error'],
    ['429', { kind: 'status', status: 429 }, 'too_many_requests'],
    ['truncated answers', { kind: 'truncated' }, 'response_truncated'],
    ['half of the JSON', { kind: 'cut' }, 'response_not_json'],
    ['something else than JSON', { kind: 'not_json' }, 'response_not_json'],
    ['empty answers', { kind: 'empty' }, 'response_not_json'],
    ['floods', { kind: 'oversized', bytes: 2_000_000 }, 'response_too_large'],
    ['redirects', { kind: 'redirect', location: 'https://evil.example/' }, 'response_redirected'],
    ['pages', { kind: 'content_type', value: 'text/html' }, 'response_content_type'],
  ];

  test.each(lasting)('of %s is told as what it is, and ends no session', async (_, fault, code) => {
    const { provider, simulator } = await setUp(byItself);
    const session = await signedIn(provider);
    const stop = simulator.faults.inject('CreateToken', fault);
    await expect(provider.refresh(session, signal)).rejects.toMatchObject({ code });
    stop();
    const renewed = await provider.refresh(session, signal);
    expect(accessToken(renewed)).not.toBe(accessToken(session));
  });

  test('leaves no secret in the log', async () => {
    const { provider, simulator, log } = await setUp(byItself);
    const session = await signedIn(provider);
    simulator.faults.inject('CreateToken', { kind: 'reset' }, 1);
    await provider.refresh(session, signal);
    await provider.revoke(session, signal);
    const text = JSON.stringify(log.entries);
    for (const secret of simulator.secrets()) expect(text).not.toContain(secret);
  });
});

describe('CreateTokenWithIAM', () => {
  test('is signed so that the simulator’s own verification accepts it', async () => {
    const { provider, oidc, portal, simulator } = await setUp(byItself);
    const session = await signedIn(provider);
    const call = { accessToken: accessToken(session) };
    const account = (await portal.listAccounts(call)).items[0];
    const roleName = (await portal.listAccountRoles(call, account?.accountId ?? '')).items[0];
    const keys = await portal.getRoleCredentials(call, {
      accountId: account?.accountId ?? '',
      roleName: roleName ?? '',
    });
    const { arn } = simulator.application;
    const exchanged = await oidc.createTokenWithIam(
      tokenExchange(arn, accessToken(session), { scopes: ['openid', 'sts:identity_context'] }),
      keys,
    );
    expect(exchanged.issuedTokenType).toBe('urn:ietf:params:oauth:token-type:access_token');
    expect(exchanged.awsAdditionalDetails?.identityContext).toMatch(/\w/);

    const wrong = { ...keys, secretAccessKey: 'wrong' };
    const refused = oidc.createTokenWithIam(jwtBearer(arn, 'a.b.c'), wrong);
    await expect(refused).rejects.toMatchObject({ details: { operation: 'CreateTokenWithIAM' } });
  });
});
