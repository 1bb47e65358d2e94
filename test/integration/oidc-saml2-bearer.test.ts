import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { saml2BearerGrant } from '../../main/oidc/saml2-bearer.ts';
import { hostileTokenAnswers } from '../support/hostile-answers.ts';
import { contextAt, failureOf, noHurry } from '../support/openid-context.ts';
import { type OpenidProvider, startOpenidProvider } from '../support/openid-provider.ts';

let provider: OpenidProvider;
beforeAll(async () => {
  provider = await startOpenidProvider();
});
afterAll(() => provider.close());

const scopes = ['openid'];

test('a SAML assertion brings tokens for whom it names', async () => {
  const context = await contextAt(provider, 'basic');
  const assertion = await provider.samlAssertion({ subject: 'bob' });
  const tokens = await saml2BearerGrant(context, { assertion, scopes }, noHurry());
  expect(tokens).toMatchObject({ tokenType: 'Bearer', claims: { sub: 'bob', amr: ['saml'] } });
});

test('an assertion may be pasted as XML, and in base64 with line breaks', async () => {
  const context = await contextAt(provider, 'basic');
  const xml = Buffer.from(await provider.samlAssertion(), 'base64url').toString();
  expect((await saml2BearerGrant(context, { assertion: xml, scopes }, noHurry())).claims?.sub).toBe(
    'alice',
  );
  const bytes = Buffer.from(await provider.samlAssertion(), 'base64url');
  const wrapped = `\n${bytes.toString('base64').replace(/(.{76})/g, '$1\r\n')}\n`;
  const tokens = await saml2BearerGrant(context, { assertion: wrapped, scopes }, noHurry());
  expect(tokens.claims?.sub).toBe('alice');
});

test.each([
  [
    'has been used',
    async () => {
      const assertion = await provider.samlAssertion();
      await saml2BearerGrant(await contextAt(provider, 'basic'), { assertion, scopes }, noHurry());
      return assertion;
    },
  ],
  ['has expired', () => provider.samlAssertion({ lifetimeSeconds: -1 })],
  ['is for another audience', () => provider.samlAssertion({ audience: 'https://other.example' })],
  ['is of another issuer', () => provider.samlAssertion({ issuer: 'https://evil.example' })],
  ['is signed by somebody else', () => provider.samlAssertion({ foreignKey: true })],
  [
    'has been changed',
    async () => {
      const assertion = await provider.samlAssertion();
      const xml = Buffer.from(assertion, 'base64url').toString().replace('>alice<', '>bob<');
      return Buffer.from(xml).toString('base64url');
    },
  ],
])('an assertion that %s is invalid_grant', async (_title, make) => {
  const context = await contextAt(provider, 'basic');
  const assertion = await make();
  const failure = await failureOf(saml2BearerGrant(context, { assertion, scopes }, noHurry()));
  expect(failure).toMatchObject({
    code: 'invalid_grant',
    message: 'The provider does not accept the SAML assertion.',
    hint: expect.stringMatching(/Get a new one/),
  });
  expect(JSON.stringify(failure)).not.toContain(assertion.slice(20, 60));
});

test.each([
  ['nothing', ''],
  ['some text', 'my assertion'],
  ['a page', '<html><body>Assertion</body></html>'],
  ['a JWT', 'eyJhbGciOiJub25lIn0.e30.'],
  ['something else in base64', Buffer.from('<Envelope/>').toString('base64')],
])('%s is refused here, and nothing is sent', async (_title, assertion) => {
  const context = await contextAt(provider, 'basic');
  const before = provider.count('token');
  const failure = await failureOf(saml2BearerGrant(context, { assertion, scopes }, noHurry()));
  expect(failure).toMatchObject({
    code: 'invalid_input',
    message: 'This is no SAML assertion.',
    hint: expect.any(String),
  });
  expect(provider.count('token')).toBe(before);
});

test('a whole SAML response is called what it is', async () => {
  const context = await contextAt(provider, 'basic');
  const assertion =
    '<?xml version="1.0"?><samlp:Response ID="_1"><saml:Assertion/></samlp:Response>';
  const failure = saml2BearerGrant(context, { assertion, scopes }, noHurry());
  await expect(failure).rejects.toMatchObject({
    code: 'invalid_input',
    message: 'This is a SAML response, not an assertion.',
  });
});

test.each(hostileTokenAnswers)('refused: %s', async (_title, prepare, code) => {
  const context = await contextAt(provider, 'basic');
  const assertion = await provider.samlAssertion();
  const end = prepare(provider, 'token');
  onTestFinished(end);
  const failure = await failureOf(saml2BearerGrant(context, { assertion, scopes }, noHurry()));
  end();
  expect(failure).toMatchObject({ code, hint: expect.any(String) });
});
