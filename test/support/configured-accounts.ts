import type { AccountOf } from '../../shared/account.ts';

function named(path: string) {
  const [connection = '', name = ''] = path.split('/');
  return { id: path, path, connection, name };
}

const role = {
  roleArn: 'arn:aws:iam::111122223333:role/Deploy',
  accountId: '111122223333',
  roleName: 'Deploy',
};

/** A role assumed from another account. */
export function assumed(
  path: string,
  more: Partial<AccountOf<'aws-assumed-role'>> & { readonly source: string },
): AccountOf<'aws-assumed-role'> {
  return { kind: 'aws-assumed-role', ...named(path), ...role, ...more };
}

/** A role assumed with the ID token of its connection. */
export function webIdentity(path: string): AccountOf<'aws-web-identity'> {
  return { kind: 'aws-web-identity', ...named(path), ...role };
}

/** A token of its connection. */
export function tokenAccount(
  path: string,
  more: Partial<AccountOf<'token'>> = {},
): AccountOf<'token'> {
  return { kind: 'token', ...named(path), token: 'access', ...more };
}

/** A token of an application of Identity Center. */
export function iamToken(
  path: string,
  more: Partial<AccountOf<'iam-token'>> & Pick<AccountOf<'iam-token'>, 'source' | 'subject'>,
): AccountOf<'iam-token'> {
  return {
    kind: 'iam-token',
    ...named(path),
    application: 'arn:aws:sso::111122223333:application/ssoins-1/apl-1',
    region: 'eu-west-1',
    grant: 'jwt-bearer',
    ...more,
  };
}
