import { expect, test } from 'vitest';
import { warningsFor } from '../../../../main/oidc/warnings.ts';
import type { OidcSettings } from '../../../../shared/oidc-settings.ts';

const corp: OidcSettings = {
  kind: 'oidc',
  name: 'corp',
  issuer: 'https://login.test',
  metadata: 'oidc',
  clientAuthentication: 'none',
  grant: 'interactive',
  scopes: ['openid', 'offline_access'],
  flow: 'auto',
};

/** What is said of a session without a refresh token. */
function said(changes: Partial<OidcSettings>, flow: 'browser' | 'device' = 'browser'): string {
  const tokens = { accessToken: 'a', expiresAt: 1, obtainedAt: 0, flow };
  const stored = { version: 1 as const, registrations: {}, client: {}, tokens };
  return warningsFor({ ...corp, ...changes }, stored, undefined).join();
}

test('a session that can not be renewed says what brings a refresh token', () => {
  expect(said({})).toContain('`keyfob connection update corp --prompt consent`');
  expect(said({ prompt: 'login consent' })).not.toContain('--prompt consent');
  expect(said({ prompt: 'login consent' })).toContain('allow refresh tokens');
  expect(said({}, 'device')).not.toContain('--prompt consent');
  expect(said({ scopes: ['openid'] })).toContain('offline_access');
});
