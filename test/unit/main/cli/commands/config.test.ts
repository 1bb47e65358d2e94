import { describe, expect, test } from 'vitest';
import { defaultAwsConfigSettings } from '../../../../../main/aws-config/sync.ts';
import type { FoundAccount, Plan, ProfileConflict } from '../../../../../shared/commands/config.ts';
import type { CommandOutput } from '../../../../../shared/commands.ts';
import { KeyfobError } from '../../../../../shared/errors.ts';
import { account, connectionView, runCli } from '../../../../support/cli.ts';

const hash = 'a'.repeat(64);
const plan: Plan = {
  path: '/home/me/.aws/config',
  upToDate: false,
  diff: '@@ -3,0 +4,2 @@\n+[profile acme-prod-Admin]\n+region = x\n-[profile old]\n',
  changes: { added: ['acme-prod-Admin'], changed: [], removed: ['old'], unchanged: 2 },
  conflicts: [],
  hash,
  settings: defaultAwsConfigSettings,
};
const { diff: _, hash: __, settings: ___, ...planned } = plan;
const applied = { ...planned, backup: '/home/me/.aws/config.keyfob-20260101T120000Z' };
const answers = { 'config.plan': () => plan, 'config.apply': () => applied };
const yes = { confirm: async () => true };
const no = { confirm: async () => false };

