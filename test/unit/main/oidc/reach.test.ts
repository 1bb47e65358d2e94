import { expect, test, vi } from 'vitest';
import { createReach } from '../../../../main/oidc/reach.ts';
import type { OidcSettings } from '../../../../shared/model.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

const corp: OidcSettings = {
  kind: 'oidc',
  name: 'corp',
  issuer: 'https://login.example.com',
  metadata: 'oidc',
  clientId: 'keyfob',
  clientAuthentication: 'none',
  grant: 'interactive',
  scopes: ['openid'],
  flow: 'auto',
};

test('to ask a provider for its accounts again is to ask whether the session works', async () => {
  const { source } = createReach(createFakePorts())(corp);
  const signal = new AbortController().signal;
  const onAccount = vi.fn();
  const accessToken = vi.fn(async () => 'token');
  const renew = async () => 'another';
  await source.list({ accessToken, renew, onAccount, signal });
  expect(accessToken).toHaveBeenCalledOnce();
  expect(onAccount).not.toHaveBeenCalled();
  accessToken.mockRejectedValueOnce(new Error('No way there.'));
  await expect(source.list({ accessToken, renew, onAccount, signal })).rejects.toThrow('No way');
});
