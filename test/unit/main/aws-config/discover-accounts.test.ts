import { describe, expect, test } from 'vitest';
import { awsSsoRole } from '../../../../main/aws-config/aws-sso-cli.ts';
import { awsSsoInstances } from '../../../../main/aws-config/aws-sso-config.ts';
import { discoverConnections } from '../../../../main/aws-config/discover.ts';
import { discoverAccounts } from '../../../../main/aws-config/discover-accounts.ts';
import type { Account } from '../../../../shared/account.ts';

const session = `[sso-session work]
sso_start_url = https://work.awsapps.com/start
sso_region = eu-west-1
`;
const base = `[profile base]
sso_session = work
sso_account_id = 000000000001
sso_role_name = Admin
`;
const role = (name: string, source: string, more = '') =>
  `[profile ${name}]\nrole_arn = arn:aws:iam::000000000009:role/${name}\nsource_profile = ${source}\n${more}`;

function find(text: string, ssoCli?: string, known: readonly Account[] = []) {
  const instances = (ssoCli === undefined ? [] : awsSsoInstances(ssoCli)) ?? [];
  const connections = discoverConnections(text, [], instances);
  return { connections, ...discoverAccounts(text, { connections, instances, known }) };
}

const ssoCli = `SSOConfig:
    Default:
        SSORegion: us-east-1
        StartUrl: https://work.awsapps.com/start
        DefaultRegion: us-east-1
    Other:
        SSORegion: eu-west-1
        StartUrl: https://other.awsapps.com/start
CacheRefresh: 168
`;

describe('the AWS CLI', () => {
  test('a role that an Identity Center profile assumes, with all that belongs to it', () => {
    const more = `external_id = 42
mfa_serial = arn:aws:iam::000000000001:mfa/me
duration_seconds = 1800
role_session_name = me@work
region = eu-west-2
`;
    expect(find(`${session}${base}${role('Deploy', 'base', more)}`)).toEqual({
      connections: [expect.objectContaining({ name: 'work' })],
      accounts: [
        {
          name: 'Deploy',
          source: 'profile Deploy',
          connection: 'work',
          signer: 'work/000000000001/Admin',
          roleArn: 'arn:aws:iam::000000000009:role/Deploy',
          sessionName: 'me@work',
          externalId: '42',
          mfaSerial: 'arn:aws:iam::000000000001:mfa/me',
          durationSeconds: 1800,
          region: 'eu-west-2',
          exists: false,
        },
      ],
      skipped: [],
    });
  });

  test('a profile of the old form signs, too', () => {
    const old = `[profile base]
sso_start_url = https://work.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 000000000001
sso_role_name = Admin
`;
    expect(find(`${old}${role('Deploy', 'base')}`).accounts).toMatchObject([
      { connection: 'base', signer: 'base/000000000001/Admin' },
    ]);
  });

  test('roles that assume roles are a chain, whatever their order in the file', () => {
    const text = `${role('third', 'second')}${role('second', 'first')}${session}${role('first', 'base')}${base}`;
    const signers = find(text).accounts.map(({ name, signer }) => [name, signer]);
    expect(Object.fromEntries(signers)).toEqual({
      first: 'work/000000000001/Admin',
      second: 'work/first',
      third: 'work/second',
    });
  });

  test.each([
    ['a source that is not there', role('x', 'gone'), 'gone is not there'],
    ['keys of its own', role('x', 'x'), 'file of credentials'],
    [
      'a source with keys',
      `[profile keys]\nregion = x\n${role('x', 'keys')}`,
      'has no credentials of an Identity Center',
    ],
    ['circles', `${role('x', 'y')}${role('y', 'x')}`, 'in circles'],
    [
      'the machine',
      '[profile x]\nrole_arn = arn:aws:iam::1:role/x\ncredential_source = Ec2InstanceMetadata\n',
      'machine',
    ],
    [
      'a token in a file',
      '[profile x]\nrole_arn = arn:aws:iam::1:role/x\nweb_identity_token_file = /t\n',
      'OpenID',
    ],
    ['no source', '[profile x]\nrole_arn = arn:aws:iam::1:role/x\n', 'names no source'],
  ])('with %s it is left out, and said so', (_, text, words) => {
    const { accounts, skipped } = find(`${session}${base}${text}${role('good', 'base')}`);
    expect(accounts.map(({ name }) => name)).toEqual(['good']);
    const [left] = skipped;
    expect(left?.source).toBe('profile x');
    expect(left?.reason).toContain(words);
  });

  test('names become such as an account may have, each once', () => {
    const text = `${session}${base}${role('"my role"', 'base')}${role('my-role', 'base')}${role('000000000001', 'base')}${role('日本', 'base')}`;
    expect(
      find(text)
        .accounts.map(({ name }) => name)
        .sort(),
    ).toEqual(['my-role', 'my-role-2', 'role', 'role-2'].sort());
  });

  test('what Keyfob has already is marked, by the name that it has there', () => {
    const known: Account = {
      kind: 'aws-assumed-role',
      id: 'work/mine',
      path: 'work/mine',
      connection: 'work',
      name: 'mine',
      accountId: '000000000009',
      roleName: 'Deploy',
      roleArn: 'arn:aws:iam::000000000009:role/Deploy',
      source: 'work/000000000001/Admin',
    };
    const text = `${session}${base}${role('Deploy', 'base')}`;
    expect(find(text, undefined, [known]).accounts).toMatchObject([{ name: 'mine', exists: true }]);
    const another = `${text}external_id = 7\n`;
    expect(find(another, undefined, [known]).accounts).toMatchObject([
      { name: 'Deploy', exists: false },
    ]);
  });

  test('Keyfob’s own profiles sign by the account that they name', () => {
    const own =
      '[profile base]\ncredential_process = "/opt/keyfob" credential-process work/000000000001/Admin\n';
    expect(find(`${own}${role('Deploy', 'base')}`).accounts).toMatchObject([
      { connection: 'work', signer: 'work/000000000001/Admin' },
    ]);
  });
});

