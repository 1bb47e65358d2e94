import { expect, test } from 'vitest';
import { createPrompts } from '../../../../main/accounts/prompts.ts';
import { createStateStore, emptyState } from '../../../../main/state.ts';
import { accountsOf } from '../../../support/accounts.ts';
import { codeOf } from '../../../support/connections.ts';
import { createFakePorts } from '../../../support/fake-ports.ts';

const device = 'arn:aws:iam::111122223333:mfa/ada';
const [account] = accountsOf(['prod']);
if (account === undefined) throw new Error('No account');
const never = new AbortController().signal;

function setUp() {
  const ports = createFakePorts();
  const state = createStateStore(
    emptyState({ version: '0', pid: 1, startedAt: '2026-01-01T00:00:00Z', keychain: 'memory' }),
  );
  const prompts = createPrompts(ports, state);
  return { ...ports, ports, state, prompts, open: () => state.get('prompts') };
}

test('the code goes to whoever waits for it, and stays nowhere', async () => {
  const { log, notifier, open, prompts, state } = setUp();
  const asked = prompts.mfaCode(account, device, never);
  const [question] = open();
  expect(question).toMatchObject({ account: account.id, path: account.path, kind: 'mfa' });
  expect(question?.message).toContain(device);
  expect(notifier.notices).toMatchObject([{ kind: 'mfa', connection: 'acme' }]);
  prompts.answer(question?.id ?? '', '123456');
  expect(await asked).toBe('123456');
  expect(open()).toEqual([]);
  expect(JSON.stringify([state.snapshot(), log.entries])).not.toContain('123456');
});

test('a minute without an answer is mfa_required, with a way to enter it', async () => {
  const { clock, open, prompts } = setUp();
  const failure = prompts.mfaCode(account, device, never).catch((error: unknown) => error);
  await clock.advance(59_999);
  expect(open()).toHaveLength(1);
  await clock.advance(1);
  expect(await failure).toMatchObject({
    code: 'mfa_required',
    hint: expect.stringContaining('keyfob account mfa'),
  });
  expect(open()).toEqual([]);
});

test('a question that is over takes no answer', async () => {
  const { clock, open, prompts } = setUp();
  const asked = codeOf(prompts.mfaCode(account, device, never));
  const id = open()[0]?.id ?? '';
  await clock.advance(60_000);
  expect(await asked).toBe('mfa_required');
  expect(() => prompts.answer(id, '123456')).toThrow('over');
});

test('it is taken back when nobody waits any more', async () => {
  const { clock, open, prompts } = setUp();
  const gone = new AbortController();
  const asked = prompts.mfaCode(account, device, gone.signal);
  gone.abort(new Error('hung up'));
  await expect(asked).rejects.toThrow('hung up');
  expect(open()).toEqual([]);
  expect(clock.waiting).toBe(0);
});

test('more questions than a person can answer are not put', async () => {
  const { open, prompts } = setUp();
  const asked = Array.from({ length: 21 }, () => codeOf(prompts.mfaCode(account, device, never)));
  expect(await asked.at(-1)).toBe('mfa_required');
  expect(open()).toHaveLength(20);
  prompts.close();
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['mfa_required']));
});
