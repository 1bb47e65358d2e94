import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { clientCredentialsGrant } from '../../main/oidc/client-credentials.ts';
import type { OidcContext, TokenAnswer } from '../../main/oidc/context.ts';
import { introspectToken } from '../../main/oidc/introspection.ts';
import { passwordGrant } from '../../main/oidc/password.ts';
import { brokenAnswers } from '../support/hostile-answers.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import {
  type Hostile,
  type OpenidProvider,
  startOpenidProvider,
} from '../support/openid-provider.ts';

let provider: OpenidProvider;
beforeAll(async () => {
  provider = await startOpenidProvider();
});
afterAll(() => provider.close());

async function signedIn(name: string): Promise<{ context: OidcContext; tokens: TokenAnswer }> {
  const context = await contextAt(provider, name);
  const input = { username: 'alice', password: 'wonderland', scopes: ['openid', 'read'] };
  return { context, tokens: await passwordGrant(context, input, noHurry()) };
}

const forms = [
  ['plain JSON', 'basic', 'application/json'],
  ['signed', 'signed', 'application/token-introspection+jwt'],
  ['signed and encrypted', 'encrypted', 'application/token-introspection+jwt'],
] as const;

describe.each(forms)('%s', (_title, name, accept) => {
  test('tells of an access token', async () => {
    const { context, tokens } = await signedIn(name);
    const about = await introspectToken(context, { token: tokens.accessToken }, noHurry());
    expect(about).toMatchObject({
      active: true,
      subject: 'alice',
      clientId: `keyfob-${name}`,
      scope: ['openid', 'read'],
      tokenType: 'Bearer',
      claims: { iss: provider.issuer, session_index: '_session-alice', azp: `keyfob-${name}` },
    });
    expect(Math.abs((about.expiresAt ?? 0) - tokens.expiresAt)).toBeLessThan(3_000);
    expect(provider.journal.at(-1)?.headers.accept).toBe(accept);
  });

  test('tells of a refresh token', async () => {
    const { context, tokens } = await signedIn(name);
    const token = tokens.refreshToken ?? '';
    const about = await introspectToken(context, { token, hint: 'refresh_token' }, noHurry());
    expect(about).toMatchObject({ active: true, subject: 'alice', scope: ['openid', 'read'] });
    const sent = new URLSearchParams(provider.journal.at(-1)?.body);
    expect(sent.get('token_type_hint')).toBe('refresh_token');
  });

  test("tells of a client's own token", async () => {
    const context = await contextAt(provider, name);
    const { accessToken } = await clientCredentialsGrant(context, { scopes: ['read'] }, noHurry());
    const about = await introspectToken(context, { token: accessToken }, noHurry());
    expect(about).toMatchObject({ active: true, clientId: `keyfob-${name}`, scope: ['read'] });
    expect(about.claims).toMatchObject({ usn: `keyfob-${name}` });
    expect(about).not.toHaveProperty('subject');
  });

  test('says of an unknown token that it is not active, and nothing else', async () => {
    const context = await contextAt(provider, name);
    const about = await introspectToken(context, { token: 'never-issued' }, noHurry());
    expect(about).toEqual({ active: false, claims: { active: false } });
  });
});

