import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultTemplate, profileNameOf } from '../../../../main/aws-config/names.ts';
import { type ProfilesInput, profilesOf } from '../../../../main/aws-config/profiles.ts';
import { defaultAwsConfigSettings } from '../../../../main/aws-config/sync.ts';
import type { AwsAccount } from '../../../../shared/account.ts';
import { profileTemplateSchema } from '../../../../shared/aws-config-settings.ts';
import { profileName } from '../../../../shared/snippets.ts';

const role = (path: string, accountId = '000000000001'): AwsAccount => {
  const [connection = '', accountName = '', roleName = ''] = path.split('/');
  const id = `${connection}/${accountId}/${roleName}`;
  return { kind: 'aws-role', id, path, connection, accountId, accountName, roleName };
};
const assumed: AwsAccount = {
  kind: 'aws-assumed-role',
  id: 'acme/deploy',
  path: 'acme/deploy',
  connection: 'acme',
  name: 'deploy',
  accountId: '000000000009',
  roleName: 'Deploy',
  roleArn: 'arn:aws:iam::000000000009:role/Deploy',
  source: 'acme/000000000001/Admin',
};
const admin = role('acme/prod/Admin');
const reader = role('acme/dev/ReadOnly', '000000000002');

const profiles = (changes: Partial<ProfilesInput> = {}) =>
  profilesOf({
    settings: defaultAwsConfigSettings,
    accounts: [admin, reader],
    command: '"/opt/keyfob"',
    regionOf: () => undefined,
    headers: [],
    credentials: [],
    ...changes,
  });
const settings = (changes: Partial<ProfilesInput['settings']>) => ({
  settings: { ...defaultAwsConfigSettings, ...changes },
});

describe('names', () => {
  test.each([
    ['{connection}-{account}-{role}', 'acme-prod-Admin', 'acme-deploy'],
    ['{account}.{role}', 'prod.Admin', 'deploy.'],
    ['{connection}/{account}/{role}', 'acme/prod/Admin', 'acme/deploy'],
    ['{accountId}:{role}', '000000000001:Admin', '000000000009'],
    ['aws-{role}', 'aws-Admin', 'aws'],
  ])('%s', (template, ofRole, ofAssumed) => {
    expect(profileNameOf(admin, template)).toBe(ofRole);
    expect(profileNameOf(assumed, template)).toBe(ofAssumed);
  });

  test('by default they are those of the snippets, whatever the account is called', () => {
    const segment = fc.stringMatching(/^[a-z0-9](?:[\w.@\-~+=,é]{0,8}[A-Z0-9])?$/);
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][\w.-]{0,5}$/),
        segment,
        segment,
        (name, middle, last) => {
          const account = role(`${name}/${middle}/${last}`);
          expect(profileNameOf(account, defaultTemplate)).toBe(profileName(account));
        },
      ),
    );
  });

  test.each(['', '{role', '{rôle}', 'a b', '{name}', 'é', '[x]', 'a]b', "a'b", 'a\nb', 'a#b'])(
    'the template %j is refused',
    (template) => {
      expect(profileTemplateSchema.safeParse(template).success).toBe(false);
    },
  );
});

