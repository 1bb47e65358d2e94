import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import {
  fromContainerMetadata,
  fromHttp,
  fromNodeProviderChain,
  fromProcess,
} from '@aws-sdk/credential-providers';
import { afterEach, expect, test } from 'vitest';
import type { Simulator } from '../simulator/simulator.ts';
import { type HelperStage, openHelper, openSimulator } from '../support/helper-stage.ts';
import { runProgram } from '../support/run-program.ts';

/** The AWS SDK for JavaScript, by each of the ways in which it finds Keyfob. */

const saved = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
  Object.assign(process.env, saved);
});

const command = join(import.meta.dirname, '../../main/cli/keyfob.ts');

interface Open {
  readonly simulator: Simulator;
  readonly stage: HelperStage;
  readonly accountId: string;
  readonly path: string;
  readonly grant: { readonly url: string; readonly token: string };
}

async function open(roleSeconds = 3_600): Promise<Open> {
  const simulator = await openSimulator({ switches: { lifetimes: { roleSeconds } } });
  const stage = await openHelper({ simulator });
  await stage.signIn('device');
  const { accounts } = await stage.client.call('accounts.list', {});
  const [account] = accounts;
  if (account?.kind !== 'aws-role') throw new Error('No accounts');
  const grant = await stage.client.call('grant.create', { label: 'sdk', accounts: [account.path] });
  return { simulator, stage, accountId: account.accountId, path: account.path, grant };
}

async function whoIs(
  simulator: Simulator,
  credentials: NonNullable<ConstructorParameters<typeof STSClient>[0]>['credentials'],
): Promise<string | undefined> {
  const client = stsClient(simulator, credentials);
  return (await client.send(new GetCallerIdentityCommand())).Account;
}

function stsClient(
  simulator: Simulator,
  credentials: NonNullable<ConstructorParameters<typeof STSClient>[0]>['credentials'],
): STSClient {
  const endpoint = simulator.env().AWS_ENDPOINT_URL_STS;
  return new STSClient({ region: 'eu-west-1', endpoint, ...(credentials && { credentials }) });
}

const containerUrl = ({ grant, path }: Open) =>
  `${grant.url}/v1/aws/container?account=${encodeURIComponent(path)}`;

test('fromHttp', async () => {
  const opened = await open();
  const credentials = fromHttp({
    awsContainerCredentialsFullUri: containerUrl(opened),
    awsContainerAuthorizationToken: opened.grant.token,
  });
  expect(await whoIs(opened.simulator, credentials)).toBe(opened.accountId);
});

test('the default chain and fromContainerMetadata, by the variables that `exec` sets', async () => {
  const opened = await open();
  const nowhere = join(opened.stage.home, 'none');
  Object.assign(process.env, {
    HOME: opened.stage.home,
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: containerUrl(opened),
    AWS_CONTAINER_AUTHORIZATION_TOKEN: opened.grant.token,
  });
  expect(await whoIs(opened.simulator, fromNodeProviderChain())).toBe(opened.accountId);
  expect(await whoIs(opened.simulator, fromContainerMetadata())).toBe(opened.accountId);
});

test('fromProcess, and a profile of the default chain', async () => {
  const opened = await open();
  const config = join(opened.stage.home, 'config');
  const line = `"${process.execPath}" "${command}" credential-process ${opened.path}`;
  writeFileSync(config, `[profile keyfob]\ncredential_process = ${line}\nregion = eu-west-1\n`);
  Object.assign(process.env, {
    KEYFOB_HOME: opened.stage.home,
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: join(opened.stage.home, 'none'),
  });
  const byProcess = fromProcess({ profile: 'keyfob' });
  expect(await whoIs(opened.simulator, byProcess)).toBe(opened.accountId);
  Object.assign(process.env, { AWS_PROFILE: 'keyfob' });
  expect(await whoIs(opened.simulator, fromNodeProviderChain())).toBe(opened.accountId);
});

test('a client that runs over three expiries of credentials that last for seconds never fails', async () => {
  const opened = await open(6);
  const client = stsClient(
    opened.simulator,
    fromHttp({
      awsContainerCredentialsFullUri: containerUrl(opened),
      awsContainerAuthorizationToken: opened.grant.token,
    }),
  );
  const handedOut = () => opened.simulator.journal.count('GetRoleCredentials');
  const before = handedOut();
  for (let calls = 0; calls < 20 || handedOut() - before < 3; calls += 1) {
    expect((await client.send(new GetCallerIdentityCommand())).Account).toBe(opened.accountId);
    await delay(100);
  }
});

test('the AWS CLI by credential_process', async () => {
  const opened = await open();
  const config = join(opened.stage.home, 'config');
  const line = `"${process.execPath}" "${command}" credential-process ${opened.path}`;
  writeFileSync(config, `[profile keyfob]\ncredential_process = ${line}\n`);
  const endpoint = ['--endpoint-url', opened.simulator.env().AWS_ENDPOINT_URL_STS];
  const asks = ['aws', 'sts', 'get-caller-identity', '--profile', 'keyfob', '--output', 'json'];
  const { code, stdout } = await runProgram([...asks, '--region', 'eu-west-1', ...endpoint], {
    PATH: process.env.PATH,
    HOME: opened.stage.home,
    KEYFOB_HOME: opened.stage.home,
    AWS_CONFIG_FILE: config,
  }).ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ Account: opened.accountId });
});
