import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { clientCredentialsGrant } from '../../main/oidc/client-credentials.ts';
import type { OidcContext } from '../../main/oidc/context.ts';
import { generateKey } from '../../main/oidc/keys.ts';
import { passwordGrant } from '../../main/oidc/password.ts';
import { readUserinfo } from '../../main/oidc/userinfo.ts';
import { brokenAnswers } from '../support/hostile-answers.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import { type OpenidProvider, startOpenidProvider } from '../support/openid-provider.ts';

let provider: OpenidProvider;
beforeAll(async () => {
  provider = await startOpenidProvider();
});
afterAll(() => provider.close());

/** A person's access token, got as one of the clients. */
async function signedIn(name: string): Promise<{ context: OidcContext; accessToken: string }> {
  const context = await contextAt(provider, name);
  const input = { username: 'alice', password: 'wonderland', scopes: ['openid', 'profile'] };
  const { accessToken } = await passwordGrant(context, input, noHurry());
  return { context, accessToken };
}

describe.each([
  ['plain JSON', 'basic', 'application/json'],
  ['signed', 'signed', 'application/jwt'],
  ['signed and encrypted', 'encrypted', 'application/jwt'],
])('%s', (_title, name, accept) => {
  test('tells of the person, and is compared with the ID token', async () => {
    const { context, accessToken } = await signedIn(name);
    const info = await readUserinfo(context, { accessToken, subject: 'alice' }, noHurry());
    expect(info.subject).toBe('alice');
    expect(info.claims).toMatchObject({
      sub: 'alice',
      name: 'Alice Example',
      session_index: '_session-alice',
    });
    expect(provider.journal.at(-1)?.headers.accept).toContain(accept);
  });

  test('of somebody else is refused', async () => {
    const { context, accessToken } = await signedIn(name);
    const failure = readUserinfo(context, { accessToken, subject: 'bob' }, noHurry());
    await expect(failure).rejects.toMatchObject({ code: 'subject_mismatch' });
  });

  test("with a client's own token it has no sub, but usn and session_index", async () => {
    const context = await contextAt(provider, name);
    const { accessToken } = await clientCredentialsGrant(context, {}, noHurry());
    const info = await readUserinfo(context, { accessToken, clientItself: true }, noHurry());
    expect(info).not.toHaveProperty('subject');
    expect(info.claims).toMatchObject({
      usn: `keyfob-${name}`,
      session_index: `_session-keyfob-${name}`,
    });
  });

  test("without a sub is refused where the token is not the client's own", async () => {
    const context = await contextAt(provider, name);
    const { accessToken } = await clientCredentialsGrant(context, {}, noHurry());
    const failure = readUserinfo(context, { accessToken }, noHurry());
    await expect(failure).rejects.toMatchObject({ code: 'response_invalid' });
    // A missing name is no match either.
    const expecting = { accessToken, subject: 'alice', clientItself: true };
    await expect(readUserinfo(context, expecting, noHurry())).rejects.toMatchObject({
      code: 'subject_mismatch',
    });
  });
});

test('with a token that is bound to a key, the request proves to hold it, a nonce in between', async () => {
  const dpopKey = await generateKey('dpop');
  const context = await contextAt(provider, 'basic', { client: { dpopKey } });
  const input = { username: 'alice', password: 'wonderland', scopes: ['openid'] };
  const { accessToken, tokenType } = await passwordGrant(context, input, noHurry());
  expect(tokenType).toBe('DPoP');
  provider.switches.dpopNonce = true;
  const before = provider.count('userinfo');
  const info = await readUserinfo(context, { accessToken, subject: 'alice' }, noHurry());
  provider.switches.dpopNonce = false;
  expect(info.subject).toBe('alice');
  expect(provider.count('userinfo') - before).toBe(2);
  expect(provider.journal.at(-1)?.headers.authorization).toMatch(/^DPoP /);

  // Whoever finds the token, but not the key, gets nothing.
  const thief = await contextAt(provider, 'basic');
  await expect(readUserinfo(thief, { accessToken }, noHurry())).rejects.toMatchObject({
    code: 'invalid_token',
  });
});

test('a signed answer is taken where none was agreed on, once its signature has been checked', async () => {
  const { accessToken } = await signedIn('signed');
  const context = await contextAt(provider, 'signed', { client: { userinfo: {} } });
  const rewrite = async (outgoing: { body: string; contentType: string }) => {
    const claims = JSON.parse(outgoing.body.startsWith('{') ? outgoing.body : '{"sub":"alice"}');
    outgoing.body = await provider.sign({ ...claims, aud: 'keyfob-signed' });
    outgoing.contentType = 'application/jwt';
  };
  const end = provider.hostile({ endpoint: 'userinfo', rewrite });
  onTestFinished(end);
  const info = await readUserinfo(context, { accessToken, subject: 'alice' }, noHurry());
  end();
  expect(info.subject).toBe('alice');
});

