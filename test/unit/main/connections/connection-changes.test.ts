import { expect, test } from 'vitest';
import { changedSettings } from '../../../../main/connections/connection-changes.ts';
import type { ConnectionSettings } from '../../../../shared/model.ts';
import { acme } from '../../../support/connections.ts';

const corp: ConnectionSettings = {
  kind: 'oidc',
  name: 'corp',
  issuer: 'https://login.test',
  metadata: 'oidc',
  clientAuthentication: 'none',
  grant: 'password',
  scopes: ['openid'],
  flow: 'auto',
  prompt: 'login',
};

test('what is given changes, what is null goes, the rest stays', () => {
  expect(
    changedSettings(corp, { passwordAllowed: true, prompt: null, scopes: ['openid', 'email'] }),
  ).toEqual({
    ...Object.fromEntries(Object.entries(corp).filter(([name]) => name !== 'prompt')),
    passwordAllowed: true,
    scopes: ['openid', 'email'],
  });
});

test('an Identity Center takes flow and browser, and no setting of other kinds', () => {
  expect(changedSettings(acme, { flow: 'device', browser: 'firefox' })).toMatchObject({
    flow: 'device',
    browser: 'firefox',
  });
  expect(() => changedSettings(acme, { passwordAllowed: true })).toThrow(
    expect.objectContaining({
      code: 'invalid_input',
      message: expect.stringContaining('passwordAllowed'),
    }),
  );
});
