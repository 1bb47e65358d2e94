import { describe, expect, test } from 'vitest';
import { newAccount, type Surroundings } from '../../../../main/accounts/new-account.ts';
import { createResolver } from '../../../../main/accounts/resolve.ts';
import type { Account } from '../../../../shared/account.ts';
import {
  type NewAccount,
  newAccountSchema,
} from '../../../../shared/commands/configured-accounts.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import type { ConnectionSettings } from '../../../../shared/model.ts';
import { accountsOf } from '../../../support/accounts.ts';
import {
  assumed,
  iamToken,
  tokenAccount,
  webIdentity,
} from '../../../support/configured-accounts.ts';
import { fakeSurroundings } from '../../../support/fake-source.ts';

const roleArn = 'arn:aws:iam::111122223333:role/Deploy';
const application = 'arn:aws:sso::111122223333:application/ssoins-1/apl-1';
const [prod] = accountsOf(['prod']);
if (prod === undefined) throw new Error('No account');

const present: readonly Account[] = [
  prod,
  tokenAccount('corp/access'),
  webIdentity('corp/web'),
  iamToken('corp/app', { source: prod.id, subject: { connection: 'corp', token: 'id' } }),
];

function settingsOf(name: string): ConnectionSettings {
  if (name === 'acme') return fakeSurroundings().settingsOf(name);
  if (name !== 'corp') throw new KeyfobError('unknown_connection', `There is no ${name}.`);
  return {
    kind: 'oidc',
    name,
    issuer: 'https://id.corp.example',
    metadata: 'oidc',
    clientAuthentication: 'none',
    grant: 'interactive',
    scopes: ['openid'],
    flow: 'auto',
  };
}

const resolver = createResolver(present, () => []);
const around: Surroundings = {
  settingsOf,
  resolve: (text) => resolver.resolve(text ?? ''),
  byId: (id) => present.find((account) => account.id === id),
};

function make(input: unknown): Account | { code: string; field: unknown; hint: unknown } {
  try {
    return newAccount(newAccountSchema.parse(input), around);
  } catch (error) {
    if (!(error instanceof KeyfobError)) throw error;
    return { code: error.code, field: error.details?.field, hint: error.hint };
  }
}

const role = { kind: 'aws-assumed-role', connection: 'acme', name: 'x', roleArn, source: 'prod' };
const web = { kind: 'aws-web-identity', connection: 'corp', name: 'x', roleArn };
const token = { kind: 'token', connection: 'corp', name: 'x' };
const iam = {
  kind: 'iam-token',
  connection: 'corp',
  name: 'x',
  source: 'prod',
  application,
  grant: 'jwt-bearer',
  subject: { connection: 'corp' },
} satisfies Partial<NewAccount>;

describe('a new account', () => {
  test('has its connection and name as id and path, and its sources by their ids', () => {
    expect(make({ ...role, context: 'app', durationSeconds: 900 })).toEqual(
      assumed('acme/x', {
        source: prod.id,
        context: 'corp/app',
        roleArn,
        durationSeconds: 900,
      }),
    );
    expect(make(web)).toEqual({ ...webIdentity('corp/x'), roleArn });
    expect(make({ ...token, scopes: ['a'], variable: 'API_TOKEN' })).toEqual(
      tokenAccount('corp/x', { scopes: ['a'], variable: 'API_TOKEN' }),
    );
  });

  test('by CreateTokenWithIAM takes the region of its source, and the token that fits the grant', () => {
    expect(make(iam)).toEqual(
      iamToken('corp/x', {
        source: prod.id,
        application,
        subject: { connection: 'corp', token: 'id' },
      }),
    );
    const exchange = { ...iam, grant: 'token-exchange', region: 'us-east-1' };
    expect(make({ ...exchange, subject: { connection: 'acme' } })).toMatchObject({
      region: 'us-east-1',
      subject: { connection: 'acme', token: 'access' },
    });
    expect(make({ ...exchange, subject: { account: 'app' } })).toMatchObject({
      subject: { account: 'corp/app', token: 'access' },
    });
  });

  test.each<[string, object, string, string | undefined]>([
    [
      'a connection that there is not',
      { ...role, connection: 'beta' },
      'unknown_connection',
      undefined,
    ],
    ['a source that there is not', { ...role, source: 'staging' }, 'unknown_account', undefined],
    ['a source that is a token', { ...role, source: 'corp/access' }, 'invalid_input', 'source'],
    ['a context that is none', { ...role, context: 'corp/access' }, 'invalid_input', 'context'],
    ['a name that is taken', { ...web, name: 'web' }, 'account_exists', undefined],
    [
      'the name of a connection’s own token',
      { ...web, name: 'access' },
      'account_exists',
      undefined,
    ],
    ['a role that is none', { ...role, roleArn: 'Deploy' }, 'invalid_input', 'roleArn'],
    [
      'more than an hour for a chained role',
      { ...role, durationSeconds: 7_200 },
      'invalid_input',
      'durationSeconds',
    ],
    ['a region that is none', { ...role, region: 'eu-west-1a' }, 'invalid_region', undefined],
    [
      'a web identity of Identity Center',
      { ...web, connection: 'acme' },
      'invalid_input',
      'connection',
    ],
    ['a token of Identity Center', { ...token, connection: 'acme' }, 'invalid_input', 'connection'],
    ['PATH as a token’s variable', { ...token, variable: 'PATH' }, 'invalid_input', 'variable'],
    [
      'LD_PRELOAD as a token’s variable',
      { ...token, variable: 'LD_PRELOAD' },
      'invalid_input',
      'variable',
    ],
    ['a variable that is none', { ...token, variable: 'a-b' }, 'invalid_input', 'variable'],
    ['a service that is none', { ...token, bearer: '=x' }, 'invalid_input', 'bearer'],
    ['a resource that is no URI', { ...token, resource: ['orders'] }, 'invalid_input', 'resource'],
    [
      'a resource with a fragment',
      { ...token, resource: ['https://a/#b'] },
      'invalid_input',
      'resource',
    ],
    [
      'an ID token with scopes of its own',
      { ...token, token: 'id', scopes: ['a'] },
      'invalid_input',
      'token',
    ],
    [
      'an application that is none',
      { ...iam, application: 'apl-1' },
      'invalid_input',
      'application',
    ],
    [
      'an exchange of a foreign token',
      { ...iam, grant: 'token-exchange' },
      'invalid_input',
      'subject',
    ],
    [
      'an ID token of Identity Center',
      { ...iam, subject: { connection: 'acme' } },
      'invalid_input',
      'subject',
    ],
    [
      'a subject with AWS credentials',
      { ...iam, subject: { account: 'prod' } },
      'invalid_input',
      'subject',
    ],
    ['no region to be found', { ...iam, source: 'corp/web' }, 'invalid_input', 'region'],
  ])('refuses %s, and says what to do', (_, input, code, field) => {
    const made = make(input);
    expect(made).toMatchObject({ code, field });
    if (code !== 'unknown_connection') expect(made).toHaveProperty('hint', expect.any(String));
  });

  test.each(['111122223333', '', 'a/b', '.a', 'a b', 'x'.repeat(64)])(
    'is not called %j',
    (name) => {
      expect(newAccountSchema.safeParse({ ...role, name }).success).toBe(false);
    },
  );
});
