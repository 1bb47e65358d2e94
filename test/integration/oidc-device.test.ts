import { describe, expect, test } from 'vitest';
import type { OidcContext } from '../../main/oidc/context.ts';
import { beginDeviceAuthorization } from '../../main/oidc/device.ts';
import { generateKey } from '../../main/oidc/keys.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { contextAt, failureOf, noHurry, openidProvider } from '../support/openid-context.ts';
import type { Fault, Hostile } from '../support/openid-provider.ts';

const scopes = ['openid', 'profile'];
const begin = (context: OidcContext) => beginDeviceAuthorization(context, { scopes }, noHurry());

/** Milliseconds for one attempt: short only where nothing else than a timeout can come. */
function patience(fault: Fault): number {
  return fault.kind === 'hang' || fault.kind === 'slow_body' ? 1_500 : 5_000;
}

async function refused(promise: Promise<unknown>, code: ErrorCode) {
  const thrown = await failureOf(promise);
  expect(thrown).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
}

describe('a person signs in elsewhere', () => {
  test.each(['public', 'basic', 'post', 'secretJwt', 'privateKey', 'encrypted'])(
    'as the client %s',
    async (name) => {
      const provider = await openidProvider();
      const device = await begin(await contextAt(provider, name));
      expect(device).toMatchObject({
        userCode: expect.stringMatching(/^[\w-]{8,}$/),
        verificationUri: `${provider.issuer}/device`,
        verificationUriComplete: expect.stringContaining(device.userCode),
        lifetimeMs: 600_000,
        intervalMs: 5_000,
      });
      await refused(device.poll(noHurry()), 'authorization_pending');
      await provider.approveDevice(device.userCode);
      expect(await device.poll(noHurry())).toMatchObject({
        tokenType: 'Bearer',
        refreshToken: expect.any(String),
        claims: { sub: 'alice', iss: provider.issuer },
      });
    },
  );

  test('with a DPoP key the tokens are bound to it, a nonce in between', async () => {
    const provider = await openidProvider({ switches: { dpopNonce: true } });
    const client = { dpopKey: await generateKey('dpop') };
    const device = await begin(await contextAt(provider, 'dpop', { client }));
    await provider.approveDevice(device.userCode);
    expect((await device.poll(noHurry())).tokenType).toBe('DPoP');
  });

  test('what leads a person there never holds the device code', async () => {
    const provider = await openidProvider();
    const device = await begin(await contextAt(provider, 'public'));
    await refused(device.poll(noHurry()), 'authorization_pending');
    const body = provider.journal.at(-1)?.body ?? '';
    const deviceCode = new URLSearchParams(body).get('device_code') ?? '';
    expect(deviceCode).toMatch(/^[\w-]{20,}$/);
    const { poll: _, ...shown } = device;
    expect(JSON.stringify(shown)).not.toContain(deviceCode);
    const error = await failureOf(device.poll(noHurry()));
    expect(JSON.stringify(error)).not.toContain(deviceCode);
  });
});

describe('the provider says', () => {
  test.each<[ErrorCode]>([['slow_down'], ['authorization_pending']])('%s', async (code) => {
    const provider = await openidProvider({ switches: { deviceError: code as 'slow_down' } });
    const device = await begin(await contextAt(provider, 'public'));
    await refused(device.poll(noHurry()), code);
  });

  test('access_denied when the person declines', async () => {
    const provider = await openidProvider();
    const device = await begin(await contextAt(provider, 'public'));
    await provider.approveDevice(device.userCode, { deny: true });
    await refused(device.poll(noHurry()), 'access_denied');
  });

  test.each<ErrorCode>(['expired_token', 'invalid_grant', 'invalid_client', 'unauthorized_client'])(
    '%s when the code is worth nothing any more',
    async (code) => {
      const provider = await openidProvider();
      const device = await begin(await contextAt(provider, 'public'));
      provider.hostile({ endpoint: 'token', status: 400, members: { error: code } }, 1);
      await refused(device.poll(noHurry()), code);
    },
  );

  test('invalid_client to a wrong secret, before a code is shown', async () => {
    const provider = await openidProvider();
    const client = { clientSecret: 'wrong' };
    await refused(begin(await contextAt(provider, 'basic', { client })), 'invalid_client');
  });

  test('nothing where it has no such endpoint', async () => {
    const context = await contextAt(await openidProvider(), 'public');
    const { device_authorization_endpoint: _, ...server } = context.server;
    await refused(begin({ ...context, server }), 'not_offered');
  });
});

describe('a provider that lies', () => {
  test.each<[string, Record<string, unknown>]>([
    ['no user code', { user_code: undefined }],
    ['a user code that clears the screen', { user_code: '\u001b[2J' }],
    ['a page on nobody’s protocol', { verification_uri: 'javascript:alert(1)' }],
    ['a file for a page', { verification_uri: 'file:///etc/passwd' }],
    ['a page over plain http', { verification_uri: 'http://login.test/device' }],
    ['a complete page elsewhere', { verification_uri_complete: 'ms-msdt:/id' }],
    ['no device code', { device_code: undefined }],
    ['no lifetime', { expires_in: undefined }],
    ['an interval that is none', { interval: -5 }],
  ])('with %s is refused', async (_, members) => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'public');
    provider.hostile({ endpoint: 'deviceAuthorization', members }, 1);
    await refused(begin(context), 'response_invalid');
  });

  test('with no interval is asked every five seconds, with a short one every second', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'public');
    for (const [interval, ms] of [
      [undefined, 5_000],
      [0.001, 1_000],
      [1e9, 60_000],
    ] as const) {
      provider.hostile({ endpoint: 'deviceAuthorization', members: { interval } }, 1);
      expect((await begin(context)).intervalMs).toBe(ms);
    }
  });

  test.each<[string, Omit<Hostile, 'endpoint'>, ErrorCode]>([
    ['another issuer', { claims: { iss: 'https://evil.test' } }, 'id_token_invalid'],
    ['another audience', { claims: { aud: 'other' } }, 'id_token_invalid'],
    ['a foreign key', { sign: { key: 'foreign' } }, 'signature_invalid'],
    ['no ID token', { members: { id_token: undefined } }, 'response_invalid'],
  ])('with %s at the end is refused', async (_, hostile, code) => {
    const provider = await openidProvider();
    const device = await begin(await contextAt(provider, 'basic'));
    await provider.approveDevice(device.userCode);
    provider.hostile({ endpoint: 'token', ...hostile }, 1);
    await refused(device.poll(noHurry()), code);
  });
});

test.each<[Fault, ErrorCode]>([
  [{ kind: 'html' }, 'server_error'],
  [{ kind: 'status', status: 429 }, 'too_many_requests'],
  [{ kind: 'reset' }, 'network_error'],
  [{ kind: 'redirect', location: 'https://evil.test/' }, 'response_redirected'],
  [{ kind: 'oversized', bytes: 5_000_000 }, 'response_too_large'],
  [{ kind: 'hang' }, 'timeout'],
])('%j is a typed error at both ends', async (fault, code) => {
  const provider = await openidProvider();
  const context = await contextAt(provider, 'public', { attemptTimeoutMs: patience(fault) });
  provider.fault('deviceAuthorization', fault, 1);
  await refused(begin(context), code);
  const device = await begin(context);
  provider.fault('token', fault, 1);
  await refused(device.poll(noHurry()), code);
  await provider.approveDevice(device.userCode);
  expect((await device.poll(noHurry())).claims?.sub).toBe('alice');
});
