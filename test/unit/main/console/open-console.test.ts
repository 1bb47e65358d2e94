import { expect, test } from 'vitest';
import { openConsole } from '../../../../main/console/open-console.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createFakePorts, jsonResponse } from '../../../support/fake-ports.ts';

const credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'session',
  accountId: '000000000001',
  expiresAt: 0,
  obtainedAt: 0,
};

test('where no browser opens, the way to the address is told: there is no code to sign in by', async () => {
  const ports = createFakePorts();
  ports.fetch.on(
    'https://eu-west-1.signin.aws.amazon.com/federation',
    jsonResponse({ SigninToken: 'token' }),
  );
  ports.browser.onOpen = () => {
    throw new KeyfobError('browser_failed', 'No browser.', { hint: 'Sign in with `--device`.' });
  };
  const opened = openConsole(
    credentials,
    { region: 'eu-west-1' },
    undefined,
    ports,
    new AbortController().signal,
  );
  await expect(opened).rejects.toMatchObject({
    code: 'browser_failed',
    message: 'No browser.',
    hint: expect.stringMatching(/^Print the address with `keyfob console --print`/),
  });
});
