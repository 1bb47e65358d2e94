import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import type { OidcContext } from '../../main/oidc/context.ts';
import { beginDeviceAuthorization } from '../../main/oidc/device.ts';
import { generateKey } from '../../main/oidc/keys.ts';
import { type RefreshRequest, refreshTokens } from '../../main/oidc/refresh.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { contextAt, failureOf, noHurry, openidProvider } from '../support/openid-context.ts';
import type { Fault, Hostile, OpenidProvider } from '../support/openid-provider.ts';

interface Session {
  readonly refreshToken: string;
  readonly previous: { readonly iss: string; readonly sub: string };
}

/** A session that a person has begun. */
async function signedIn(
  provider: OpenidProvider,
  context: OidcContext,
  options: { scopes?: string[]; resource?: string[] } = {},
): Promise<Session> {
  const { scopes = ['openid', 'read', 'write'], resource } = options;
  const wishes = { scopes, ...(resource === undefined ? {} : { resource }) };
  const device = await beginDeviceAuthorization(context, wishes, noHurry());
  await provider.approveDevice(device.userCode);
  const { refreshToken, claims } = await device.poll(noHurry());
  if (refreshToken === undefined || claims === undefined) throw new Error('No whole session.');
  return { refreshToken, previous: { iss: claims.iss, sub: claims.sub } };
}

function refresh(
  context: OidcContext,
  session: RefreshRequest,
  more: Partial<RefreshRequest> = {},
) {
  return refreshTokens(context, { ...session, ...more }, noHurry());
}

/** Milliseconds for one attempt: short only where nothing else than a timeout can come. */
function patience(fault: Fault): number {
  return fault.kind === 'hang' || fault.kind === 'slow_body' ? 1_500 : 5_000;
}

async function refused(promise: Promise<unknown>, code: ErrorCode) {
  const thrown = await failureOf(promise);
  expect(thrown).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
}

describe('a refresh', () => {
  test.each(['public', 'basic', 'post', 'secretJwt', 'privateKey', 'hs256', 'encrypted'])(
    'brings new tokens for the same person, as the client %s',
    async (name) => {
      const provider = await openidProvider();
      const context = await contextAt(provider, name);
      const session = await signedIn(provider, context);
      const renewed = await refresh(context, session);
      expect(renewed.claims).toMatchObject(session.previous);
      expect(renewed.refreshToken).not.toBe(session.refreshToken);
      const again = await refresh(context, { ...session, refreshToken: renewed.refreshToken });
      expect(again.accessToken).not.toBe(renewed.accessToken);
    },
  );

  test('keeps the refresh token where the provider does not rotate it', async () => {
    const provider = await openidProvider({ switches: { rotateRefreshTokens: false } });
    const context = await contextAt(provider, 'basic');
    const session = await signedIn(provider, context);
    expect((await refresh(context, session)).refreshToken).toBe(session.refreshToken);
    provider.hostile({ endpoint: 'token', members: { refresh_token: undefined } }, 1);
    expect((await refresh(context, session)).refreshToken).toBe(session.refreshToken);
  });

  test('with a token that was used before ends the whole family', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const session = await signedIn(provider, context);
    const { refreshToken } = await refresh(context, session);
    await refused(refresh(context, session), 'invalid_grant');
    await refused(refresh(context, { ...session, refreshToken }), 'invalid_grant');
  });

  test('with a DPoP key stays bound to it', async () => {
    const provider = await openidProvider({ switches: { dpopNonce: true } });
    const client = { dpopKey: await generateKey('dpop') };
    const context = await contextAt(provider, 'dpop', { client });
    const session = await signedIn(provider, context);
    expect((await refresh(context, session)).tokenType).toBe('DPoP');
  });

  test('is narrowed to fewer scopes, and never widened', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const session = await signedIn(provider, context);
    const narrow = await refresh(context, session, { scope: ['openid', 'read'] });
    expect(narrow.scope).toEqual(['openid', 'read']);
    const wider = { ...session, refreshToken: narrow.refreshToken };
    await refused(refresh(context, wider, { scope: ['openid', 'email'] }), 'invalid_scope');
  });

  test('is aimed at one resource of several', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const resource = ['https://api.example/', 'https://other.api.example/'];
    const device = await beginDeviceAuthorization(
      context,
      { scopes: ['openid', 'read'], resource },
      noHurry(),
    );
    await provider.approveDevice(device.userCode);
    const body = new URLSearchParams(
      provider.journal.find((e) => e.endpoint === 'deviceAuthorization')?.body,
    );
    expect(body.getAll('resource')).toEqual(resource);
    await refused(device.poll(noHurry()), 'invalid_target');
    const session = await signedIn(provider, context, { resource: ['https://api.example/'] });
    const aimed = await refresh(context, session, { resource: ['https://api.example/'] });
    expect(decodeJwt(aimed.accessToken).aud).toBe('https://api.example/');
    const astray = { ...session, refreshToken: aimed.refreshToken };
    const elsewhere = refresh(context, astray, { resource: ['https://evil.test/'] });
    await refused(elsewhere, 'invalid_target');
  });
});

