import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account, AwsAccount } from '../../shared/account.ts';
import { canShow } from '../support/can-show.ts';
import { type CliStage, setCliStage } from '../support/cli-stage.ts';
import { runKeyfob } from '../support/keyfob-command.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';
import { type Ended, runProgram } from '../support/run-program.ts';

/**
 * Docker's client itself, which asks a registry on loopback for an image's manifest. What needs a
 * running engine (pull, push) asks the helper in the same way; for ECR, whose hosts nobody can have
 * on loopback, the helper is driven by the protocol.
 */

const withDocker = test.runIf(canShow('signing in by Docker', 'docker'));
const withAws = test.runIf(canShow('ECR beside the AWS CLI', 'aws'));

let openid: OpenidStage;
let registry: Server;
let host: string;
let bin: string;
let dockerConfig: string;
let demanded = '';
const shown: string[] = [];

const image = JSON.stringify({
  architecture: 'amd64',
  os: 'linux',
  rootfs: { type: 'layers', diff_ids: [] },
});
const digest = `sha256:${createHash('sha256').update(image).digest('hex')}`;
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: manifestType,
  config: {
    mediaType: 'application/vnd.docker.container.image.v1+json',
    size: image.length,
    digest,
  },
  layers: [],
});

beforeAll(async () => {
  openid = await startOpenidStage();
  await openid.add('corp', 'public');
  await openid.signIn('corp');
  const { access_token } = (await openid.token('corp')).body;
  demanded = `Basic ${Buffer.from(`oauth2:${access_token}`).toString('base64')}`;
  registry = createServer((request, response) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) shown.push(authorization);
    response.setHeader('Docker-Distribution-Api-Version', 'registry/2.0');
    if (authorization !== demanded) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="registry"' }).end('{}');
      return;
    }
    const isManifest = request.url?.includes('/manifests/');
    const isImage = request.url?.includes('/blobs/');
    response.setHeader('Content-Type', isManifest ? manifestType : 'application/json');
    response.end(isManifest ? manifest : isImage ? image : '{}');
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(registry.address() as AddressInfo).port}`;
  bin = join(openid.home, 'bin');
  dockerConfig = join(openid.home, 'docker');
  mkdirSync(bin);
  mkdirSync(dockerConfig);
});
afterAll(async () => {
  await openid.close();
  registry.close();
  registry.closeAllConnections();
});

const env = () => ({
  ...openid.env,
  HOME: openid.home,
  PATH: `${bin}:${process.env.PATH}`,
  DOCKER_CONFIG: dockerConfig,
  DOCKER_CLI_EXPERIMENTAL: 'enabled',
  KEYFOB_NO_AUTOSTART: '1',
});

function inspect(): Promise<Ended> {
  const command = ['docker', 'manifest', 'inspect', '--insecure', `${host}/team/app:1`];
  return runProgram(command, env()).ended;
}

const original = '{\n\t"auths": {},\n\t"psFormat": "{{.ID}}"\n}\n';

withDocker('without Keyfob, Docker has nothing to show', async () => {
  writeFileSync(join(dockerConfig, 'config.json'), original);
  expect((await inspect()).code).not.toBe(0);
  expect(shown).toEqual([]);
});

withDocker('without a yes nothing is written, neither here nor in the helper', async () => {
  const install = ['docker', 'install', host, 'corp/access', '--bin-dir', bin];
  expect((await runKeyfob(install, env())).code).toBe(5);
  expect(readFileSync(join(dockerConfig, 'config.json'), 'utf8')).toBe(original);
  expect(await openid.call('registry.list', {})).toEqual({ registries: [] });
});

withDocker('installed, Docker signs in with the token, and keeps nothing of it', async () => {
  const install = ['docker', 'install', host, 'corp/access', '--bin-dir', bin, '--yes'];
  const { code, stderr } = await runKeyfob(install, env());
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('"credHelpers"') });
  const { code: inspected, stdout, stderr: why } = await inspect();
  expect({ inspected, why }).toEqual({ inspected: 0, why: '' });
  expect(stdout).toContain(digest);
  expect(shown.at(-1)).toBe(demanded);
  expect(readFileSync(join(dockerConfig, 'config.json'), 'utf8')).not.toContain('auth":');
});

withDocker('`docker logout` does no harm', async () => {
  const file = join(dockerConfig, 'config.json');
  const text = readFileSync(file, 'utf8');
  expect((await runProgram(['docker', 'logout', host], env()).ended).code).toBe(0);
  expect((await inspect()).code).toBe(0);
  // Docker may have written the file anew, in its own way.
  writeFileSync(file, text);
});

withDocker('the helper, by its own name, lists what it answers for', async () => {
  const helper = join(bin, 'docker-credential-keyfob');
  const listed = execFileSync(helper, ['list'], { env: env() });
  expect(JSON.parse(listed.toString())).toEqual({ [host]: 'oauth2' });
});

withDocker(
  'signed out, Docker gets nothing, and the helper says what to do where Docker looks',
  async () => {
    await openid.call('signOut', { connection: 'corp' });
    const before = shown.length;
    expect((await inspect()).code).not.toBe(0);
    expect(shown).toHaveLength(before);
    const get = `printf %s '${host}' | docker-credential-keyfob get`;
    const { code, stdout } = await runProgram(['sh', '-c', get], env()).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('keyfob login') });
  },
);

withDocker('taken back, the configuration is what it was to the letter', async () => {
  const { code } = await runKeyfob(['docker', 'remove', host, '--yes'], env());
  expect(code).toBe(0);
  expect(readFileSync(join(dockerConfig, 'config.json'), 'utf8')).toBe(original);
  expect(await openid.call('registry.list', {})).toEqual({ registries: [] });
});

withDocker(
  'taken back after other changes, Docker asks the helper that it asked before',
  async () => {
    const file = join(dockerConfig, 'config.json');
    writeFileSync(file, JSON.stringify({ credHelpers: { [host]: 'other' } }));
    const install = ['docker', 'install', host, 'corp/access', '--bin-dir', bin, '--yes'];
    expect(await runKeyfob(install, env())).toMatchObject({ code: 0 });
    expect(await runKeyfob(install, env())).toMatchObject({ code: 0 });
    const changed = { ...JSON.parse(readFileSync(file, 'utf8')), detachKeys: 'ctrl-e' };
    expect(changed.credHelpers).toEqual({ [host]: 'keyfob' });
    writeFileSync(file, JSON.stringify(changed));
    expect(await runKeyfob(['docker', 'remove', host, '--yes'], env())).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      credHelpers: { [host]: 'other' },
      detachKeys: 'ctrl-e',
    });
    writeFileSync(file, original);
  },
);

withAws('a registry of ECR gets a password that its account has asked for', async () => {
  const stage: CliStage = await setCliStage();
  try {
    await stage.addAcme();
    await stage.login();
    const { accounts } = await stage.json<{ accounts: Account[] }>('accounts');
    const [account] = accounts as [AwsAccount];
    const ecr = `${account.accountId}.dkr.ecr.eu-west-1.amazonaws.com`;
    const ecrEnv = { ...stage.env, DOCKER_CONFIG: join(stage.folder, 'docker') };
    const place = ['--bin-dir', join(stage.folder, 'bin'), '--yes'];
    const done = await runKeyfob(['docker', 'install', ecr, account.path, ...place], ecrEnv);
    expect(done).toMatchObject({ code: 0 });
    const helper = join(stage.folder, 'bin', 'docker-credential-keyfob');
    const get = (url: string) =>
      runProgram(['sh', '-c', `printf %s '${url}' | '${helper}' get`], ecrEnv).ended;
    const { code, stdout } = await get(ecr);
    expect(code).toBe(0);
    const { Username, Secret, ServerURL } = JSON.parse(stdout);
    expect({ Username, ServerURL }).toEqual({ Username: 'AWS', ServerURL: ecr });
    expect(stage.simulator.registryAccount(Secret)).toBe(account.accountId);
    expect(JSON.parse((await get(`https://${ecr}`)).stdout).Secret).toBe(Secret);
    expect(stage.simulator.journal.count('GetAuthorizationToken')).toBe(1);
    expect(await get('registry.example.com')).toMatchObject({
      code: 1,
      stdout: 'credentials not found in native keychain\n',
    });
    const wrong = ['docker', 'install', 'registry.example.com', account.path, ...place];
    expect(await runKeyfob(wrong, ecrEnv)).toMatchObject({ code: 2 });
    // The AWS CLI, on the same simulator, gets one of the same kind.
    const keys = JSON.parse((await stage.run(['credential-process', account.path])).stdout);
    const { AWS_ENDPOINT_URL_ECR = '' } = stage.env;
    const asks = ['aws', 'ecr', 'get-login-password', '--region', 'eu-west-1'];
    const { stdout: theirs } = await runProgram([...asks, '--endpoint-url', AWS_ENDPOINT_URL_ECR], {
      PATH: process.env.PATH,
      HOME: stage.folder,
      AWS_ACCESS_KEY_ID: keys.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.SecretAccessKey,
      AWS_SESSION_TOKEN: keys.SessionToken,
    }).ended;
    expect(stage.simulator.registryAccount(theirs.trim())).toBe(account.accountId);
    expect(existsSync(join(stage.folder, 'docker', 'config.json'))).toBe(true);
  } finally {
    await stage.clear();
  }
});
