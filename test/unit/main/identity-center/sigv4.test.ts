import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { signer } from '../../../../main/identity-center/sigv4.ts';

// Made by the AWS CLI, recomputed independently.
const body =
  '{"clientId": "arn:aws:sso::111111111111:application/ssoins-1/apl-1", "grantType": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c"}';
const vector = {
  method: 'POST',
  url: 'http://127.0.0.1:8765/token?aws_iam=t',
  body,
  service: 'sso-oauth',
  region: 'eu-west-1',
  credentials: {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken: 'SESSTOK',
  },
  serverClock: { now: () => Date.UTC(2026, 10, 21, 21, 26, 12) },
} as const;

test('a signature is that of the AWS CLI, to the last digit', async () => {
  expect(Buffer.byteLength(body)).toBe(150);
  const headers = await signer(vector)({ 'content-type': 'application/json' });
  expect(headers).toEqual({
    'content-type': 'application/json',
    'x-amz-date': '20261121T212612Z',
    'x-amz-security-token': 'SESSTOK',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-west-1/sso-oauth/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, ' +
      'Signature=4a007ab613d5bb2bad8c65caa8f11a68a463c72eddf9f2963d953c49a600b970',
  });
});

test('the canonical request of that vector has the documented hash', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = [
    'POST',
    '/token',
    'aws_iam=t',
    'content-type:application/json',
    'host:127.0.0.1:8765',
    'x-amz-date:20261121T212612Z',
    'x-amz-security-token:SESSTOK',
    '',
    'content-type;host;x-amz-date;x-amz-security-token',
    hash(body),
  ].join('\n');
  expect(hash(canonical)).toBe('41a497997e501434255a81239206d2c9959e0ac24d7d5a5e46c03f90951bca00');
});

test('credentials without a session token are signed without one', async () => {
  const { sessionToken: _, ...credentials } = vector.credentials;
  const headers = await signer({ ...vector, credentials })({ 'content-type': 'application/json' });
  expect(headers).not.toHaveProperty('x-amz-security-token');
  expect(headers.authorization).toContain('SignedHeaders=content-type;host;x-amz-date,');
});

test('each signing takes the provider’s time anew', async () => {
  let now = Date.UTC(2026, 0, 1);
  const sign = signer({ ...vector, serverClock: { now: () => now } });
  const first = await sign({});
  now += 86_400_000;
  const second = await sign({});
  expect([first['x-amz-date'], second['x-amz-date']]).toEqual([
    '20260101T000000Z',
    '20260102T000000Z',
  ]);
  expect(first.authorization).not.toBe(second.authorization);
});

test('a host without a port of its own is signed as the client sends it', async () => {
  const url = 'https://oidc.eu-west-1.amazonaws.com/token?aws_iam=t';
  const { authorization } = await signer({ ...vector, url })({});
  const key = ['20261121', 'eu-west-1', 'sso-oauth', 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${vector.credentials.secretAccessKey}`,
  );
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const canonical = `POST\n/token\naws_iam=t\nhost:oidc.eu-west-1.amazonaws.com\nx-amz-date:20261121T212612Z\nx-amz-security-token:SESSTOK\n\nhost;x-amz-date;x-amz-security-token\n${hash(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n20261121T212612Z\n20261121/eu-west-1/sso-oauth/aws4_request\n${hash(canonical)}`;
  const expected = createHmac('sha256', key).update(toSign).digest('hex');
  expect(authorization).toMatch(new RegExp(`Signature=${expected}$`));
});