describe('profiles', () => {
  test('name the account by its id, in plain words that every reader takes alike', () => {
    expect(profiles().sections).toEqual([
      {
        header: 'profile acme-dev-ReadOnly',
        lines: ['credential_process = "/opt/keyfob" credential-process acme/000000000002/ReadOnly'],
      },
      {
        header: 'profile acme-prod-Admin',
        lines: ['credential_process = "/opt/keyfob" credential-process acme/000000000001/Admin'],
      },
    ]);
  });

  test('have the region of each account, or one for all, and a format', () => {
    const regionOf: ProfilesInput['regionOf'] = (account) =>
      account === admin ? 'eu-west-1' : undefined;
    const lines = (changes: Partial<ProfilesInput>) =>
      profiles({ regionOf, ...changes }).sections.map((section) => section.lines.slice(1));
    expect(lines({})).toEqual([[], ['region = eu-west-1']]);
    expect(lines(settings({ region: 'us-east-1', output: 'yaml' }))).toEqual([
      ['region = us-east-1', 'output = yaml'],
      ['region = us-east-1', 'output = yaml'],
    ]);
  });

  test('[default] names no account, so that it follows the active one', () => {
    expect(profiles(settings({ default: true })).sections[0]).toEqual({
      header: 'default',
      lines: ['credential_process = "/opt/keyfob" credential-process'],
    });
  });

  test.each(['default', 'profile default', 'profile "default"', " profile  'default' "])(
    'where [%s] is there already, [default] stays as it is',
    (name) => {
      const { sections, conflicts } = profiles({
        ...settings({ default: true }),
        headers: [{ name, line: 3 }],
      });
      expect(sections.map(({ header }) => header)).not.toContain('default');
      expect(conflicts).toMatchObject([{ profile: 'default', reason: 'outside', line: 3 }]);
    },
  );

  test.each([
    'profile acme-prod-Admin',
    'profile "acme-prod-Admin"',
    "profile 'acme-prod-Admin'",
    'profile acme-"prod"-Admin',
    ' profile acme-prod-Admin ',
    'profile\tacme-prod-Admin',
    'profile acme-prod-Admin] # [note',
  ])('a name that [%s] has for some reader is left to it', (name) => {
    const { sections, conflicts } = profiles({ headers: [{ name, line: 12 }] });
    expect(sections.map(({ header }) => header)).toEqual(['profile acme-dev-ReadOnly']);
    expect(conflicts).toMatchObject([
      { profile: 'acme-prod-Admin', reason: 'outside', line: 12, accounts: ['acme/prod/Admin'] },
    ]);
  });

  test.each([
    'acme-prod-Admin',
    'sso-session acme-prod-Admin',
    'services acme-prod-Admin',
    'Profile acme-prod-Admin',
  ])('[%s] is no profile of that name', (name) => {
    expect(profiles({ headers: [{ name, line: 1 }] }).conflicts).toEqual([]);
  });

  test('a name in the file of credentials is left to it: its keys would go first', () => {
    const { sections, conflicts } = profiles({
      ...settings({ default: true }),
      credentials: ['default', 'acme-prod-Admin'],
    });
    expect(sections.map(({ header }) => header)).toEqual(['profile acme-dev-ReadOnly']);
    expect(conflicts.map(({ profile, reason }) => [profile, reason])).toEqual([
      ['default', 'credentials'],
      ['acme-prod-Admin', 'credentials'],
    ]);
  });

  test('accounts that would share a name all go without, so that no order decides', () => {
    const other = role('corp/prod/Admin', '000000000003');
    const accounts = [admin, other, reader];
    const both = profiles({ ...settings({ template: '{account}' }), accounts });
    expect(both.sections.map(({ header }) => header)).toEqual(['profile dev']);
    expect(both.conflicts).toMatchObject([
      { profile: 'prod', reason: 'same_name', accounts: ['acme/prod/Admin', 'corp/prod/Admin'] },
    ]);
    expect(
      profiles({ ...settings({ template: '{account}' }), accounts: accounts.toReversed() })
        .sections,
    ).toEqual(both.sections);
  });

  test.each([
    ['an account called default', role('acme/default/Admin'), '{account}'],
    ['an id that a shell would read', { ...admin, id: 'acme/000000000001/$(rm)' }, '{role}'],
    ['a name of 200 letters', role(`acme/${'a'.repeat(200)}/Admin`), '{account}'],
  ])('%s goes without', (_, account, template) => {
    const { sections, conflicts } = profiles({ ...settings({ template }), accounts: [account] });
    expect(sections).toEqual([]);
    expect(conflicts).toMatchObject([{ reason: 'unwritable', accounts: [account.path] }]);
  });

  test('[DEFAULT], whose keys the AWS CLI gives to every profile, is pointed out', () => {
    const { sections, conflicts } = profiles({ headers: [{ name: 'DEFAULT', line: 2 }] });
    expect(sections).toHaveLength(2);
    expect(conflicts).toMatchObject([{ profile: 'DEFAULT', reason: 'leaks', line: 2 }]);
  });
});
