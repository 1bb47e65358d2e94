import type { AccountOf } from '../../../shared/account.ts';
import type { ConnectionView } from '../../../shared/model.ts';

/** A connection that is signed in and has accounts. */
export function connection(name: string): ConnectionView {
  return {
    settings: {
      kind: 'identity-center',
      name,
      startUrl: `https://${name}.awsapps.com/start`,
      region: 'eu-west-1',
      scopes: [],
      flow: 'auto',
    },
    session: { state: 'signed_in', renewable: true },
    catalogue: { accounts: 2, syncing: false, syncedAt: '2026-11-21T10:00:00Z' },
  };
}

/** One to an OpenID provider, which lists nothing by itself. */
export function oidcConnection(name: string): ConnectionView {
  return {
    settings: {
      kind: 'oidc',
      name,
      issuer: `https://login.${name}.example`,
      metadata: 'oidc',
      clientAuthentication: 'none',
      grant: 'interactive',
      scopes: ['openid'],
      flow: 'auto',
    },
    session: { state: 'signed_in', renewable: true },
    catalogue: { accounts: 0, syncing: false, syncedAt: '2026-11-21T10:00:00Z' },
  };
}

/** An account whose number follows from its name. */
export function account(
  connectionName: string,
  accountName: string,
  roleName: string,
): AccountOf<'aws-role'> {
  const digits = [...accountName].map((letter) => (letter.codePointAt(0) ?? 0) % 10).join('');
  const accountId = digits.padStart(12, '1').slice(-12);
  return {
    kind: 'aws-role',
    id: `${connectionName}/${accountId}/${roleName}`,
    path: `${connectionName}/${accountName}/${roleName}`,
    connection: connectionName,
    accountId,
    accountName,
    emailAddress: `${accountName}@example.com`,
    roleName,
  };
}