describe('the new refresh token', () => {
  test('is handed on for keeping before anything else is looked at', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const session = await signedIn(provider, context);
    const kept: string[] = [];
    const keep = async (refreshToken: string) => void kept.push(refreshToken);
    // The keys have to be fetched for the check, and can not be.
    const fresh = await contextAt(provider, 'basic');
    provider.fault('jwks', { kind: 'status', status: 503 }, 3);
    await refused(refresh(fresh, session, { keep }), 'server_error');
    expect(kept).toHaveLength(1);
    const renewed = await refresh(context, { ...session, refreshToken: kept[0] ?? '' }, { keep });
    expect(kept.at(-1)).toBe(renewed.refreshToken);
  });

  test('is not handed out where it could not be kept', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const session = await signedIn(provider, context);
    const full = new Error('the disk is full');
    const keep = async () => {
      throw full;
    };
    expect(await failureOf(refresh(context, session, { keep }))).toBe(full);
  });
});

describe('the provider says', () => {
  test('invalid_grant to a token that it never issued, and to one that it revoked', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const session = await signedIn(provider, context);
    await refused(refresh(context, { ...session, refreshToken: 'unknown' }), 'invalid_grant');
    const body = new URLSearchParams({ token: session.refreshToken });
    const { clientId, clientSecret } = provider.client('basic');
    const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
    const options = { method: 'POST', body, headers: { authorization } };
    expect((await fetch(`${provider.issuer}/token/revocation`, options)).status).toBe(200);
    await refused(refresh(context, session), 'invalid_grant');
  });

  test('invalid_grant to another client than the one it was issued to', async () => {
    const provider = await openidProvider();
    const session = await signedIn(provider, await contextAt(provider, 'basic'));
    await refused(refresh(await contextAt(provider, 'post'), session), 'invalid_grant');
  });

  test('invalid_client to a wrong secret; the session is none the worse', async () => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const session = await signedIn(provider, context);
    const wrong = await contextAt(provider, 'basic', { client: { clientSecret: 'wrong' } });
    await refused(refresh(wrong, session), 'invalid_client');
    expect((await refresh(context, session)).claims?.sub).toBe('alice');
  });
});

describe('a provider that lies', () => {
  test.each<[string, Omit<Hostile, 'endpoint'>, ErrorCode]>([
    ['the tokens of somebody else', { claims: { sub: 'mallory' } }, 'subject_mismatch'],
    ['another issuer', { claims: { iss: 'https://evil.test' } }, 'id_token_invalid'],
    ['another audience', { claims: { aud: 'other' } }, 'id_token_invalid'],
    ['another authorized party', { claims: { azp: 'other' } }, 'id_token_invalid'],
    ['an expiry long ago', { claims: { exp: 1 } }, 'id_token_invalid'],
    ['a foreign key', { sign: { key: 'foreign' } }, 'signature_invalid'],
    ['another token type', { members: { token_type: 'mac' } }, 'response_invalid'],
    ['a DPoP token that nobody asked for', { members: { token_type: 'DPoP' } }, 'response_invalid'],
  ])('with %s is refused', async (_, hostile, code) => {
    const provider = await openidProvider();
    const context = await contextAt(provider, 'basic');
    const session = await signedIn(provider, context);
    provider.hostile({ endpoint: 'token', ...hostile }, 1);
    await refused(refresh(context, session), code);
  });
});

test.each<[Fault, ErrorCode]>([
  [{ kind: 'status', status: 503 }, 'server_error'],
  [{ kind: 'status', status: 429 }, 'too_many_requests'],
  [{ kind: 'reset' }, 'network_error'],
  [{ kind: 'hang' }, 'timeout'],
])('%j keeps the session, and the token is not sent twice by itself', async (fault, code) => {
  const provider = await openidProvider();
  const context = await contextAt(provider, 'basic', { attemptTimeoutMs: patience(fault) });
  const session = await signedIn(provider, context);
  provider.fault('token', fault, 1);
  await refused(refresh(context, session), code);
  expect(provider.count('token', 'refresh_token')).toBe(1);
  expect((await refresh(context, session)).claims?.sub).toBe('alice');
});
