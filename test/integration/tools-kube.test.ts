import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Account, AwsAccount } from '../../shared/account.ts';
import { canShow } from '../support/can-show.ts';
import {
  type CertificateAuthority,
  createCertificateAuthority,
} from '../support/certificate-authority.ts';
import { type CliStage, setCliStage } from '../support/cli-stage.ts';
import { runKeyfob } from '../support/keyfob-command.ts';
import { type OpenidStage, startOpenidStage } from '../support/openid-stage.ts';
import { type Ended, runProgram } from '../support/run-program.ts';

/** kubectl itself, which signs in to an API server that demands the token. */

const withKubectl = test.runIf(canShow('signing in by kubectl', 'kubectl'));
const withAws = test.runIf(canShow('EKS beside the AWS CLI', 'aws'));

let authority: CertificateAuthority;
let server: Server;
let folder: string;
/** What the API server takes, and what it has been shown. */
let demanded: (token: string) => boolean | Promise<boolean>;
const shown: string[] = [];
let openid: OpenidStage;
let stage: CliStage;
let original: string;

beforeAll(async () => {
  authority = createCertificateAuthority();
  server = createServer(authority.issue(['localhost']), async (request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined) shown.push(token);
    const fits = token !== undefined && (await demanded(token));
    const body = fits ? { gitVersion: 'v1.2.3' } : { kind: 'Status', code: 401 };
    response.writeHead(fits ? 200 : 401, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  [openid, stage] = await Promise.all([startOpenidStage(), setCliStage()]);
  await openid.add('corp', 'public');
  await openid.signIn('corp');
  await stage.addAcme();
  await stage.login();
  folder = join(stage.folder, 'kube');
  mkdirSync(folder);
  original = `# mine
apiVersion: v1
kind: Config
clusters:
- name: here
  cluster:
    server: https://localhost:${(server.address() as AddressInfo).port}
    certificate-authority: ${authority.file}
contexts:
- name: here
  context: {cluster: here, user: somebody}
current-context: here
users:
- name: somebody # a comment
  user: {token: old-and-secret}
`;
});
afterAll(async () => {
  await Promise.all([openid.close(), stage.clear()]);
  server.close();
  server.closeAllConnections();
  authority.remove();
});

beforeEach(() => {
  writeFileSync(join(folder, 'config'), original);
  shown.length = 0;
});

const env = (keyfob: Readonly<Record<string, string>>) => ({
  ...keyfob,
  PATH: process.env.PATH,
  HOME: stage.folder,
  KUBECONFIG: join(folder, 'config'),
});
const kubectl = (keyfob: Readonly<Record<string, string>>): Promise<Ended> =>
  runProgram(['kubectl', 'get', '--raw', '/version'], env(keyfob)).ended;

withKubectl('with the ID token of an OpenID connection', async () => {
  const { body } = await openid.token('corp', '&id_token=true');
  demanded = (token) => token === body.access_token;
  const install = ['kube', 'install', 'corp/access', '--yes'];
  const installed = await runKeyfob(install, env(openid.env));
  expect(installed).toMatchObject({ code: 0, stdout: '' });
  expect(installed.stderr).toContain('+- name: keyfob:corp/access');
  expect(installed.stderr).not.toContain('old-and-secret');

  const { code, stdout, stderr } = await kubectl(openid.env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(stdout)).toEqual({ gitVersion: 'v1.2.3' });
  expect(new Set(shown)).toEqual(new Set([body.access_token]));

  expect(await runKeyfob(['kube', 'remove', '--yes'], env(openid.env))).toMatchObject({ code: 0 });
  expect(readFileSync(join(folder, 'config'), 'utf8')).toBe(original);
});

withKubectl('with the access token, where the cluster takes that one', async () => {
  const { body } = await openid.token('corp');
  demanded = (token) => token === body.access_token;
  await runKeyfob(['kube', 'install', 'corp/access', '--access-token', '--yes'], env(openid.env));
  expect(await kubectl(openid.env)).toMatchObject({ code: 0 });
});

withKubectl(
  'a token that the cluster refuses is given once: kubectl itself asks for another',
  async () => {
    const { body } = await openid.token('corp');
    demanded = (token) => token !== body.access_token;
    await runKeyfob(['kube', 'install', 'corp/access', '--access-token', '--yes'], env(openid.env));
    // It asks for another, and leaves the request at what it came to.
    expect((await kubectl(openid.env)).code).not.toBe(0);
    expect(new Set(shown)).toEqual(new Set([body.access_token]));
    expect(await kubectl(openid.env)).toMatchObject({ code: 0 });
  },
);

withKubectl('to EKS, whose API asks AWS who it is', async () => {
  const { accounts } = await stage.json<{ accounts: Account[] }>('accounts');
  const [account] = accounts as [AwsAccount];
  let arn = '';
  demanded = async (token) => {
    const encoded = /^k8s-aws-v1\.([\w-]+)$/.exec(token)?.[1] ?? '';
    const address = Buffer.from(encoded, 'base64url').toString();
    const asked = await fetch(address, { headers: { 'x-k8s-aws-id': 'main' } });
    arn = /<Arn>(.*)<\/Arn>/.exec(await asked.text())?.[1] ?? '';
    const another = await fetch(address, { headers: { 'x-k8s-aws-id': 'other' } });
    return asked.status === 200 && another.status === 403;
  };
  const where = ['--cluster', 'main', '--region', 'eu-west-1', '--yes'];
  expect(
    await runKeyfob(['kube', 'install', account.path, ...where], env(stage.env)),
  ).toMatchObject({
    code: 0,
  });
  expect(await kubectl(stage.env)).toMatchObject({ code: 0, stderr: '' });
  expect(arn).toContain(`:assumed-role/`);
  expect(arn).toContain(account.accountId);
});

withAws('the token for EKS is the one that the AWS CLI would make', async () => {
  const { accounts } = await stage.json<{ accounts: Account[] }>('accounts');
  const [account] = accounts as [AwsAccount];
  const asked = ['kube', 'token', account.path, '--cluster', 'main', '--region', 'eu-west-1'];
  const ours = JSON.parse((await stage.run(asked)).stdout);
  const lines = JSON.parse((await stage.run(['credential-process', account.path])).stdout);
  const theirs = JSON.parse(
    execFileSync('aws', ['eks', 'get-token', '--cluster-name', 'main', '--region', 'eu-west-1'], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        AWS_ACCESS_KEY_ID: lines.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: lines.SecretAccessKey,
        AWS_SESSION_TOKEN: lines.SessionToken,
        AWS_STS_REGIONAL_ENDPOINTS: 'regional',
      },
    }).toString(),
  );
  const partsOf = (token: string) => {
    const url = new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());
    const query = Object.fromEntries(url.searchParams);
    const { 'X-Amz-Date': _, 'X-Amz-Signature': __, 'X-Amz-Credential': who = '', ...rest } = query;
    return { ...rest, key: who.split('/')[0], scope: who.split('/').slice(2).join('/') };
  };
  expect(partsOf(ours.status.token)).toEqual(partsOf(theirs.status.token));
  expect(ours.kind).toBe(theirs.kind);
  const spare = Date.parse(ours.status.expirationTimestamp) - Date.now();
  expect(spare).toBeGreaterThan(13 * 60_000);
  expect(spare).toBeLessThan(15 * 60_000);
});

withKubectl('signed out, kubectl says what to do', async () => {
  demanded = () => true;
  await runKeyfob(['kube', 'install', 'corp/access', '--yes'], env(openid.env));
  await openid.call('signOut', { connection: 'corp' });
  const { code, stderr } = await kubectl(openid.env);
  expect(code).not.toBe(0);
  expect(stderr).toContain('keyfob login corp');
  expect(shown).toEqual([]);
});
