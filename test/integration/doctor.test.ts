import { chownSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Check } from '../../shared/commands/checks.ts';
import { type CliStage, endProcess, setCliStage } from '../support/cli-stage.ts';
import { startHelperProcess } from '../support/helper-process.ts';

/** What doctor finds, each thing brought about for real. */

/** As users have it; made by `npm run build`. */
const command = [join(import.meta.dirname, '../../dist/keyfob')];

async function open(env: Record<string, string> = {}): Promise<CliStage> {
  const stage = await setCliStage({ env, command });
  onTestFinished(() => stage.clear());
  return stage;
}

async function doctor(
  stage: CliStage,
  env: Record<string, string> = {},
): Promise<{ code: number; find: (id: string) => Check | undefined }> {
  const { code, stdout, stderr } = await stage.run(['doctor', '--json'], env);
  if (stdout === '') throw new Error(stderr);
  const { checks }: { checks: Check[] } = JSON.parse(stdout);
  for (const { status, hint } of checks) if (status !== 'ok') expect(hint).toMatch(/\.$/);
  return { code, find: (id) => checks.find((check) => check.id === id) };
}

const startedAt = (stage: CliStage) => join(stage.env.KEYFOB_HOME ?? '', 'helper.sock');

async function writeProgram(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await chmod(path, 0o755);
}

async function writeConfig(stage: CliStage, config: string, credentials = ''): Promise<void> {
  await mkdir(join(stage.folder, '.aws'), { recursive: true });
  await writeFile(join(stage.folder, '.aws/config'), config);
  await writeFile(join(stage.folder, '.aws/credentials'), credentials);
}

test('the PATH: none, another one of an older version, and this very one', async () => {
  const stage = await open();
  const PATH = stage.env.PATH ?? '';
  const without = PATH.split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter);
  expect((await doctor(stage, { PATH: without })).find('path')).toMatchObject({
    status: 'warning',
    message: expect.stringContaining('not on the PATH'),
  });

  const old = join(stage.folder, 'old');
  await mkdir(old);
  await writeProgram(join(old, 'keyfob'), '#!/bin/sh\necho 0.0.1-old\n');
  const other = (await doctor(stage, { PATH: `${old}${delimiter}${PATH}` })).find('path');
  expect(other).toMatchObject({ status: 'warning', hint: expect.stringContaining(old) });
  expect(other?.message).toContain(`${join(old, 'keyfob')}, of version 0.0.1-old`);

  const broken = join(stage.folder, 'broken');
  await mkdir(broken);
  await writeProgram(join(broken, 'keyfob'), '#!/bin/sh\nexit 3\n');
  const silent = (await doctor(stage, { PATH: `${broken}${delimiter}${PATH}` })).find('path');
  expect(silent?.message).toContain('does not say its version');
});

test('keys, a token file, a container endpoint and two names of profiles in the environment', async () => {
  const stage = await open();
  const secret = 'hunter2hunter2';
  const { find } = await doctor(stage, {
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_WEB_IDENTITY_TOKEN_FILE: '/run/token',
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/x',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/elsewhere',
    AWS_PROFILE: 'one',
    AWS_DEFAULT_PROFILE: 'two',
  });
  for (const id of ['aws.keys', 'aws.web_identity', 'aws.container', 'aws.default_profile']) {
    expect(find(id), id).toMatchObject({ status: 'warning' });
  }
  expect(find('aws.AWS_PROFILE')).toMatchObject({ status: 'failure' });
  expect(JSON.stringify(find('aws.keys'))).not.toMatch(/AKIAIOSFODNN7EXAMPLE|hunter2/);
});

test('profiles that look past Keyfob, and one that calls a command that is gone', async () => {
  const stage = await open();
  await writeConfig(
    stage,
    `[profile both]
sso_session = acme
credential_process = keyfob credential-process acme/prod/Admin
[profile keyed]
credential_process = keyfob credential-process acme/prod/Admin
[profile gone]
credential_process = "/opt/gone/keyfob" credential-process
[profile other]
region = eu-west-1
`,
    '[keyed]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = hunter2\n',
  );
  const { code, find } = await doctor(stage, { AWS_PROFILE: 'other' });
  expect(code).toBe(1);
  expect(find('aws.profile.both')?.message).toContain('sso_session');
  expect(find('aws.profile.keyed')?.message).toContain('shared credentials');
  expect(find('aws.profile.gone')).toMatchObject({
    status: 'failure',
    message: 'The profile gone calls /opt/gone/keyfob, which is not there.',
  });
  expect(find('aws.AWS_PROFILE')).toMatchObject({ status: 'warning' });
});

