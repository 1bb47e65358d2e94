import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { environmentText } from '../../../../main/accounts/environment-text.ts';

const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'abc/def+ghi',
  sessionToken: 'to/ken==',
  accountId: '000000000001',
  expiresAt: Date.UTC(2026, 0, 1, 12, 30, 0, 999),
  obtainedAt: 0,
};
const hostile = { ...credentials, sessionToken: `a'b"c$(id)\`d\\e;f\\'‘g’ h` };

test('sh', () => {
  expect(environmentText(credentials, 'sh')).toBe(`export AWS_ACCESS_KEY_ID='ASIAEXAMPLE'
export AWS_SECRET_ACCESS_KEY='abc/def+ghi'
export AWS_SESSION_TOKEN='to/ken=='
export AWS_CREDENTIAL_EXPIRATION='2026-01-01T12:30:00Z'
`);
});

test('fish', () => {
  expect(environmentText(hostile, 'fish')).toContain(
    `set -gx AWS_SESSION_TOKEN 'a\\'b"c$(id)\`d\\\\e;f\\\\\\'‘g’ h'\n`,
  );
});

test('PowerShell, to which typographic quotes are quotes as well', () => {
  expect(environmentText(hostile, 'powershell')).toContain(
    `$Env:AWS_SESSION_TOKEN = 'a''b"c$(id)\`d\\e;f\\''‘‘g’’ h'\n`,
  );
});

test.skipIf(process.platform === 'win32')('a real sh gets every value as it is', () => {
  const script = `${environmentText(hostile, 'sh')}printf %s "$AWS_SESSION_TOKEN"`;
  expect(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toBe(hostile.sessionToken);
});