test('a plain answer where a signed one was agreed on is a downgrade', async () => {
  for (const name of ['signed', 'encrypted']) {
    const { context, accessToken } = await signedIn(name);
    const rewrite = (outgoing: { body: string; contentType: string }) => {
      outgoing.body = '{"sub":"alice"}';
      outgoing.contentType = 'application/json';
    };
    const end = provider.hostile({ endpoint: 'userinfo', rewrite });
    onTestFinished(end);
    const failure = await failureOf(
      readUserinfo(context, { accessToken, subject: 'alice' }, noHurry()),
    );
    end();
    expect(failure, name).toMatchObject({ code: 'signature_invalid', hint: expect.any(String) });
  }
});

test('a signed answer where an encrypted one was agreed on is a downgrade', async () => {
  const { context, accessToken } = await signedIn('encrypted');
  const rewrite = async (outgoing: { body: string }) => {
    outgoing.body = await provider.sign({ sub: 'alice' });
  };
  const end = provider.hostile({ endpoint: 'userinfo', rewrite });
  onTestFinished(end);
  const failure = await failureOf(
    readUserinfo(context, { accessToken, subject: 'alice' }, noHurry()),
  );
  end();
  expect(failure).toMatchObject({ code: 'decryption_failed', hint: expect.any(String) });
});

test('what is encrypted to somebody else can not be read', async () => {
  const { accessToken } = await signedIn('encrypted');
  const decryptionKeys = [await generateKey('decryption')];
  const context = await contextAt(provider, 'encrypted', { client: { decryptionKeys } });
  const failure = readUserinfo(context, { accessToken, subject: 'alice' }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'decryption_failed' });
});

test.each([
  ['of another issuer', { claims: { iss: 'https://evil.example' } }, 'response_invalid'],
  ['for another client', { claims: { aud: 'somebody-else' } }, 'response_invalid'],
  ['that has expired', { claims: { exp: 1_000_000_000 } }, 'response_invalid'],
  ['from the future', { claims: { iat: 9_999_999_999 } }, 'response_invalid'],
  ['without a subject', { claims: { sub: undefined } }, 'subject_mismatch'],
  ['of somebody else', { claims: { sub: 'bob' } }, 'subject_mismatch'],
  ['whose subject is a number', { claims: { sub: 7 } }, 'response_invalid'],
  ['signed by somebody else', { sign: { key: 'foreign' } }, 'signature_invalid'],
  ['signed otherwise than agreed', { sign: { algorithm: 'ES256' } }, 'algorithm_refused'],
] as const)('refused: a signed answer %s', async (_title, hostile, code) => {
  const { context, accessToken } = await signedIn('signed');
  const end = provider.hostile({ endpoint: 'userinfo', ...hostile });
  onTestFinished(end);
  const failure = await failureOf(
    readUserinfo(context, { accessToken, subject: 'alice' }, noHurry()),
  );
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});

test.each([
  ['a subject that is a number', { sub: 7 }, 'response_invalid'],
  ['an empty subject', { sub: '' }, 'response_invalid'],
  ['no subject', { sub: undefined }, 'subject_mismatch'],
  ["another issuer's name", { iss: 'https://evil.example' }, 'response_invalid'],
])('refused: a plain answer with %s', async (_title, members, code) => {
  const { context, accessToken } = await signedIn('basic');
  const end = provider.hostile({ endpoint: 'userinfo', members });
  onTestFinished(end);
  const failure = await failureOf(
    readUserinfo(context, { accessToken, subject: 'alice' }, noHurry()),
  );
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});

test('an unknown access token is invalid_token', async () => {
  const { context } = await signedIn('basic');
  const accessToken = 'never-issued';
  const failure = await failureOf(readUserinfo(context, { accessToken }, noHurry()));
  expect(failure).toMatchObject({ code: 'invalid_token', hint: expect.any(String) });
  expect(JSON.stringify(failure)).not.toContain(accessToken);
});

test('an access token without the scope for it is insufficient_scope', async () => {
  const context = await contextAt(provider, 'basic');
  const input = { username: 'alice', password: 'wonderland', scopes: ['read'] };
  const { accessToken } = await passwordGrant(context, input, noHurry());
  const failure = readUserinfo(context, { accessToken }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'insufficient_scope' });
});

test('a provider without the endpoint is told apart from one that refuses', async () => {
  const { context, accessToken } = await signedIn('basic');
  const { userinfo_endpoint: _, ...server } = context.server;
  const failure = readUserinfo({ ...context, server }, { accessToken }, noHurry());
  await expect(failure).rejects.toMatchObject({
    code: 'not_offered',
    details: { endpoint: 'userinfo_endpoint' },
  });
});

test('a provider that fails once is asked again', async () => {
  const { context, accessToken } = await signedIn('basic');
  provider.fault('userinfo', { kind: 'status', status: 503 }, 1);
  const info = await readUserinfo(context, { accessToken, subject: 'alice' }, noHurry());
  expect(info.subject).toBe('alice');
});

test.each(brokenAnswers)('refused: %s', async (_title, prepare, code) => {
  const { context, accessToken } = await signedIn('basic');
  const end = prepare(provider, 'userinfo');
  onTestFinished(end);
  const failure = await failureOf(readUserinfo(context, { accessToken }, noHurry()));
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});
