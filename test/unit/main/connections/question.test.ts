import { expect, test } from 'vitest';
import { openQuestion } from '../../../../main/connections/question.ts';

const fields = [
  { name: 'username', secret: false },
  { name: 'password', secret: true },
] as const;

test('an answer has a value for each field, and reaches whoever asked', async () => {
  const question = openQuestion('1', fields);
  question.answer({ username: 'alice', password: 'wonderland' });
  expect(await question.answered).toEqual({ username: 'alice', password: 'wonderland' });
});

test.each([
  ['something is missing', { username: 'alice' }],
  ['something is empty', { username: 'alice', password: '' }],
  ['there is more than was asked', { username: 'alice', password: 'x', otp: '1' }],
])('an answer in which %s is refused, and the question stays', async (_what, values) => {
  const question = openQuestion('1', fields);
  expect(() => question.answer(values)).toThrow(
    expect.objectContaining({ code: 'invalid_input', hint: expect.any(String) }),
  );
  question.answer({ username: 'alice', password: 'x' });
  expect(await question.answered).toMatchObject({ password: 'x' });
});

test('what is refused is not repeated', () => {
  const question = openQuestion('1', fields);
  const values = { username: 'alice', password: 'wonderland', note: 'secret' };
  expect(() => question.answer(values)).not.toThrow(/wonderland|secret/);
});
