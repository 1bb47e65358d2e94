import { describe, expect, test } from 'vitest';
import {
  endedWords,
  entryTitle,
  groupCode,
  hostOf,
  spellOut,
} from '../../../renderer/sign-in-words.ts';

test.each([
  ['WDJB-MJHT', 'WDJB-MJHT'],
  ['WDJBMJHT', 'WDJB-MJHT'],
  ['123-456-789', '123-456-789'],
  ['ABCDEF', 'ABCDEF'],
])('a code is shown in groups: %s as %s', (code, shown) => {
  expect(groupCode(code)).toBe(shown);
});

test('a code is read out letter by letter', () => {
  expect(spellOut('WDJB-MJHT')).toBe('W D J B, hyphen, M J H T');
  expect(spellOut('WDJBMJHT')).toBe('W D J B, hyphen, M J H T');
});

test('a host is shown with its port, and nothing in place of what is no address', () => {
  expect(hostOf('https://acme.awsapps.com/start/#/device?user_code=X')).toBe('acme.awsapps.com');
  expect(hostOf('http://127.0.0.1:4100/device')).toBe('127.0.0.1:4100');
  expect(hostOf('acme')).toBeUndefined();
  expect(hostOf(undefined)).toBeUndefined();
});

describe('how a sign-in ended', () => {
  const hint = 'Start again with `keyfob login acme`.';

  test.each(['sign_in_denied', 'sign_in_expired', 'sign_in_cancelled', 'network_error'])(
    'is said with what to do in this window, not at a command line: %s',
    (code) => {
      const words = endedWords({ code, message: 'as the helper says it', hint });
      expect(words.code).toBe(code);
      expect(words.message).not.toBe('as the helper says it');
      expect(words.hint).not.toContain('keyfob login');
    },
  );

  test('is said in the helper’s words where they know more', () => {
    const error = {
      code: 'tls_error',
      message: 'The certificate is unknown.',
      hint: 'See AWS_CA_BUNDLE.',
    };
    expect(endedWords(error)).toEqual(error);
  });
});

test.each([
  [['password'], 'Enter your password'],
  [['username', 'password'], 'Enter your user name and password'],
  [['username'], 'Enter your user name'],
  [['otp'], 'Enter the one-time password'],
  [['assertion'], 'Paste your assertion'],
] as const)('a form that asks for %j has a title that says so', (names, title) => {
  expect(entryTitle(names.map((name) => ({ name })))).toBe(title);
});
