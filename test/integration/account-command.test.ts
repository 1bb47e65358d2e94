import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Account } from '../../shared/account.ts';
import { createAwsCli } from '../support/aws-cli.ts';
import { type CliStage, setCliStage } from '../support/cli-stage.ts';

/** `keyfob account`, as a person uses it: real processes, and the AWS CLI at the end. */

const keyfob = join(import.meta.dirname, '../../main/cli/keyfob.ts');
const serial = 'arn:aws:iam::111111111111:mfa/ada';

let stage: CliStage;
beforeAll(async () => {
  stage = await setCliStage();
  stage.simulator.switches.trust = {
    Deploy: { externalId: '4711' },
    Mfa: { mfaSerial: serial },
  };
  await stage.addAcme();
  await stage.login();
  await stage.json('accounts', '--sync');
});
afterAll(() => stage.clear());

test('a role put together here is who the AWS CLI is', async () => {
  const added = await stage.json<Account>(
    ...['account', 'add', 'assume-role', 'acme/deploy', '--source', 'Production/Admin'],
    ...['--role-arn', 'arn:aws:iam::111111111112:role/Deploy', '--external-id', '4711'],
    ...['--session-name', 'ada'],
  );
  expect(added).toMatchObject({ kind: 'aws-assumed-role', accountId: '111111111112' });
  const list = await stage.run(['accounts', 'deploy']);
  expect(list.stdout).toMatch(/acme\/deploy\s+111111111112\s+from acme\/000000000042\/Admin/);

  const cli = await createAwsCli();
  try {
    const given = JSON.parse((await stage.run(['credential-process', 'acme/deploy'])).stdout);
    const identity = await cli.run(
      ['sts', 'get-caller-identity', '--endpoint-url', stage.env.AWS_ENDPOINT_URL_STS ?? ''],
      {
        AWS_ACCESS_KEY_ID: given.AccessKeyId,
        AWS_SECRET_ACCESS_KEY: given.SecretAccessKey,
        AWS_SESSION_TOKEN: given.SessionToken,
        AWS_DEFAULT_REGION: 'eu-west-1',
      },
    );
    expect(JSON.parse(identity.stdout)).toMatchObject({
      Account: '111111111112',
      Arn: 'arn:aws:sts::111111111112:assumed-role/Deploy/ada',
    });
  } finally {
    await cli.remove();
  }
});

test('a tool waits while the code comes in through a pipe', async () => {
  await stage.json(
    ...['account', 'add', 'assume-role', 'acme/mfa', '--source', 'acme/Production/Admin'],
    ...['--role-arn', 'arn:aws:iam::111111111112:role/Mfa', '--mfa-serial', serial],
  );
  const tool = stage.start(['credential-process', 'acme/mfa']);
  await expect
    .poll(async () => (await pipe('')).stderr, { interval: 300 })
    .not.toContain('No tool waits');
  const entered = await pipe(`${stage.simulator.mfaCode(serial)}\n`);
  expect(entered).toMatchObject({ code: 0, stderr: expect.stringContaining('on its way') });
  const { code, stdout } = await tool.ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ Version: 1, AccountId: '111111111112' });
});

test('what another one needs stays, and what nobody needs goes', async () => {
  await stage.json(
    ...['account', 'add', 'assume-role', 'acme/chained', '--source', 'acme/deploy'],
    ...['--role-arn', 'arn:aws:iam::111111111112:role/Audit'],
  );
  const refused = await stage.run(['account', 'remove', 'acme/deploy']);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr).toContain('acme/deploy is needed by acme/chained.');
  await stage.json('account', 'remove', 'acme/chained');
  expect(await stage.json('account', 'remove', 'acme/deploy')).toMatchObject({
    id: 'acme/deploy',
  });
});

/** `keyfob account mfa` with a code on its stdin. */
function pipe(input: string): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [keyfob, 'account', 'mfa'],
      { env: stage.env },
      (error, _stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stderr }),
    );
    child.stdin?.end(input);
  });
}
