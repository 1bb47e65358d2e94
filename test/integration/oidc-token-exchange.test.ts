import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { OidcContext, TokenAnswer } from '../../main/oidc/context.ts';
import { generateKey } from '../../main/oidc/keys.ts';
import { passwordGrant } from '../../main/oidc/password.ts';
import { exchangeToken } from '../../main/oidc/token-exchange.ts';
import { brokenAnswers, wrongTokenAnswers } from '../support/hostile-answers.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import {
  grantTypes,
  type OpenidProvider,
  startOpenidProvider,
} from '../support/openid-provider.ts';

const types = 'urn:ietf:params:oauth:token-type:';
let provider: OpenidProvider;
let context: OidcContext;
let alice: TokenAnswer;
let bob: TokenAnswer;
beforeAll(async () => {
  provider = await startOpenidProvider();
  context = await contextAt(provider, 'basic');
  const scopes = ['openid', 'read', 'write'];
  alice = await passwordGrant(
    context,
    { username: 'alice', password: 'wonderland', scopes },
    noHurry(),
  );
  bob = await passwordGrant(
    context,
    { username: 'bob', password: 'b+u&i=l/d e%r', scopes },
    noHurry(),
  );
});
afterAll(() => provider.close());

function subject() {
  return { token: alice.accessToken, type: 'access_token' };
}

test('an access token is exchanged for one with fewer scopes', async () => {
  const input = { subject: subject(), scopes: ['read'] };
  const answer = await exchangeToken(context, input, noHurry());
  expect(answer).toMatchObject({
    tokenType: 'Bearer',
    scope: ['read'],
    issuedTokenType: `${types}access_token`,
  });
  expect(answer.accessToken).not.toBe(alice.accessToken);
  const found = await provider.provider.AccessToken.find(answer.accessToken);
  expect(found).toMatchObject({ accountId: 'alice', scope: 'read' });
});

test('every parameter of RFC 8693 goes along, repeated ones too', async () => {
  const input = {
    subject: subject(),
    actor: { token: bob.accessToken, type: `${types}access_token` },
    requestedTokenType: 'jwt',
    scopes: ['read', 'write'],
    audience: ['https://api.example/one', 'https://api.example/two'],
    resource: ['https://api.example/three'],
  };
  // This provider issues for one target at a time; what it got is seen all the same.
  const failure = await failureOf(exchangeToken(context, input, noHurry()));
  expect(failure).toMatchObject({ code: 'invalid_target' });
  const sent = new URLSearchParams(provider.journal.at(-1)?.body);
  expect([...sent].sort()).toEqual(
    [
      ['grant_type', grantTypes.tokenExchange],
      ['subject_token', alice.accessToken],
      ['subject_token_type', `${types}access_token`],
      ['actor_token', bob.accessToken],
      ['actor_token_type', `${types}access_token`],
      ['requested_token_type', `${types}jwt`],
      ['scope', 'read write'],
      ['audience', 'https://api.example/one'],
      ['audience', 'https://api.example/two'],
      ['resource', 'https://api.example/three'],
    ].sort(),
  );
});

test('with an actor, the issued token names who acts for whom', async () => {
  const input = {
    subject: subject(),
    actor: { token: bob.accessToken, type: 'access_token' },
    scopes: ['read'],
    audience: ['https://api.example/orders'],
  };
  const { accessToken } = await exchangeToken(context, input, noHurry());
  expect(decodeJwt(accessToken)).toMatchObject({
    sub: 'alice',
    act: { sub: 'bob' },
    aud: 'https://api.example/orders',
  });
});

test.each([
  ['access_token', () => alice.accessToken],
  ['refresh_token', () => alice.refreshToken ?? ''],
  ['id_token', () => alice.idToken ?? ''],
  ['jwt', () => provider.jwtAssertion({ subject: 'alice' })],
])('the subject may be a token of type %s', async (type, token) => {
  const input = { subject: { token: await token(), type }, scopes: ['read'] };
  const { accessToken } = await exchangeToken(context, input, noHurry());
  expect((await provider.provider.AccessToken.find(accessToken))?.accountId).toBe('alice');
});

test('with a DPoP key the issued token is bound to it', async () => {
  const dpopKey = await generateKey('dpop');
  const bound = await contextAt(provider, 'basic', { client: { dpopKey } });
  const answer = await exchangeToken(bound, { subject: subject(), scopes: ['read'] }, noHurry());
  expect(answer.tokenType).toBe('DPoP');
});

