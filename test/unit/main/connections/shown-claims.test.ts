import { expect, test } from 'vitest';
import { shownClaims } from '../../../../main/connections/shown-claims.ts';

test('who signed in and how is shown; what belongs to the token is not', () => {
  const claims = {
    iss: 'https://login.test',
    sub: 'alice',
    aud: 'keyfob',
    nonce: 'n',
    at_hash: 'h',
    exp: 1,
    email: 'alice@example.com',
    amr: ['pwd', 'otp'],
    session_index: '_1',
    auth_time: 5,
    address: { street: 'x' },
  };
  expect(shownClaims(claims)).toEqual({
    sub: 'alice',
    email: 'alice@example.com',
    amr: ['pwd', 'otp'],
    session_index: '_1',
    auth_time: 5,
  });
});

test('a provider can not fill the state', () => {
  const groups = Array.from({ length: 5_000 }, (_, n) => `group-${n}`.repeat(100));
  const shown = JSON.stringify(shownClaims({ sub: 'x'.repeat(100_000), groups }));
  expect(shown.length).toBeLessThan(10_000);
});
