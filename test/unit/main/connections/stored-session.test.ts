import { expect, test } from 'vitest';
import type { ClientRegistration, StoredSession } from '../../../../main/connections/provider.ts';
import {
  decodeSession,
  encodeSession,
  isRenewable,
  withoutTokens,
  withRegistrations,
  withTokens,
} from '../../../../main/connections/stored-session.ts';

const registration = (clientId: string): ClientRegistration => ({
  clientId,
  clientSecret: 'secret',
  expiresAt: 1_000,
  scopes: ['sso:account:access'],
  audience: 'here',
});
const tokens = (accessToken: string) => ({
  accessToken,
  refreshToken: 'refresh',
  scope: ['sso:account:access'],
  obtainedAt: 0,
  expiresAt: 500,
  flow: 'browser' as const,
});
const full: StoredSession = {
  version: 1,
  registrations: { browser: registration('b') },
  tokens: tokens('old'),
};

test('what is encoded is decoded again, for the same provider alone', () => {
  const text = encodeSession(full, 'here');
  expect(decodeSession(text, 'here')).toEqual(full);
  expect(decodeSession(text, 'there')).toBe('foreign');
  expect(decodeSession('[]', 'here')).toBe('damaged');
});

test('registrations of a sign-in under way leave the present tokens alone', () => {
  const begun: StoredSession = { version: 1, registrations: { device: registration('d') } };
  expect(withRegistrations(full, begun)).toEqual({
    ...full,
    registrations: { ...full.registrations, ...begun.registrations },
  });
  expect(withRegistrations(null, begun)).toEqual(begun);
});

test('new tokens keep the registrations that only the old session knew', () => {
  const next: StoredSession = {
    version: 1,
    registrations: { device: registration('d') },
    tokens: tokens('new'),
  };
  expect(withTokens(full, next)).toEqual({
    version: 1,
    registrations: { browser: registration('b'), device: registration('d') },
    tokens: tokens('new'),
  });
});

test('without tokens the registrations stay', () => {
  expect(withoutTokens(full)).toEqual({ version: 1, registrations: full.registrations });
});

test('a session renews itself only with a refresh token and the living client that got it', () => {
  expect(isRenewable(full, 999)).toBe(true);
  expect(isRenewable(full, 1_000)).toBe(false);
  expect(isRenewable({ ...full, registrations: { device: registration('d') } }, 0)).toBe(false);
  const { refreshToken: _, ...bare } = tokens('old');
  expect(isRenewable({ ...full, tokens: bare }, 0)).toBe(false);
  expect(isRenewable(null, 0)).toBe(false);
});