test('a refresh token may be asked for', async () => {
  const input = { subject: subject(), requestedTokenType: 'refresh_token', scopes: ['read'] };
  const answer = await exchangeToken(context, input, noHurry());
  expect(answer).toMatchObject({
    issuedTokenType: `${types}refresh_token`,
    refreshToken: expect.any(String),
  });
});

test('an issued ID token is told apart from an access token', async () => {
  const input = { subject: subject(), requestedTokenType: 'id_token', scopes: ['openid'] };
  const answer = await exchangeToken(context, input, noHurry());
  expect(answer).toMatchObject({ tokenType: 'N_A', issuedTokenType: `${types}id_token` });
  expect(decodeJwt(answer.accessToken).sub).toBe('alice');
});

test('a subject or an actor that the provider refuses is invalid_request', async () => {
  for (const input of [
    { subject: { token: 'unknown', type: 'access_token' } },
    { subject: { token: alice.accessToken, type: 'saml2' } },
    { subject: subject(), actor: { token: 'unknown', type: 'access_token' } },
  ]) {
    const failure = await failureOf(exchangeToken(context, input, noHurry()));
    expect(failure).toMatchObject({ code: 'invalid_request', hint: expect.any(String) });
    expect(JSON.stringify(failure)).not.toContain(alice.accessToken);
  }
});

test('a target that the provider does not serve is invalid_target', async () => {
  for (const target of [{ audience: ['somebody'] }, { resource: ['https://elsewhere.example'] }]) {
    const failure = exchangeToken(context, { subject: subject(), ...target }, noHurry());
    await expect(failure).rejects.toMatchObject({ code: 'invalid_target' });
  }
});

test('a scope that the provider does not grant is invalid_scope', async () => {
  const failure = exchangeToken(context, { subject: subject(), scopes: ['root'] }, noHurry());
  await expect(failure).rejects.toMatchObject({ code: 'invalid_scope' });
});

test('a sort of token that the provider does not issue is refused by it', async () => {
  const input = { subject: subject(), requestedTokenType: 'saml2' };
  await expect(exchangeToken(context, input, noHurry())).rejects.toMatchObject({
    code: 'invalid_request',
  });
});

test('what is no token type is refused here, and nothing is sent', async () => {
  const before = provider.count('token');
  for (const input of [
    { subject: { token: 't', type: 'access token' } },
    { subject: { token: 't', type: '' } },
    { subject: subject(), actor: { token: 't', type: 'bearer' } },
    { subject: subject(), requestedTokenType: 'best' },
  ]) {
    const failure = await failureOf(exchangeToken(context, input, noHurry()));
    expect(failure).toMatchObject({ code: 'invalid_input', hint: expect.any(String) });
  }
  expect(provider.count('token')).toBe(before);
});

test.each([
  ['another sort of token', 'access_token', { issued_token_type: `${types}id_token` }],
  ['no sort, where one was asked for', 'refresh_token', { issued_token_type: undefined }],
  ['an access token that is none', 'access_token', { token_type: 'N_A' }],
])('refused: %s', async (_title, requestedTokenType, members) => {
  const end = provider.hostile({ endpoint: 'token', members });
  onTestFinished(end);
  const input = { subject: subject(), requestedTokenType, scopes: ['read'] };
  const failure = await failureOf(exchangeToken(context, input, noHurry()));
  end();
  expect(failure).toMatchObject({ code: 'response_invalid', hint: expect.any(String) });
});

test('a provider that does not name the sort means an access token', async () => {
  const members = { issued_token_type: undefined };
  const end = provider.hostile({ endpoint: 'token', members });
  onTestFinished(end);
  const input = { subject: subject(), scopes: ['read'] };
  const answer = await exchangeToken(context, input, noHurry());
  end();
  expect(answer.tokenType).toBe('Bearer');
});

test.each([...brokenAnswers, ...wrongTokenAnswers])(
  'refused: %s',
  async (_title, prepare, code) => {
    const end = prepare(provider, 'token');
    onTestFinished(end);
    const failure = await failureOf(exchangeToken(context, { subject: subject() }, noHurry()));
    end();
    expect(failure).toMatchObject({ code, hint: expect.any(String) });
  },
);