describe('a provider that speaks as Ubisecure SSO does', () => {
  let other: OpenidProvider;
  beforeAll(async () => {
    other = await startOpenidProvider({ switches: { ssoServer: true } });
  });
  afterAll(() => other.close());

  test.each(forms)('%s: tells access and refresh tokens apart', async (_title, name) => {
    const context = await contextAt(other, name);
    const input = { username: 'alice', password: 'wonderland', scopes: ['openid'] };
    const tokens = await passwordGrant(context, input, noHurry());
    const access = await introspectToken(context, { token: tokens.accessToken }, noHurry());
    expect(access).toMatchObject({ active: true, tokenType: 'access_token', subject: 'alice' });
    if (name === 'encrypted') return;
    const refresh = await introspectToken(context, { token: tokens.refreshToken ?? '' }, noHurry());
    expect(refresh).toMatchObject({ active: true, tokenType: 'refresh_token', subject: 'alice' });
  });

  test('application/jwt is taken after the same checks', async () => {
    const context = await contextAt(other, 'signed');
    const { accessToken } = await clientCredentialsGrant(context, {}, noHurry());
    const refused: readonly (readonly [Omit<Hostile, 'endpoint'>, string])[] = [
      [{ claims: { iss: 'https://evil.example' } }, 'response_invalid'],
      [{ claims: { aud: 'somebody-else' } }, 'response_invalid'],
      [{ claims: { iat: undefined } }, 'response_invalid'],
      [{ sign: { key: 'foreign' } }, 'signature_invalid'],
      [{ sign: { algorithm: 'ES256' } }, 'algorithm_refused'],
    ];
    for (const [hostile, code] of refused) {
      const end = other.hostile({ endpoint: 'introspection', ...hostile });
      onTestFinished(end);
      const failure = await failureOf(introspectToken(context, { token: accessToken }, noHurry()));
      end();
      expect(failure, JSON.stringify(hostile)).toMatchObject({ code });
    }
  });

  test('the members may be claims themselves', async () => {
    const context = await contextAt(other, 'signed');
    const claims = { token_introspection: undefined, active: true, sub: 'alice', exp: undefined };
    const end = other.hostile({ endpoint: 'introspection', claims });
    onTestFinished(end);
    const about = await introspectToken(context, { token: 'any' }, noHurry());
    end();
    expect(about).toMatchObject({ active: true, subject: 'alice' });
  });

  test('active may be a text', async () => {
    const context = await contextAt(other, 'basic');
    for (const [active, expected] of [
      ['true', true],
      ['false', false],
    ] as const) {
      const end = other.hostile({ endpoint: 'introspection', members: { active } });
      onTestFinished(end);
      const about = await introspectToken(context, { token: 'any' }, noHurry());
      end();
      expect(about.active).toBe(expected);
    }
  });
});

test('a plain answer where a signed one was agreed on is a downgrade', async () => {
  for (const name of ['signed', 'encrypted']) {
    const { context, tokens } = await signedIn(name);
    const rewrite = (outgoing: { body: string; contentType: string }) => {
      outgoing.body = '{"active":true,"sub":"alice"}';
      outgoing.contentType = 'application/json';
    };
    const end = provider.hostile({ endpoint: 'introspection', rewrite });
    onTestFinished(end);
    const failure = await failureOf(
      introspectToken(context, { token: tokens.accessToken }, noHurry()),
    );
    end();
    expect(failure, name).toMatchObject({ code: 'signature_invalid', hint: expect.any(String) });
  }
});

test('a signed answer where an encrypted one was agreed on is a downgrade', async () => {
  const { context, tokens } = await signedIn('encrypted');
  const rewrite = async (outgoing: { body: string }) => {
    const claims = {
      iss: provider.issuer,
      aud: 'keyfob-encrypted',
      iat: Math.floor(Date.now() / 1000),
      token_introspection: { active: true },
    };
    outgoing.body = await provider.sign(claims, { header: { typ: 'token-introspection+jwt' } });
  };
  const end = provider.hostile({ endpoint: 'introspection', rewrite });
  onTestFinished(end);
  const failure = await failureOf(
    introspectToken(context, { token: tokens.accessToken }, noHurry()),
  );
  end();
  expect(failure).toMatchObject({ code: 'decryption_failed', hint: expect.any(String) });
});

test.each([
  ['of another issuer', { claims: { iss: 'https://evil.example' } }, 'response_invalid'],
  ['without an issuer', { claims: { iss: undefined } }, 'response_invalid'],
  ['for another client', { claims: { aud: 'somebody-else' } }, 'response_invalid'],
  ['for nobody', { claims: { aud: undefined } }, 'response_invalid'],
  ['without its time', { claims: { iat: undefined } }, 'response_invalid'],
  ['from the future', { claims: { iat: 9_999_999_999 } }, 'response_invalid'],
  ['that says nothing', { claims: { token_introspection: undefined } }, 'response_invalid'],
  ['that says a text', { claims: { token_introspection: 'active' } }, 'response_invalid'],
  ['that does not say active', { claims: { token_introspection: {} } }, 'response_invalid'],
  ['that is a JWT for something else', { sign: { header: { typ: 'JWT' } } }, 'response_invalid'],
  ['signed by somebody else', { sign: { key: 'foreign' } }, 'signature_invalid'],
  ['signed otherwise than agreed', { sign: { algorithm: 'ES256' } }, 'algorithm_refused'],
] as const)('refused: a signed answer %s', async (_title, hostile, code) => {
  const { context, tokens } = await signedIn('signed');
  const end = provider.hostile({ endpoint: 'introspection', ...hostile });
  onTestFinished(end);
  const failure = await failureOf(
    introspectToken(context, { token: tokens.accessToken }, noHurry()),
  );
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});