describe('config sync', () => {
  test('shows the change, asks, and names the backup', async () => {
    const asked: string[] = [];
    const { code, out, err, calls } = await runCli(['config', 'sync'], answers, {
      confirm: async (question) => {
        asked.push(question);
        return true;
      },
    });
    expect(code).toBe(0);
    expect(asked).toEqual(['1 profile added, 1 removed. Write this?']);
    expect(calls).toEqual([
      ['config.plan', { changes: {}, remove: false }],
      ['config.apply', { changes: {}, remove: false, hash }],
    ]);
    expect(out).toBe('');
    expect(err).toMatchInlineSnapshot(`
      "/home/me/.aws/config
      @@ -3,0 +4,2 @@
      +[profile acme-prod-Admin]
      +region = x
      -[profile old]
      Written: 1 profile added, 1 removed.
      The file as it was is in /home/me/.aws/config.keyfob-20260101T120000Z.
      "
    `);
  });

  test('writes nothing on a no, and nothing where nobody can be asked', async () => {
    for (const [surroundings, hint] of [
      [no, 'again'],
      [{}, '--yes'],
    ] as const) {
      const { code, err, calls } = await runCli(['config', 'sync'], answers, surroundings);
      expect(code).toBe(5);
      expect(err).toContain('/home/me/.aws/config was left as it is.');
      expect(err).toContain(hint);
      expect(calls.map(([name]) => name)).toEqual(['config.plan']);
    }
  });

  test('--yes asks nobody, but shows all the same', async () => {
    const { code, err } = await runCli(['config', 'sync', '--yes'], answers);
    expect(code).toBe(0);
    expect(err).toContain('+[profile acme-prod-Admin]');
  });

  test('--dry-run prints the change as data, and writes nothing', async () => {
    const { code, out, err, calls } = await runCli(['config', 'sync', '--dry-run'], answers);
    expect(code).toBe(0);
    expect(out).toBe(`/home/me/.aws/config\n${plan.diff}`);
    expect(err).toBe('1 profile added, 1 removed. Nothing was written.\n');
    expect(calls.map(([name]) => name)).toEqual(['config.plan']);
    const json = await runCli(['config', 'sync', '--dry-run', '--json'], answers);
    expect(JSON.parse(json.out)).toEqual(plan);
  });

  test('what is up to date is not asked about; what was chosen is remembered', async () => {
    const { code, err, calls } = await runCli(['config', 'sync', '--automatic'], {
      'config.plan': () => ({ ...plan, upToDate: true, diff: '' }),
      'config.apply': () => ({ ...applied, upToDate: true, backup: null }),
    });
    expect(code).toBe(0);
    expect(err).toBe('/home/me/.aws/config is up to date.\n');
    expect(calls[1]).toEqual([
      'config.apply',
      { changes: { automatic: true }, remove: false, hash },
    ]);
  });

  test.each([
    [['--accounts', 'all'], { accounts: { choice: 'all' } }],
    [['--accounts', 'favourites'], { accounts: { choice: 'favourites' } }],
    [['--accounts', 'prod admin'], { accounts: { choice: 'query', query: 'prod admin' } }],
    [
      ['--account', 'a/b/c', '--account', 'd'],
      { accounts: { choice: 'list', accounts: ['a/b/c', 'd'] } },
    ],
    [['--template', '{account}.{role}'], { template: '{account}.{role}' }],
    [['--region', 'eu-west-1', '--output', 'json'], { region: 'eu-west-1', output: 'json' }],
    [['--region', 'own', '--output', 'none'], { region: null, output: null }],
    [['--default', '--automatic'], { default: true, automatic: true }],
    [['--no-default', '--no-automatic'], { default: false, automatic: false }],
  ])('%j', async (options, changes) => {
    const { calls } = await runCli(['config', 'sync', ...options], answers, yes);
    expect(calls[0]).toEqual(['config.plan', { changes, remove: false }]);
  });

  test.each<[Plan['settings']['accounts'], string]>([
    [{ choice: 'query', query: 'zzz' }, 'No AWS account matches "zzz"'],
    [{ choice: 'favourites' }, 'among the favourites'],
    [{ choice: 'all' }, 'keyfob login'],
    [{ choice: 'list', accounts: ['corp/access'] }, 'None of the chosen'],
  ])('that %o chooses no account is said', async (accounts, said) => {
    const nothing = { added: [], changed: [], removed: [], unchanged: 0 };
    const none: Plan = {
      ...plan,
      upToDate: true,
      diff: '',
      changes: nothing,
      settings: { ...plan.settings, accounts },
    };
    const given = {
      'config.plan': () => none,
      'config.apply': () => ({ ...applied, upToDate: true, changes: nothing, backup: null }),
    };
    expect((await runCli(['config', 'sync'], given)).err).toContain(said);
    expect((await runCli(['config', 'sync', '--remove'], given)).err).not.toContain(said);
    const taken: ProfileConflict = {
      profile: 'a',
      reason: 'outside',
      accounts: ['acme/a/b'],
      message: 'yours',
    };
    const conflict = { ...given, 'config.plan': () => ({ ...none, conflicts: [taken] }) };
    expect((await runCli(['config', 'sync'], conflict)).err).not.toContain(said);
  });

  test('a template that is empty or has another field is told what it may be', async () => {
    for (const template of ['', '{nope}']) {
      const { code, err, calls } = await runCli(['config', 'sync', '--template', template]);
      expect({ code, calls }).toEqual({ code: 2, calls: [] });
      expect(err).toContain('and {connection}, {account}, {accountId}, {role}');
    }
  });

  test('--remove takes the profiles away', async () => {
    const { calls } = await runCli(['config', 'sync', '--remove', '--yes'], answers);
    expect(calls[1]).toEqual(['config.apply', { changes: {}, remove: true, hash }]);
  });

  test.each([
    [['--template', '[x]'], '--template'],
    [['--output', 'xml'], '--output'],
    [['--accounts', 'all', '--account', 'x'], '--account'],
    [['--remove', '--accounts', 'all'], '--accounts'],
    [['--accounts', ''], '--accounts'],
  ])('%j is a wrong usage', async (options, words) => {
    const { code, err, calls } = await runCli(['config', 'sync', ...options], answers, yes);
    expect(code).toBe(2);
    expect(err).toContain(words);
    expect(calls).toEqual([]);
  });

  test('says which profiles are not written, and why; no escape gets through', async () => {
    const paths = Array.from({ length: 7 }, (_, n) => `acme/p${n}/Admin`);
    const conflicts = [
      {
        profile: 'a',
        reason: 'outside' as const,
        accounts: ['acme/a/\u001b[2J'],
        line: 3,
        message: '[profile a] is yours already, in line 3',
      },
      {
        profile: 'p',
        reason: 'same_name' as const,
        accounts: paths,
        message: '7 accounts would be called p',
      },
    ];
    const { err } = await runCli(['config', 'sync', '--dry-run'], {
      'config.plan': () => ({ ...plan, diff: '+\u001b[2J\n', conflicts }),
    });
    expect(err).toContain(
      '! a: [profile a] is yours already, in line 3. Without a profile: acme/a/\ufffd[2J.\n',
    );
    expect(err).toContain('acme/p4/Admin, 2 more.\n');
  });

  test('never writes another file than the one that AWS_CONFIG_FILE names here', async () => {
    const elsewhere = { env: { AWS_CONFIG_FILE: '/tmp/other-config', HOME: '/home/me' } };
    const { code, err, calls } = await runCli(['config', 'sync', '--yes'], answers, elsewhere);
    expect(code).toBe(2);
    expect(err).toContain('/tmp/other-config');
    expect(err).toContain('keyfob daemon --stop');
    expect(calls.map(([name]) => name)).toEqual(['config.plan']);
    const same = { env: { AWS_CONFIG_FILE: '~/.aws/config', HOME: '/home/me' } };
    expect((await runCli(['config', 'sync', '--yes'], answers, same)).code).toBe(0);
  });

  test('a damaged block is told with what to do', async () => {
    const { code, err } = await runCli(['config', 'sync', '--yes'], {
      'config.plan': () => {
        throw new KeyfobError('aws_config_block_damaged', 'Line 3 is none.', { hint: 'Mend it.' });
      },
    });
    expect(code).toBe(1);
    expect(err).toBe('keyfob: Line 3 is none.\n  Mend it.\n');
  });
});

