import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Prompt } from '../../../../../shared/model.ts';
import { account, runCli } from '../../../../support/cli.ts';
import { assumed, iamToken, tokenAccount } from '../../../../support/configured-accounts.ts';

const admin = account('acme/prod/Admin');
const deploy = assumed('acme/deploy', {
  source: admin.id,
  tags: [{ key: 'team', value: 'payments' }],
  durationSeconds: 900,
});
const roleArn = 'arn:aws:iam::111122223333:role/Deploy';
const application = 'arn:aws:sso::111122223333:application/ssoins-1/apl-1';

const commandLines = [
  'account',
  'account add',
  'account add assume-role',
  'account add web-identity',
  'account add token',
  'account add iam-token',
  'account show',
  'account remove',
  'account mfa',
].map((line) => line.split(' '));

test('help teaches, by example, in 80 columns', async () => {
  for (const words of commandLines) {
    const { code, err, out } = await runCli([...words, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out, words.join(' ')).toMatch(/Examples?:|Commands:/);
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  }
});

describe('account add', () => {
  const answers = { 'account.add': () => deploy };

  function policyFile(): string {
    const folder = mkdtempSync(join(tmpdir(), 'keyfob-policy-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'policy.json');
    writeFileSync(file, '{"Statement":[]}\n');
    return file;
  }

  test('assume-role passes on everything that it is given', async () => {
    const { calls, code, out } = await runCli(
      [
        ...['account', 'add', 'assume-role', 'acme/deploy', '--source', 'prod/Admin'],
        ...['--role-arn', roleArn, '--session-name', 'ada', '--duration', '900'],
        ...['--policy-file', policyFile(), '--policy-arn', 'arn:a', '--policy-arn', 'arn:b'],
        ...['--region', 'eu-west-1', '--external-id', '4711', '--tag', 'team=a=b'],
        ...['--tag', 'empty=', '--transitive-tag', 'team', '--source-identity', 'ada'],
        ...['--mfa-serial', 'GAHT12345678', '--context', 'corp/app'],
      ],
      answers,
    );
    expect({ code, out }).toEqual({ code: 0, out: 'Added acme/deploy.\n' });
    expect(calls).toEqual([
      [
        'account.add',
        {
          kind: 'aws-assumed-role',
          connection: 'acme',
          name: 'deploy',
          source: 'prod/Admin',
          roleArn,
          sessionName: 'ada',
          durationSeconds: 900,
          policy: '{"Statement":[]}',
          policyArns: ['arn:a', 'arn:b'],
          region: 'eu-west-1',
          externalId: '4711',
          tags: [
            { key: 'team', value: 'a=b' },
            { key: 'empty', value: '' },
          ],
          transitiveTagKeys: ['team'],
          sourceIdentity: 'ada',
          mfaSerial: 'GAHT12345678',
          context: 'corp/app',
        },
      ],
    ]);
  });

  test('what is left out is not passed on', async () => {
    const { calls } = await runCli(
      ['account', 'add', 'web-identity', 'corp/deploy', '--role-arn', roleArn],
      answers,
    );
    expect(calls).toEqual([
      ['account.add', { kind: 'aws-web-identity', connection: 'corp', name: 'deploy', roleArn }],
    ]);
  });

  test('token', async () => {
    const { calls } = await runCli(
      [
        ...['account', 'add', 'token', 'corp/orders', '--scope', 'a', '--scope', 'b'],
        ...['--audience', 'orders', '--resource', 'https://a', '--variable', 'TOKEN'],
        ...['--bearer', 'bedrock'],
      ],
      { 'account.add': () => tokenAccount('corp/orders') },
    );
    expect(calls[0]?.[1]).toEqual({
      kind: 'token',
      connection: 'corp',
      name: 'orders',
      token: 'access',
      scopes: ['a', 'b'],
      audience: 'orders',
      resource: ['https://a'],
      variable: 'TOKEN',
      bearer: 'bedrock',
    });
  });

  test('iam-token', async () => {
    const made = iamToken('corp/app', {
      source: admin.id,
      subject: { connection: 'corp', token: 'id' },
    });
    const words = ['account', 'add', 'iam-token', 'corp/app', '--source', 'prod'];
    const with_ = ['--application', application, '--grant', 'jwt-bearer'];
    const { calls } = await runCli(
      [...words, ...with_, '--subject-connection', 'corp', '--subject-token', 'access'],
      { 'account.add': () => made },
    );
    expect(calls[0]?.[1]).toEqual({
      kind: 'iam-token',
      connection: 'corp',
      name: 'app',
      source: 'prod',
      application,
      grant: 'jwt-bearer',
      subject: { connection: 'corp', token: 'access' },
    });
    const nobody = await runCli([...words, ...with_], answers);
    expect(nobody).toMatchObject({ code: 2, err: expect.stringContaining('--subject-connection') });
  });

  test.each([
    [['assume-role', 'deploy', '--source', 'x', '--role-arn', roleArn], 'acme/deploy'],
    [['assume-role', 'a/b/c', '--source', 'x', '--role-arn', roleArn], 'acme/deploy'],
    [['assume-role', 'a/b', '--source', 'x', '--role-arn', roleArn, '--tag', 'x'], 'team=payments'],
    [['assume-role', 'a/b', '--source', 'x', '--role-arn', roleArn, '--duration', '1y'], '90s'],
    [['assume-role', 'a/b', '--role-arn', roleArn], '--source'],
    [['web-identity', 'a/b', '--role-arn', roleArn, '--policy-file', '/nowhere'], '/nowhere'],
  ])('%j is wrong usage, and says what is right', async (words, hint) => {
    const { calls, code, err } = await runCli(['account', 'add', ...words], answers);
    expect({ calls, code }).toEqual({ calls: [], code: 2 });
    expect(err).toContain(hint);
  });
});

test('account show says what one is made of', async () => {
  const show = { 'account.show': () => ({ account: deploy, region: 'eu-west-1' }) };
  const { out } = await runCli(['account', 'show', 'deploy'], show);
  expect(out).toMatch(/kind\s+A role assumed with the credentials of another account/);
  expect(out).toMatch(new RegExp(`source\\s+${admin.id}`));
  expect(out).toMatch(/tags\s+team=payments/);
  expect(out).toMatch(/duration seconds\s+900/);
  const json = await runCli(['account', 'show', 'deploy', '--json'], show);
  expect(JSON.parse(json.out)).toEqual(deploy);
});

test('account remove says which one it was', async () => {
  const { calls, out } = await runCli(['account', 'remove', 'deploy'], {
    'account.remove': () => deploy,
  });
  expect(out).toBe('Removed acme/deploy.\n');
  expect(calls).toEqual([['account.remove', { account: 'deploy' }]]);
});

describe('account mfa', () => {
  const prompt = (path: string): Prompt => ({
    id: `id-${path}`,
    account: path,
    path,
    kind: 'mfa',
    message: 'Enter the code that GAHT12345678 shows now.',
    askedAt: '2026-01-01T12:00:00Z',
    expiresAt: '2026-01-01T12:01:00Z',
  });
  const waiting = (...paths: string[]) => ({
    questions: () => ({ confirmations: [], prompts: paths.map(prompt) }),
    'prompt.answer': () => ({}),
  });
  const typed = (line: string) => {
    const questions: string[] = [];
    const readLine = async (question: string) => {
      questions.push(question);
      return line;
    };
    return { questions, readLine };
  };

  test('asks for the code, and passes it on, whatever blanks are in it', async () => {
    const { questions, readLine } = typed(' 123 456\r');
    const { calls, code, out } = await runCli(['account', 'mfa'], waiting('acme/a'), { readLine });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(questions).toEqual(['acme/a: Enter the code that GAHT12345678 shows now. ']);
    expect(calls[1]).toEqual(['prompt.answer', { id: 'id-acme/a', code: '123456' }]);
  });

  test('where several wait, one must be named', async () => {
    const both = waiting('acme/a', 'acme/b');
    const unnamed = await runCli(['account', 'mfa'], both, typed('123456'));
    expect(unnamed).toMatchObject({ code: 2, err: expect.stringContaining('acme/a, acme/b') });
    const { calls } = await runCli(['account', 'mfa', 'acme/b'], both, typed('123456'));
    expect(calls[1]).toEqual(['prompt.answer', { id: 'id-acme/b', code: '123456' }]);
  });

  test('says so where nobody waits', async () => {
    const { code, err } = await runCli(['account', 'mfa'], waiting());
    expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('No tool waits') });
  });
});

test('the list of accounts shows every kind, and where each comes from', async () => {
  const { out } = await runCli(['accounts'], {
    'accounts.list': () => ({
      accounts: [admin, deploy, tokenAccount('corp/orders', { scopes: ['orders:read'] })],
      active: deploy.id,
      favourites: [],
    }),
  });
  expect(out).toMatch(/PATH\s+ACCOUNT\s+EMAIL OR ORIGIN/);
  expect(out).toMatch(/acme\/prod\/Admin\s+111111111111\s+prod@example\.com/);
  expect(out).toMatch(/\* +acme\/deploy\s+111122223333\s+from acme\/111111111111\/Admin/);
  expect(out).toMatch(/corp\/orders\s+token\s+orders:read/);
});
