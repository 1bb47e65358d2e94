import { expect, test } from 'vitest';
import { openHelper, openSimulator } from '../support/helper-stage.ts';

/** A minute is long for a test: here the helper's last a hundredth of their time, at first. */
test('nobody enters the code: the tool hears mfa_required, and the next one asks anew', async () => {
  const serial = 'arn:aws:iam::111111111111:mfa/ada';
  const simulator = await openSimulator({ switches: { trust: { Mfa: { mfaSerial: serial } } } });
  let hurried = true;
  const { client, get, helper, signIn, notices } = await openHelper({
    simulator,
    ports: ({ clock }) => ({
      clock: {
        now: clock.now,
        after: (ms, task) => clock.after(hurried && ms === 60_000 ? 600 : ms, task),
      },
    }),
  });
  await signIn('device');
  await client.call('account.add', {
    kind: 'aws-assumed-role',
    connection: 'acme',
    name: 'mfa',
    source: 'acme/Production/Admin',
    roleArn: 'arn:aws:iam::111111111112:role/Mfa',
    mfaSerial: serial,
  });
  const target = '/v1/aws/credentials?account=acme/mfa';
  const { status, body } = await get(target);
  expect([status, JSON.parse(body).code]).toEqual([403, 'mfa_required']);
  expect(helper.state.get('prompts')).toEqual([]);
  expect(notices.map(({ kind }) => kind)).toContain('mfa');
  expect(simulator.journal.count('AssumeRole')).toBe(0);

  hurried = false;
  const again = get(target);
  await expect.poll(() => helper.state.get('prompts').length).toBe(1);
  const id = helper.state.get('prompts')[0]?.id ?? '';
  await client.call('prompt.answer', { id, code: simulator.mfaCode(serial) });
  expect((await again).status).toBe(200);
});
