import { expect, test } from 'vitest';
import { codeCommitLogin, codeCommitRegion } from '../../../../main/tools/codecommit.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
};
const host = 'git-codecommit.eu-west-1.amazonaws.com';
const now = Date.parse('2026-11-21T21:26:12.345Z');

test('the region is in the host, in every partition', () => {
  expect(codeCommitRegion(host)).toBe('eu-west-1');
  expect(codeCommitRegion('git-codecommit-fips.us-east-1.amazonaws.com')).toBe('us-east-1');
  expect(codeCommitRegion('git-codecommit.cn-north-1.amazonaws.com.cn')).toBe('cn-north-1');
  for (const other of [
    'git-codecommit.eu-west-1.amazonaws.com.evil.com',
    'git-codecommit.nowhere.amazonaws.com',
    'git-codecommit.cn-north-1.amazonaws.com',
    'git.example.com',
  ]) {
    expect(codeCommitRegion(other), other).toBeUndefined();
  }
});

test('the session token is part of the name, the time of the password', () => {
  const login = codeCommitLogin({
    host,
    path: 'v1/repos/x',
    credentials: { ...credentials, sessionToken: 'SESS/+=' },
    now,
  });
  expect(login.username).toBe('AKIDEXAMPLE%SESS/+=');
  expect(login.password).toMatch(/^20261121T212612Z[0-9a-f]{64}$/);
  expect(login.expiresAt).toBe(now + 900_000);
});

test('the path and the host are signed, however the path begins', () => {
  const sign = (path: string, at = host) =>
    codeCommitLogin({ host: at, path, credentials, now }).password;
  expect(sign('/v1/repos/x')).toBe(sign('v1/repos/x'));
  expect(sign('v1/repos/y')).not.toBe(sign('v1/repos/x'));
  expect(sign('v1/repos/x', 'git-codecommit.us-east-1.amazonaws.com')).not.toBe(sign('v1/repos/x'));
});

test('nothing is signed for any other host', () => {
  expect(() => codeCommitLogin({ host: 'git.example.com', path: 'x', credentials, now })).toThrow(
    expect.objectContaining({ code: 'invalid_input', hint: expect.any(String) }),
  );
});