describe('config import', () => {
  const place = {
    name: 'work',
    startUrl: 'https://work.awsapps.com/start',
    region: 'eu-west-1',
    scopes: ['sso:account:access'],
    source: 'sso-session work',
    exists: false,
  };
  const role = (name: string, signer: string): FoundAccount => ({
    name,
    source: `profile ${name}`,
    connection: 'work',
    signer,
    roleArn: `arn:aws:iam::000000000009:role/${name}`,
    externalId: '42',
    exists: false,
  });
  const found: CommandOutput<'config.discover'> = {
    connections: [place, { ...place, name: 'acme', exists: true }],
    accounts: [role('second', 'work/first'), role('first', 'work/000000000001/Admin')],
    skipped: [{ source: 'profile x', reason: 'it names no source profile' }],
  };
  const all = {
    'config.discover': () => found,
    'connection.add': ({ name }: { name: string }) => connectionView(name),
    'account.add': () => account('work/prod/Admin'),
  };

  test('shows what it found, asks, and brings in what is new, sources first', async () => {
    const { code, err, calls } = await runCli(['config', 'import'], all, yes);
    expect(code).toBe(0);
    expect(calls.slice(1).map(([name, input]) => [name, (input as { name: string }).name])).toEqual(
      [
        ['connection.add', 'work'],
        ['account.add', 'first'],
        ['account.add', 'second'],
      ],
    );
    expect(calls[2]?.[1]).toEqual({
      kind: 'aws-assumed-role',
      connection: 'work',
      name: 'first',
      source: 'work/000000000001/Admin',
      roleArn: 'arn:aws:iam::000000000009:role/first',
      externalId: '42',
    });
    expect(err).toMatchInlineSnapshot(`
      "Connections:
        work  https://work.awsapps.com/start  eu-west-1  sso-session work
        acme  https://work.awsapps.com/start  eu-west-1  sso-session work  (is there)
      Assumed roles:
        work/second  arn:aws:iam::000000000009:role/second  by work/first               profile second
        work/first   arn:aws:iam::000000000009:role/first   by work/000000000001/Admin  profile first
      Left out:
        profile x: it names no source profile
      Brought in: 1 connection and 2 accounts.
      Sign in with \`keyfob login work\`.
      "
    `);
  });

  test('--dry-run shows it, asks nothing and brings in nothing', async () => {
    const { code, err, calls } = await runCli(['config', 'import', '--dry-run'], all);
    expect({ code, calls: calls.map(([name]) => name) }).toEqual({
      code: 0,
      calls: ['config.discover'],
    });
    expect(err).toContain('work/second');
    expect(err).toMatch(/Nothing was brought in\.\n$/);
    const { out } = await runCli(['config', 'import', '--dry-run', '--json'], all);
    expect(JSON.parse(out)).toEqual({
      connections: ['work'],
      accounts: ['work/second', 'work/first'],
      failed: [],
      skipped: found.skipped,
    });
  });

  test('brings in nothing on a no, nor where nobody can be asked', async () => {
    for (const surroundings of [no, {}]) {
      const { code, calls } = await runCli(['config', 'import'], all, surroundings);
      expect(code).toBe(5);
      expect(calls.map(([name]) => name)).toEqual(['config.discover']);
    }
  });

  test('one that fails keeps no other from coming, and is told', async () => {
    const { code, out, err } = await runCli(['config', 'import', '--yes', '--json'], {
      ...all,
      'account.add': ({ name }: { name: string }) => {
        if (name === 'second') return account('work/prod/Admin');
        throw new KeyfobError('invalid_input', 'No such role.', { hint: 'Look.' });
      },
    });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({
      connections: ['work'],
      accounts: ['work/second'],
      failed: [
        {
          name: 'work/first',
          error: { code: 'invalid_input', message: 'No such role.', hint: 'Look.' },
        },
      ],
      skipped: found.skipped,
    });
    expect(err).toContain('No such role.\n  Look.\n');
  });

  test('where there is nothing new, nobody is asked', async () => {
    const { code, err, calls } = await runCli(['config', 'import'], {
      'config.discover': () => ({ connections: [], accounts: [], skipped: [] }),
    });
    expect(code).toBe(0);
    expect(err).toBe('There is nothing new to bring in.\n');
    expect(calls).toHaveLength(1);
  });
});
