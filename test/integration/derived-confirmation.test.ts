import { expect, test } from 'vitest';
import { createInProcessClient, createRouter } from '../../main/endpoint/router.ts';
import { openHelper, openSimulator } from '../support/helper-stage.ts';

/** A program that can put accounts together must not get past a question by that. */
test('a role made of an account that asks is not handed out without a yes', async () => {
  const simulator = await openSimulator();
  const { client, get, helper, log, signIn } = await openHelper({ simulator });
  const router = createRouter(helper.handlers, log);
  const window = createInProcessClient(router, { caller: 'window' });
  await signIn('device');
  const source = 'acme/Production/Admin';
  await window.call('account.confirm', { account: source, policy: 'always' });
  await client.call('account.add', {
    kind: 'aws-assumed-role',
    connection: 'acme',
    name: 'around',
    source,
    roleArn: 'arn:aws:iam::111111111112:role/Deploy',
  });
  await client.call('account.add', {
    kind: 'aws-assumed-role',
    connection: 'acme',
    name: 'further',
    source: 'acme/around',
    roleArn: 'arn:aws:iam::111111111112:role/Audit',
  });
  for (const [path, allow] of [
    ['acme/around', false],
    ['acme/further', false],
    ['acme/further', true],
  ] as const) {
    const asked = get(`/v1/aws/credentials?account=${path}`);
    await expect.poll(() => helper.state.get('confirmations').length).toBe(1);
    const [question] = helper.state.get('confirmations');
    expect(question?.path).toBe(path);
    await window.call('confirmation.answer', { id: question?.id ?? '', allow });
    const { status, body } = await asked;
    expect([status, body.includes('AccessKeyId')]).toEqual(allow ? [200, true] : [403, false]);
  }
});
