import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeCommitLogin } from '../../main/tools/codecommit.ts';
import { createAwsCli } from '../support/aws-cli.ts';
import { type GitServer, startGitServer } from '../support/git-server.ts';
import { runKeyfob } from '../support/keyfob-command.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';
import { type Ended, runProgram } from '../support/run-program.ts';

/** git itself, which signs in to a server that demands the token. */

let stage: OpenidStage;
let server: GitServer;
let token: string;
let config: string;
let stored: string;

beforeAll(async () => {
  stage = await startOpenidStage();
  await stage.add('corp', 'public');
  await stage.signIn('corp');
  token = String((await stage.token('corp')).body.access_token);
  const root = join(stage.home, 'repositories');
  const work = join(stage.home, 'work');
  mkdirSync(root);
  const git = (...args: string[]) =>
    execFileSync('git', args, { env: { PATH: process.env.PATH, HOME: stage.home } });
  const me = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
  git('init', '--quiet', '-b', 'main', work);
  git(...me, '-C', work, 'commit', '--quiet', '--allow-empty', '-m', 'One');
  git('clone', '--quiet', '--bare', work, join(root, 'one.git'));
  const basic = () => `Basic ${Buffer.from(`oauth2:${token}`).toString('base64')}`;
  server = await startGitServer(root, (authorization) => authorization === basic());
  config = join(stage.home, 'gitconfig');
  stored = join(stage.home, 'stored');
});
afterAll(async () => {
  await server.close();
  await stage.close();
});

const env = () => ({
  ...stage.env,
  HOME: stage.home,
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: config,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  KEYFOB_NO_AUTOSTART: '1',
});

function clone(to: string): Promise<Ended> {
  const command = ['git', 'clone', `${server.url}/one.git`, join(stage.home, to)];
  return runProgram(command, env()).ended;
}

test('without Keyfob, git has nothing to show', async () => {
  writeFileSync(config, `[user]\n\tname = Ada\n[credential]\n\thelper = store --file=${stored}\n`);
  expect((await clone('before')).code).not.toBe(0);
});

test('the change is shown, and nothing is written without a yes', async () => {
  const before = readFileSync(config, 'utf8');
  const { code, stderr } = await runKeyfob(['git', 'install', server.url, 'corp/access'], env());
  expect(code).toBe(5);
  expect(stderr).toMatch(/^\+\[credential "http:\/\/127\.0\.0\.1:\d+"\]$/m);
  expect(stderr).toContain('--yes');
  expect(readFileSync(config, 'utf8')).toBe(before);
});

test('installed, git clones, pushes nothing of the token to other helpers, and asks again', async () => {
  const before = readFileSync(config, 'utf8');
  const install = ['git', 'install', server.url, 'corp/access', '--yes'];
  const { code, stderr } = await runKeyfob(install, env());
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('through Keyfob') });
  expect(readFileSync(config, 'utf8').startsWith(before)).toBe(true);

  expect(await clone('first')).toMatchObject({ code: 0 });
  const pull = ['git', '-C', join(stage.home, 'first'), 'fetch'];
  expect(await runProgram(pull, env()).ended).toMatchObject({ code: 0 });
  expect(existsSync(stored)).toBe(false);
  expect(readFileSync(config, 'utf8')).not.toContain(token);
});

test('a token that the server refuses is given once: git that asks again gets another', async () => {
  const before = token;
  // As after the server has ended every session that it knew.
  token = 'none of those that were';
  const pull = ['git', '-C', join(stage.home, 'first'), 'fetch'];
  expect((await runProgram(pull, env()).ended).code).not.toBe(0);
  token = String((await stage.token('corp')).body.access_token);
  expect(token).not.toBe(before);
  expect(await runProgram(pull, env()).ended).toMatchObject({ code: 0 });
});

test('another server gets nothing', async () => {
  const other = await startGitServer(stage.home, () => false);
  const command = ['git', 'clone', `${other.url}/one.git`, join(stage.home, 'other')];
  expect((await runProgram(command, env()).ended).code).not.toBe(0);
  expect(other.shown).toEqual([]);
  await other.close();
});

test('signed out, git is told so at once, and asks nobody for a password', async () => {
  await stage.call('signOut', { connection: 'corp' });
  const { code, stderr } = await clone('signed-out');
  expect(code).not.toBe(0);
  expect(stderr).toContain('keyfob login corp');
  expect(stderr).not.toMatch(/could not read (Username|Password)/);
});

test('taken back, the configuration is what it was to the letter', async () => {
  const text = `[user]\n\tname = Ada\n[credential]\n\thelper = store --file=${stored}\n`;
  const { code } = await runKeyfob(['git', 'remove', server.url, '--yes'], env());
  expect(code).toBe(0);
  expect(readFileSync(config, 'utf8')).toBe(text);
  const again = await runKeyfob(['git', 'remove', server.url, '--yes'], env());
  expect(again.stderr).toBe('Nothing to change.\n');
});

test('CodeCommit gets what the AWS CLI would have signed', async () => {
  const cli = await createAwsCli();
  const credentials = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken: 'SESS/+=',
  };
  const host = 'git-codecommit.eu-west-1.amazonaws.com';
  const question = await cli.write('question', `protocol=https\nhost=${host}\npath=v1/repos/x\n\n`);
  const asked = `aws codecommit credential-helper get < '${question}'`;
  const { stdout, code, stderr } = await runProgram(['sh', '-c', asked], {
    PATH: process.env.PATH,
    HOME: cli.home,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  }).ended;
  await cli.remove();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const theirs = new Map(
    stdout.split('\n').map((line) => [line.split('=')[0], line.replace(/^\w+=/, '')]),
  );
  const time = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(theirs.get('password') ?? '');
  const [, year, month, day, hour, minute, second] = time ?? [];
  const now = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const ours = codeCommitLogin({ host, path: 'v1/repos/x', credentials, now });
  expect(ours).toMatchObject({
    username: theirs.get('username'),
    password: theirs.get('password'),
  });
});
