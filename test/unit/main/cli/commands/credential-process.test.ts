import { expect, test } from 'vitest';
import { runCli } from '../../../../support/cli.ts';

test('an empty name, as of a variable that is not set, does not lead to the active account', async () => {
  const { code, out, err } = await runCli(['credential-process', ''], {});
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('The name of the account is empty.');
});