test.each([
  ['no word of active', { active: undefined }],
  ['an active that is a number', { active: 1 }],
  ["another issuer's name", { iss: 'https://evil.example' }],
])('refused: a plain answer with %s', async (_title, members) => {
  const { context, tokens } = await signedIn('basic');
  const end = provider.hostile({ endpoint: 'introspection', members });
  onTestFinished(end);
  const failure = await failureOf(
    introspectToken(context, { token: tokens.accessToken }, noHurry()),
  );
  end();
  expect(failure).toMatchObject({ code: 'response_invalid', hint: expect.any(String) });
});

test('members of another form than theirs are left out, not believed', async () => {
  const { context, tokens } = await signedIn('basic');
  const members = { sub: 7, scope: ['read'], client_id: {}, token_type: 1, exp: 'soon' };
  const end = provider.hostile({ endpoint: 'introspection', members });
  onTestFinished(end);
  const about = await introspectToken(context, { token: tokens.accessToken }, noHurry());
  end();
  expect(Object.keys(about).sort()).toEqual(['active', 'claims']);
});

test('what is said beside an inactive token is not believed', async () => {
  const { context, tokens } = await signedIn('basic');
  const members = { active: false };
  const end = provider.hostile({ endpoint: 'introspection', members });
  onTestFinished(end);
  const about = await introspectToken(context, { token: tokens.accessToken }, noHurry());
  end();
  expect(about).toEqual({ active: false, claims: { active: false } });
});

test('a wrong client secret is invalid_client', async () => {
  const context = await contextAt(provider, 'basic', { client: { clientSecret: 'wrong' } });
  const failure = introspectToken(context, { token: 'any' }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_client' });
});

test('every way of client authentication serves', async () => {
  for (const name of ['basic', 'post', 'secretJwt', 'privateKey', 'public']) {
    const context = await contextAt(provider, name);
    const about = await introspectToken(context, { token: 'never-issued' }, noHurry());
    expect(about.active, name).toBe(false);
  }
});

test('a token that the provider can not look up is unsupported_token_type', async () => {
  const context = await contextAt(provider, 'basic');
  const token = await provider.sign({ sub: 'alice' });
  const failure = await failureOf(introspectToken(context, { token }, noHurry()));
  expect(failure).toMatchObject({ code: 'unsupported_token_type', hint: expect.any(String) });
  expect(JSON.stringify(failure)).not.toContain(token.slice(0, 40));
});

test('a provider without the endpoint is told apart from one that refuses', async () => {
  const context = await contextAt(provider, 'basic');
  const { introspection_endpoint: _, ...server } = context.server;
  const failure = introspectToken({ ...context, server }, { token: 'any' }, noHurry());
  await expect(failure).rejects.toMatchObject({
    code: 'not_offered',
    details: { endpoint: 'introspection_endpoint' },
  });
});

test('a provider that fails once is asked again, but not with the same assertion', async () => {
  provider.fault('introspection', { kind: 'status', status: 503 }, 1);
  const context = await contextAt(provider, 'basic');
  expect((await introspectToken(context, { token: 'any' }, noHurry())).active).toBe(false);

  provider.fault('introspection', { kind: 'status', status: 503 }, 1);
  const asserting = await contextAt(provider, 'privateKey');
  const failure = introspectToken(asserting, { token: 'any' }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'server_error' });
});

test.each(brokenAnswers)('refused: %s', async (_title, prepare, code) => {
  const context = await contextAt(provider, 'basic');
  const end = prepare(provider, 'introspection');
  onTestFinished(end);
  const failure = await failureOf(introspectToken(context, { token: 'any' }, noHurry()));
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});
