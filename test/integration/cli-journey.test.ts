import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account, AccountOf } from '../../shared/account.ts';
import { type CliStage, setCliStage } from '../support/cli-stage.ts';

/** The whole way of a person with the command, as processes, in order. */

let stage: CliStage;
beforeAll(async () => {
  stage = await setCliStage();
});
afterAll(() => stage.clear());

describe('from nothing to credentials', () => {
  test('the first command starts the helper and adds the connection', async () => {
    await stage.addAcme();
    const { connections } = await stage.json<{ connections: unknown[] }>('connection', 'list');
    expect(connections).toMatchObject([
      { settings: { name: 'acme' }, session: { state: 'signed_out' } },
    ]);
  });

  test('before the sign-in, a tool is told what to do, and gets nothing', async () => {
    const { code, stdout, stderr } = await stage.run(['credential-process', 'acme/x/Admin']);
    expect([1, 3]).toContain(code);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^keyfob: .+\n {2}.+\n$/);
  });

  test('the sign-in by device code shows the code and ends with the number of accounts', async () => {
    const { code, stdout, stderr } = await stage.login();
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/│ {3}[A-Z0-9]{4}-[A-Z0-9]{4} {3}│/);
    expect(stderr).toContain('Approve only if you started this sign-in.');
    expect(stderr).toContain('Signed in to acme.\n6 accounts.\n');
    expect(stderr).toMatch(
      /credential_process = "[^"]+" "[^"]+keyfob\.ts" credential-process acme/,
    );
  });

  test('accounts are listed, searched, chosen and marked', async () => {
    const { accounts } = await stage.json<{ accounts: Account[] }>('accounts');
    expect(accounts).toHaveLength(6);
    const [first, second] = accounts as [Account, Account];
    expect((await stage.run(['accounts', first.path])).stdout).toContain(first.path);
    expect((await stage.run(['use', first.path])).stdout).toContain(first.path);
    await stage.json('accounts', 'favourite', second.path);
    expect(await stage.json('accounts', '--favourites')).toMatchObject({
      accounts: [{ id: second.id }],
      active: first.id,
      favourites: [second.id],
    });
    expect((await stage.run(['accounts'])).stdout).toContain(`*   ${first.path}`);
  });

  test('a tool gets the credentials of the active account, or of the one it names', async () => {
    const { accounts } = await stage.json<{ accounts: Account[] }>('accounts');
    const other = accounts.at(-1) as AccountOf<'aws-role'>;
    const active = JSON.parse((await stage.run(['credential-process'])).stdout);
    const named = JSON.parse((await stage.run(['credential-process', other.path])).stdout);
    expect(active).toMatchObject({ Version: 1, Expiration: expect.stringMatching(/Z$/) });
    expect(named).toMatchObject({ Version: 1, AccountId: other.accountId });
    expect(named.AccessKeyId).not.toBe(active.AccessKeyId);
  });

  test('the line that login shows works in the real AWS CLI', async () => {
    const { accounts } = await stage.json<{ accounts: Account[] }>('accounts');
    const [account] = accounts as [AccountOf<'aws-role'>];
    const line = /credential_process = .*/.exec((await stage.login()).stderr)?.[0];
    const config = join(stage.folder, '.aws', 'config');
    mkdirSync(join(stage.folder, '.aws'), { recursive: true });
    writeFileSync(config, `[profile x]\nregion = eu-west-1\n${line}\n`);
    const { AWS_ENDPOINT_URL_STS = '' } = stage.env;
    const aws = promisify(execFile);
    const args = ['sts', 'get-caller-identity', '--profile', 'x', '--endpoint-url'];
    const asked = aws('aws', [...args, AWS_ENDPOINT_URL_STS], {
      env: { ...stage.env, AWS_CONFIG_FILE: config, AWS_EC2_METADATA_DISABLED: 'true' },
    });
    expect(JSON.parse((await asked).stdout)).toMatchObject({ Account: account.accountId });
  });

  test('status and doctor find everything in order', async () => {
    const status = await stage.json<object>('status');
    expect(status).toMatchObject({
      active: { connection: 'acme' },
      connections: [{ name: 'acme', state: 'signed_in', accounts: 6 }],
    });
    const { code, stdout } = await stage.run(['doctor']);
    expect(stdout).toContain('✓ ok');
    expect(code).toBe(0);
  });

  test('the browser flow signs in, too, and prints the page for programs', async () => {
    const run = await stage.run(['login', '--json'], { DISPLAY: ':0' });
    expect(run.code).toBe(0);
    const events = run.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { event: 'authorization_url', url: expect.stringContaining('/authorize?') },
      { event: 'signed_in', connection: 'acme' },
      { event: 'synced', accounts: 6 },
    ]);
  });

  test('after the sign-out a tool is sent to the sign-in at once, with exit code 3', async () => {
    expect((await stage.run(['logout', 'acme'])).code).toBe(0);
    const { code, stdout, stderr } = await stage.run(['credential-process']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('keyfob login acme');
  });
});

describe('what goes wrong', () => {
  test('a sign-in that is denied ends with exit code 5', async () => {
    const login = stage.start(['login', 'acme', '--device']);
    const [code] = await login.until(/\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/);
    stage.simulator.deny(code);
    const ended = await login.ended;
    expect(ended.code).toBe(5);
    expect(ended.stderr).toContain('denied');
  });

  test('Ctrl-C cancels the sign-in at the helper and ends with 130', async () => {
    const login = stage.start(['login', 'acme', '--device']);
    await login.until(/Waiting for the code/);
    expect(await stage.json('status')).toMatchObject({ signIns: [{ connection: 'acme' }] });
    login.child.kill('SIGINT');
    const { code, stdout, stderr } = await login.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/Cancelled\.\n$/);
    expect(await stage.json('status')).toMatchObject({ signIns: [] });
  });

  test.each([
    [['use', 'acme/nobody/Nothing'], 1, 'No account is called'],
    [['connection', 'show', 'nowhere'], 1, 'nowhere'],
    [['login', 'nowhere'], 1, 'nowhere'],
    [['logout', 'no/slash'], 2, 'connection'],
    [
      ['connection', 'add', 'identity-center', '--name', 'b', '--start-url', 'x', '--region', 'r'],
      2,
      'keyfob: ',
    ],
  ])('%j ends with %i, a message and a hint', async (args, exitCode, message) => {
    const { code, stdout, stderr } = await stage.run(args);
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^keyfob: .+\n {2}.+/);
  });

  test('a reader that goes away early is no failure', async () => {
    const command = `"${process.execPath}" main/cli/keyfob.ts accounts --json | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await promisify(execFile)('bash', ['-c', command], {
      env: stage.env,
      cwd: join(import.meta.dirname, '../..'),
    });
    expect({ stdout, stderr }).toEqual({ stdout: '{ 0\n', stderr: '' });
  });
});
