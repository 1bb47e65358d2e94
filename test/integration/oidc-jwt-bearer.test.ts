import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { jwtBearerGrant } from '../../main/oidc/jwt-bearer.ts';
import { hostileTokenAnswers } from '../support/hostile-answers.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import {
  grantTypes,
  type OpenidProvider,
  startOpenidProvider,
} from '../support/openid-provider.ts';

let provider: OpenidProvider;
beforeAll(async () => {
  provider = await startOpenidProvider();
});
afterAll(() => provider.close());

const scopes = ['openid'];

test("somebody else's assertion brings tokens for whom it names", async () => {
  const context = await contextAt(provider, 'basic');
  const assertion = `${await provider.jwtAssertion({ subject: 'bob' })}\n`;
  const tokens = await jwtBearerGrant(context, { assertion, scopes }, noHurry());
  expect(tokens).toMatchObject({ tokenType: 'Bearer', claims: { sub: 'bob', amr: ['jwt'] } });
});

test('an assertion of our own is signed by the client for the provider, and each is another', async () => {
  const context = await contextAt(provider, 'privateKey');
  // Without a subject it speaks for the client itself, which is nobody that this provider knows.
  expect(await failureOf(jwtBearerGrant(context, { scopes }, noHurry()))).toMatchObject({
    code: 'invalid_grant',
    hint: expect.stringMatching(/public key of this client/),
  });
  const tokens = await jwtBearerGrant(context, { scopes, subject: 'alice' }, noHurry());
  expect(tokens).toMatchObject({ tokenType: 'Bearer', claims: { sub: 'alice', amr: ['jwt'] } });
  const sent = provider.journal
    .filter(({ grantType }) => grantType === grantTypes.jwtBearer)
    .slice(-2)
    .map(({ body }) => new URLSearchParams(body).get('assertion') ?? '');
  const [first = '', second = ''] = sent;
  expect(decodeProtectedHeader(first).alg).toBe('ES256');
  expect(decodeJwt(first)).toMatchObject({
    iss: 'keyfob-private-key',
    sub: 'keyfob-private-key',
    aud: `${provider.issuer}/token`,
  });
  expect(decodeJwt(second).sub).toBe('alice');
  expect(decodeJwt(first).jti).not.toBe(decodeJwt(second).jti);
});

test('without an assertion and without a key there is nothing to hand in', async () => {
  const context = await contextAt(provider, 'basic');
  const before = provider.count('token');
  const failure = await failureOf(jwtBearerGrant(context, { scopes }, noHurry()));
  expect(failure).toMatchObject({ code: 'invalid_client', hint: expect.any(String) });
  expect(provider.count('token')).toBe(before);
});

test.each([
  [
    'has been used',
    async () => {
      const assertion = await provider.jwtAssertion();
      await jwtBearerGrant(await contextAt(provider, 'basic'), { assertion, scopes }, noHurry());
      return assertion;
    },
  ],
  ['has expired', () => provider.jwtAssertion({ lifetimeSeconds: -60 })],
  ['is for another audience', () => provider.jwtAssertion({ audience: 'https://other.example' })],
  ['is of another issuer', () => provider.jwtAssertion({ issuer: 'https://evil.example' })],
  ['is signed by somebody else', () => provider.jwtAssertion({ foreignKey: true })],
])('an assertion that %s is invalid_grant', async (_title, make) => {
  const context = await contextAt(provider, 'basic');
  const assertion = await make();
  const failure = await failureOf(jwtBearerGrant(context, { assertion, scopes }, noHurry()));
  expect(failure).toMatchObject({
    code: 'invalid_grant',
    message: 'The provider does not accept the assertion.',
    hint: expect.stringMatching(/Get a new one/),
  });
  expect(JSON.stringify(failure)).not.toContain(assertion.slice(20, 60));
});

test.each([
  ['nothing', ''],
  ['some text', 'my assertion'],
  ['an opaque token', 'abcdef0123456789'],
  ['an unsigned JWT', 'eyJhbGciOiJub25lIn0.e30.'],
])('%s is refused here, and nothing is sent', async (_title, assertion) => {
  const context = await contextAt(provider, 'basic');
  const before = provider.count('token');
  const failure = await failureOf(jwtBearerGrant(context, { assertion, scopes }, noHurry()));
  expect(failure).toMatchObject({ code: 'invalid_input', hint: expect.any(String) });
  expect(provider.count('token')).toBe(before);
});

test('a resource goes along with it', async () => {
  const context = await contextAt(provider, 'basic');
  const resource = ['https://api.example/orders'];
  const assertion = await provider.jwtAssertion();
  const input = { assertion, scopes: ['read'], resource };
  const { accessToken } = await jwtBearerGrant(context, input, noHurry());
  expect(decodeJwt(accessToken)).toMatchObject({ aud: resource[0], sub: 'alice' });
});

test.each(hostileTokenAnswers)('refused: %s', async (_title, prepare, code) => {
  const context = await contextAt(provider, 'basic');
  const assertion = await provider.jwtAssertion();
  const end = prepare(provider, 'token');
  onTestFinished(end);
  const failure = await failureOf(jwtBearerGrant(context, { assertion, scopes }, noHurry()));
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});