describe('granted', () => {
  const granted = `[profile base]
granted_sso_start_url = https://work.awsapps.com/start
granted_sso_region = eu-west-1
granted_sso_account_id = 000000000001
granted_sso_role_name = Admin
credential_process = granted credential-process --profile base
`;
  test('its profiles tell of connections, and sign', () => {
    const { connections, accounts } = find(`${granted}${role('Deploy', 'base')}`);
    expect(connections).toMatchObject([
      { name: 'base', startUrl: 'https://work.awsapps.com/start', region: 'eu-west-1' },
    ]);
    expect(accounts).toMatchObject([{ signer: 'base/000000000001/Admin' }]);
  });
});

describe('aws-sso-cli', () => {
  test('its configuration tells of connections, by the names that it gives them', () => {
    expect(find('', ssoCli).connections).toMatchObject([
      { name: 'Default', region: 'us-east-1', source: 'aws-sso-cli Default' },
      { name: 'Other', region: 'eu-west-1', source: 'aws-sso-cli Other' },
    ]);
  });

  test('an instance that the AWS CLI has, too, is one connection', () => {
    const both = ssoCli.replace('us-east-1', 'eu-west-1');
    expect(find(session, both).connections.map(({ name }) => name)).toEqual(['work', 'Other']);
  });

  test('its generated profiles sign', () => {
    const generated = `[profile base]
credential_process = /usr/local/bin/aws-sso -u open -S "Other" process --arn arn:aws:iam::000000000001:role/Admin
`;
    expect(find(`${generated}${role('Deploy', 'base')}`, ssoCli).accounts).toMatchObject([
      { connection: 'Other', signer: 'Other/000000000001/Admin' },
    ]);
    expect(find(`${generated}${role('Deploy', 'base')}`).skipped).toHaveLength(1);
  });

  test.each([
    [
      'aws-sso process --arn arn:aws-cn:iam::000000000001:role/path/Admin',
      { instance: 'Default', accountId: '000000000001', roleName: 'Admin' },
    ],
    [
      '"C:\\Tools\\aws-sso.exe" process --sso=Work --arn arn:aws:iam::000000000001:role/A',
      { instance: 'Work', accountId: '000000000001', roleName: 'A' },
    ],
    ['aws-sso-util process --arn arn:aws:iam::000000000001:role/A', undefined],
    ['aws-sso process', undefined],
  ])('%s', (line, expected) => {
    expect(awsSsoRole(line)).toEqual(expected);
  });

  test.each(['', 'SSOConfig: [', '[]', 'SSOConfig:\n  a: 1', '&a [*a]', 'x: y'])(
    '%j is no configuration of it',
    (text) => expect(awsSsoInstances(text)).toBeUndefined(),
  );
});

describe('Leapp', () => {
  test('its profiles are left out, with the reason', () => {
    const leapp = '[profile base]\ncredential_process = leapp session generate 1b9d6bcd\n';
    const { skipped, accounts } = find(`${leapp}${role('Deploy', 'base')}`);
    expect(accounts).toEqual([]);
    expect(skipped.map(({ source }) => source)).toEqual(['profile base', 'profile Deploy']);
    for (const { reason } of skipped) expect(reason).toContain('encrypted');
  });
});
