import { expect, test } from 'vitest';
import type { Confirmation } from '../../../../../shared/model.ts';
import { runCli } from '../../../../support/cli.ts';

const question = (changes: Partial<Confirmation> = {}): Confirmation => ({
  id: 'q1',
  account: 'acme/111111111111/Admin',
  path: 'acme/prod/Admin',
  client: 'terraform',
  askedAt: '2026-01-01T12:00:00.000Z',
  expiresAt: '2026-01-01T12:01:00.000Z',
  ...changes,
});

function helper(confirmations: Confirmation[]) {
  const answered: unknown[] = [];
  return {
    answered,
    answers: {
      questions: () => ({ confirmations, prompts: [] }),
      'confirmation.answer': (input: unknown) => {
        answered.push(input);
        return {};
      },
    },
  };
}

test('who waits, for what, and how long yet', async () => {
  const { answers } = helper([
    question(),
    question({ id: 'q2', client: 'x\x1b[2J', policy: 'never' }),
  ]);
  const { out } = await runCli(['confirm'], answers);
  expect(out).toContain('q1  terraform');
  expect(out).toContain('1 min left');
  expect(out).toContain('acme/prod/Admin: ask never from now on');
  expect(out).not.toContain('\x1b[2J');
});

test('nobody waits', async () => {
  const { code, out, err } = await runCli(['confirm'], helper([]).answers);
  expect({ code, out, err }).toEqual({ code: 0, out: '', err: 'Nobody waits for an answer.\n' });
});

test.each([
  [['--yes'], true],
  [['--no'], false],
  [['q1', '--yes'], true],
  [['--no', 'q1'], false],
])('%j answers the one that waits', async (args, allow) => {
  const { answered, answers } = helper([question()]);
  const { code } = await runCli(['confirm', ...args], answers);
  expect({ code, answered }).toEqual({ code: 0, answered: [{ id: 'q1', allow }] });
});

test.each([
  ['both', ['--yes', '--no'], [question()]],
  ['neither', ['q1'], [question()]],
  ['one that is over', ['q9', '--yes'], [question()]],
  ['none', ['--yes'], []],
  ['two', ['--yes'], [question(), question({ id: 'q2' })]],
])('%s is not guessed', async (_, args, waiting) => {
  const { answered, answers } = helper(waiting);
  const outcome = await runCli(['confirm', ...args], answers).catch((error) => error);
  if (outcome instanceof Error) expect(outcome).toMatchObject({ hint: expect.any(String) });
  else expect(outcome.code).not.toBe(0);
  expect(answered).toEqual([]);
});
