import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OidcContext } from '../../../../main/oidc/context.ts';
import { introspectToken } from '../../../../main/oidc/introspection.ts';
import {
  redeemOneTimePassword,
  requestOneTimePassword,
} from '../../../../main/oidc/one-time-password.ts';
import { passwordGrant } from '../../../../main/oidc/password.ts';
import { revokeToken } from '../../../../main/oidc/revocation.ts';
import { exchangeToken } from '../../../../main/oidc/token-exchange.ts';
import { readUserinfo } from '../../../../main/oidc/userinfo.ts';
import { isKeyfobError } from '../../../../shared/errors.ts';
import { createHandMadeProvider, issuer } from '../../../support/hand-made-provider.ts';

/**
 * Whatever comes back, what is made of it is what was promised or a KeyfobError with a hint, and
 * nothing that was sent or received is in that error.
 */

const secret = 'S3CRET-S3CRET-S3CRET';
const signal = new AbortController().signal;
const otp = { channel: 'sms', username: 'alice', scopes: ['openid'] } as const;

const operations: Readonly<Record<string, (context: OidcContext) => Promise<unknown>>> = {
  password: (context) => passwordGrant(context, { username: 'alice', password: secret }, signal),
  'first step of a one-time password': (context) => requestOneTimePassword(context, otp, signal),
  'second step of a one-time password': (context) =>
    redeemOneTimePassword(context, { ...otp, reference: secret, code: secret }, signal),
  'token exchange': (context) =>
    exchangeToken(context, { subject: { token: secret, type: 'access_token' } }, signal),
  userinfo: (context) => readUserinfo(context, { accessToken: secret, subject: 'alice' }, signal),
  introspection: (context) => introspectToken(context, { token: secret }, signal),
  revocation: (context) => revokeToken(context, { token: secret }, signal),
};

/** Members that these answers have, with values that they should not. */
const value = fc.oneof(
  fc.constantFrom(secret, '', null, true, false, 0, -1, 1e308, 'Bearer', 'alice', 'n_a'),
  fc.jsonValue({ maxDepth: 2 }),
);
const members = fc.dictionary(
  fc.constantFrom(
    'access_token',
    'token_type',
    'expires_in',
    'refresh_token',
    'id_token',
    'scope',
    'issued_token_type',
    'x_globalsign_iam_challenge',
    'sub',
    'iss',
    'active',
    'error',
    'error_description',
    'token_introspection',
  ),
  value,
);
const bodies = [
  '',
  '{',
  '{}',
  '[]',
  '[null]',
  'null',
  '7',
  'true',
  `"${secret}"`,
  secret,
  `<p>${secret}</p>`,
  `{"active":"${secret}"}`,
  `{"sub":{"${secret}":1}}`,
  `{"error":"${secret}","error_description":"${secret}"}`,
  `{"x_globalsign_iam_challenge":null}`,
  `{"x_globalsign_iam_challenge":"${secret}"}`,
  'a.b.c',
  'a.b.c.d.e',
];
const contentTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'application/jwt',
  'application/token-introspection+jwt',
  'text/html',
  'nonsense',
];
const statuses = [200, 201, 204, 400, 401, 403, 404];

const body = fc.oneof(
  { weight: 4, arbitrary: members.map((each) => JSON.stringify(each)) },
  { weight: 1, arbitrary: fc.jsonValue().map((each) => JSON.stringify(each)) },
  { weight: 1, arbitrary: fc.string() },
);

describe.each(Object.entries(operations))('%s', (_name, run) => {
  test.each(statuses)('takes no answer with HTTP %i for what it is not', async (status) => {
    const check = await checker(run);
    for (const type of contentTypes) for (const text of bodies) await check(status, type, text);
  });

  test('takes no answer at all for what it is not', async () => {
    const check = await checker(run);
    const status = fc.constantFrom(200, 200, 200, ...statuses);
    const property = fc.asyncProperty(status, fc.constantFrom(...contentTypes), body, check);
    await fc.assert(property, { numRuns: 200, seed: 42 });
  });
});

/** Runs an operation against one answer, and judges what it rejects with. */
async function checker(run: (context: OidcContext) => Promise<unknown>) {
  const provider = await createHandMadeProvider();
  const context = provider.with(
    {},
    {
      userinfo_endpoint: `${issuer}/userinfo`,
      introspection_endpoint: `${issuer}/introspect`,
      revocation_endpoint: `${issuer}/revoke`,
    },
  );
  return async (status: number, type: string, text: string) => {
    const headers = { 'content-type': type };
    const answer = new Response(status === 204 ? null : text, { status, headers });
    const withdraw = provider.ports.fetch.on((request) => !request.url.endsWith('/keys'), answer);
    try {
      await run(context);
    } catch (error) {
      if (!isKeyfobError(error)) throw error;
      expect(error.hint).toMatch(/\w/);
      const shown = JSON.stringify([error.toInfo(), error.stack, String(error.cause)]);
      expect(shown).not.toContain(secret);
    } finally {
      withdraw();
    }
    expect(provider.ports.fetch.unexpected).toEqual([]);
  };
}
