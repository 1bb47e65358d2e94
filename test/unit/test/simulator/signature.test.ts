import { expect, test } from 'vitest';
import type { SimRequest } from '../../../simulator/http.ts';
import type { IssuedKey } from '../../../simulator/keys.ts';
import { verifySignature } from '../../../simulator/signature.ts';

/** A request that the AWS CLI signed, recomputed by hand: the verifier is not held against itself. */
const key: IssuedKey = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'SESSTOK',
  expiresAt: Number.POSITIVE_INFINITY,
  principal: { accountId: '111111111111', roleName: 'r', sessionName: 's', roleId: 'AROA' },
};
const signature = '4a007ab613d5bb2bad8c65caa8f11a68a463c72eddf9f2963d953c49a600b970';
const signed: Record<string, string> = {
  host: '127.0.0.1:8765',
  'content-type': 'application/json',
  'x-amz-date': '20261121T212612Z',
  'x-amz-security-token': 'SESSTOK',
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/sso-oauth/aws4_request, ' +
    `SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=${signature}`,
};
const body =
  '{"clientId": "arn:aws:sso::111111111111:application/ssoins-1/apl-1", "grantType": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"}';
const now = Date.UTC(2026, 10, 21, 21, 26, 12);

function verify(changes: Partial<SimRequest> = {}, headers: Record<string, string> = {}, at = now) {
  const all = { ...signed, ...headers };
  const request: SimRequest = {
    method: 'POST',
    path: '/token',
    rawQuery: 'aws_iam=t',
    query: new URLSearchParams('aws_iam=t'),
    headers: all,
    rawHeaders: Object.entries(all).flat(),
    body,
    requestId: '1',
    ...changes,
  };
  const keys = {
    issue: () => key,
    find: (id: string) => (id === key.accessKeyId ? key : undefined),
  };
  return verifySignature(request, { service: 'sso-oauth', keys, now: at });
}

test('a request that the AWS CLI signed is accepted', () => {
  expect(verify()).toEqual({ key, region: 'eu-west-1' });
});

test('headers that were not signed may be anything', () => {
  expect(verify({}, { 'user-agent': 'x' }).region).toBe('eu-west-1');
});

test.each<[string, Partial<SimRequest>, Record<string, string>]>([
  ['body', { body: `${body} ` }, {}],
  ['path', { path: '/token/' }, {}],
  ['query', { query: new URLSearchParams('aws_iam=f') }, {}],
  ['method', { method: 'PUT' }, {}],
  ['signed header', {}, { 'content-type': 'text/plain' }],
  ['host', {}, { host: '127.0.0.1' }],
  ['signature', {}, { authorization: signed.authorization?.replace('4a00', '4a01') ?? '' }],
  ['region', {}, { authorization: signed.authorization?.replace('eu-west-1', 'eu-west-2') ?? '' }],
  ['body hash', {}, { 'x-amz-content-sha256': '0'.repeat(64) }],
])('another %s is refused', (_, changes, headers) => {
  expect(() => verify(changes, headers)).toThrow(
    expect.objectContaining({ name: 'SignatureRefused', problem: 'mismatch' }),
  );
});

test('the security token must be among the signed headers', () => {
  const authorization = signed.authorization?.replace(';x-amz-security-token', '') ?? '';
  expect(() => verify({}, { authorization })).toThrow("'x-amz-security-token' must be");
});

test('a signature is good for five minutes, both ways', () => {
  expect(() => verify({}, {}, now + 300_000)).not.toThrow();
  expect(() => verify({}, {}, now - 300_000)).not.toThrow();
  expect(() => verify({}, {}, now + 301_000)).toThrow('Signature expired');
  expect(() => verify({}, {}, now - 301_000)).toThrow('Signature not yet current');
});