test('profiles in order are said to be', async () => {
  const stage = await open();
  await writeConfig(stage, '[default]\ncredential_process = keyfob credential-process\n');
  expect((await doctor(stage)).find('aws.profiles')).toMatchObject({
    status: 'ok',
    message: expect.stringMatching(/^1 profile of .* gets credentials from Keyfob\.$/),
  });
});

test('no keychain', async () => {
  const stage = await open({
    KEYFOB_KEYCHAIN: 'os',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere/bus',
  });
  const { code, find } = await doctor(stage);
  expect(code).toBe(1);
  expect(find('keychain')).toMatchObject({ status: 'failure', hint: expect.any(String) });
});

test('two at once find the same keychain in order', async () => {
  const stage = await open();
  const found = await Promise.all([doctor(stage), doctor(stage)]);
  for (const { find } of found) expect(find('keychain')).toMatchObject({ status: 'warning' });
});

test('a proxy that is none, and one that is not there', async () => {
  const wrong = await open({ HTTPS_PROXY: 'ftp://proxy' });
  expect((await doctor(wrong)).find('proxy.HTTPS_PROXY')).toMatchObject({ status: 'failure' });
  const away = await open({
    HTTPS_PROXY: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_SSO_OIDC: 'https://oidc.invalid',
  });
  await away.addAcme();
  const provider = (await doctor(away)).find('provider.acme');
  expect(provider).toMatchObject({ status: 'failure' });
  expect(provider?.message).toMatch(/proxy/i);
});

test('a port that another program has taken, on which grants rely', async () => {
  const stage = await open();
  await stage.addAcme();
  await stage.login();
  await stage.json('grant', 'create', 'build');
  const pid = await stage.helperPid();
  if (pid === undefined) throw new Error('There is no helper.');
  await endProcess(pid, 'SIGTERM');
  const { port } = JSON.parse(
    await readFile(join(stage.env.KEYFOB_HOME ?? '', 'endpoint.json'), 'utf8'),
  );
  const thief = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => void thief.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => void thief.close());
  await stage.run(['status']);
  await expect
    .poll(async () => (await doctor(stage)).find('problem.1')?.message ?? '')
    .toContain(`port ${port}`);
});

test('a helper of another version', async () => {
  const stage = await open();
  const helper = await startHelperProcess({ env: stage.env });
  onTestFinished(async () => void (await helper.end('SIGKILL')));
  expect((await doctor(stage)).find('helper')).toMatchObject({
    status: 'warning',
    hint: expect.stringContaining('daemon --stop'),
  });
});

test('something that is no helper listens on the socket', async () => {
  const stage = await open();
  await mkdir(stage.env.KEYFOB_HOME ?? '', { mode: 0o700 });
  const stranger = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  await new Promise<void>((resolve) => void stranger.listen(startedAt(stage), resolve));
  onTestFinished(() => void stranger.close());
  const { code, find } = await doctor(stage);
  expect(code).not.toBe(0);
  expect(find('helper')).toMatchObject({ status: 'failure', hint: expect.any(String) });
});

// To give a file to somebody else takes root.
test.runIf(process.getuid?.() === 0)("the socket is another user's", async () => {
  const stage = await open();
  await mkdir(stage.env.KEYFOB_HOME ?? '', { mode: 0o700 });
  const stranger = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => void stranger.listen(startedAt(stage), resolve));
  onTestFinished(() => void stranger.close());
  chownSync(startedAt(stage), 65_534, 65_534);
  expect((await doctor(stage)).find('socket')).toMatchObject({
    status: 'failure',
    message: expect.stringContaining('belongs to another user'),
  });
});

test('a file where the socket belongs', async () => {
  const stage = await open();
  await mkdir(stage.env.KEYFOB_HOME ?? '', { mode: 0o700 });
  await writeFile(startedAt(stage), '');
  const { find } = await doctor(stage);
  expect(find('socket')).toMatchObject({ status: 'failure' });
  expect(find('helper')).toMatchObject({ status: 'failure' });
});

test('a clock that is an hour off', async () => {
  const stage = await open();
  await stage.addAcme();
  const { createServer: createHttp } = await import('node:http');
  const late = createHttp((_request, response) => {
    response.sendDate = false;
    response.setHeader('Date', new Date(Date.now() - 3_600_000).toUTCString());
    response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => void late.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void late.close());
  const address = late.address();
  if (typeof address !== 'object' || address === null) throw new Error('It does not listen.');
  const pid = await stage.helperPid();
  if (pid !== undefined) await endProcess(pid, 'SIGTERM');
  const { find } = await doctor(stage, {
    AWS_ENDPOINT_URL_SSO_OIDC: `http://127.0.0.1:${address.port}`,
  });
  expect(find('clock.acme')).toMatchObject({
    status: 'warning',
    message: expect.stringMatching(/36\d\d seconds ahead/),
  });
});
