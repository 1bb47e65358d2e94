import { describe, expect, test } from 'vitest';
import { KeyfobError } from '../../../../../shared/errors.ts';
import {
  type Answers,
  account,
  connectionView,
  runCli,
  signIn,
  state,
} from '../../../../support/cli.ts';

const device = signIn();
const browser = signIn({
  flow: 'browser',
  userCode: undefined,
  verificationUri: undefined,
  verificationUriComplete: undefined,
  authorizationUrl: 'https://oidc.eu-west-1.amazonaws.com/authorize?client_id=abc&state=xyz',
});

function answering(pending = device, more: Answers = {}): Answers {
  return {
    'signIn.start': () => pending,
    'signIn.wait': () => ({ ...pending, state: 'signed_in' as const }),
    'accounts.sync': () => connectionView('acme', {}, { accounts: 1500 }),
    'accounts.list': () => ({
      accounts: [account('acme/prod/Admin')],
      active: null,
      favourites: [],
    }),
    state: () => state({ connections: [connectionView('acme')], signIns: [pending] }),
    ...more,
  };
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('login by device code', () => {
  test('shows the code large, the page and its host, the time left, and what comes next', async () => {
    const { code, out, err } = await runCli(['login', 'acme', '--device'], answering());
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err.replace(/"[^"]*" "[^"]*"/, '"/path/to/keyfob"')).toMatchInlineSnapshot(`
      "Open this page on any device and check that it shows the same code:

          https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH

          ┌───────────────┐
          │   ABCD-EFGH   │
          └───────────────┘

      The page must be on acme.awsapps.com.
      Approve only if you started this sign-in.

      Waiting for the code to be approved … 10 min left. Ctrl-C cancels.
      Signed in to acme.
      1,500 accounts.

      Next:
        keyfob accounts                          all of them
        keyfob use acme/prod/Admin

      For the AWS CLI and SDKs, in ~/.aws/config:
        [profile NAME]
        credential_process = "/path/to/keyfob" credential-process acme/prod/Admin
      "
    `);
  });

  test('groups a code that comes in one piece', async () => {
    const plain = signIn({ userCode: 'ABCDEFGH' });
    expect((await runCli(['login', 'acme'], answering(plain))).err).toContain('│   ABCD-EFGH   │');
  });

  test('is asked for by --device, and opens no browser then', async () => {
    const { calls } = await runCli(['login', 'acme', '--device'], answering());
    expect(calls[0]).toEqual([
      'signIn.start',
      { connection: 'acme', flow: 'device', openBrowser: false, remote: false },
    ]);
  });

  test.each([
    ['over SSH', { SSH_CONNECTION: '1 2 3 4', DISPLAY: ':0' }],
    ['without a display', {}],
    ['in CI', { CI: 'true', DISPLAY: ':0' }],
  ])('is left to the helper %s, which is told that the person is elsewhere', async (_how, env) => {
    const { calls } = await runCli(['login', 'acme'], answering(), { env });
    expect(calls[0]?.[1]).toEqual({ connection: 'acme', openBrowser: false, remote: true });
  });
});

describe('login in the browser', () => {
  test('opens it, and shows the page in case it does not open', async () => {
    const { err, calls } = await runCli(['login', 'acme'], answering(browser));
    expect(calls[0]?.[1]).toEqual({ connection: 'acme', openBrowser: true, remote: false });
    expect(err).toContain('Your browser opens the sign-in page. If it does not, open it yourself:');
    expect(err).toContain(`    ${browser.authorizationUrl}\n`);
    expect(err).toContain('The page must be on oidc.eu-west-1.amazonaws.com.\n');
    expect(err).toContain('Approve only if you started this sign-in.');
    expect(err).toContain('Waiting for the sign-in in the browser … 10 min left.');
  });

  test('with --no-browser prints the page alone', async () => {
    const { err, calls } = await runCli(['login', 'acme', '--no-browser'], answering(browser));
    expect(calls[0]?.[1]).toMatchObject({ openBrowser: false });
    expect(err).toContain('Open this page in a browser on this machine:');
    expect(err).not.toContain('Your browser opens');
  });

  test('says when the browser could not be opened', async () => {
    const error = { code: 'browser_failed', message: 'The browser could not be opened.' };
    const { err } = await runCli(['login', 'acme'], answering({ ...browser, error }));
    expect(err).toContain('The browser could not be opened.\nOpen this page in a browser');
  });

  test('says so, too, when that is known only after a while', async () => {
    const error = {
      code: 'browser_failed',
      message: 'xdg-open failed.',
      hint: 'Open it yourself.',
    };
    const signedIn = Promise.withResolvers<void>();
    const { err } = await runCli(
      ['login', 'acme'],
      answering(browser, {
        'signIn.wait': async () => {
          await signedIn.promise;
          return { ...browser, state: 'signed_in' };
        },
        state: () => {
          setImmediate(signedIn.resolve);
          return state({ signIns: [{ ...browser, error }] });
        },
      }),
    );
    expect(err).toContain('! xdg-open failed.\n  Open it yourself.\n');
  });
});

describe('login --json', () => {
  test('prints one event a line: the code, then the end, then the accounts', async () => {
    const { out, err } = await runCli(['login', 'acme', '--device', '--json'], answering());
    expect(lines(out)).toEqual([
      {
        event: 'device_code',
        user_code: 'ABCD-EFGH',
        verification_uri: device.verificationUri,
        verification_uri_complete: device.verificationUriComplete,
        expires_at: '2026-01-01T12:10:00.000Z',
      },
      { event: 'signed_in', connection: 'acme' },
      { event: 'synced', connection: 'acme', accounts: 1500 },
    ]);
    expect(err).toBe('');
  });

  test('prints the authorization URL of the browser flow', async () => {
    const { out } = await runCli(['login', 'acme', '--json'], answering(browser));
    expect(lines(out)[0]).toEqual({
      event: 'authorization_url',
      url: browser.authorizationUrl,
      expires_at: '2026-01-01T12:10:00.000Z',
    });
  });
});

describe('a login that fails', () => {
  test.each([
    ['sign_in_denied', 5],
    ['sign_in_cancelled', 5],
    ['sign_in_expired', 1],
    ['sign_in_failed', 1],
    ['network_error', 1],
  ] as const)('with %s ends with %i and promises nothing', async (failure, exitCode) => {
    const run = await runCli(
      ['login', 'acme'],
      answering(device, {
        'signIn.wait': () => Promise.reject(new KeyfobError(failure, 'No.', { hint: 'Again.' })),
      }),
    );
    expect(run.code).toBe(exitCode);
    expect(run.err).toContain('keyfob: No.\n  Again.\n');
    expect(run.err).not.toContain('Signed in');
  });

  test('after the sign-in, because the accounts did not come, still says that you are signed in', async () => {
    const { code, err } = await runCli(
      ['login', 'acme'],
      answering(device, {
        'accounts.sync': () => Promise.reject(new KeyfobError('network_error', 'No network.')),
      }),
    );
    expect(code).toBe(1);
    expect(err).toContain('Signed in to acme.\nkeyfob: No network.');
  });

  test('where nobody has given you an account is none, but says so', async () => {
    const { code, err } = await runCli(
      ['login', 'acme'],
      answering(device, {
        'accounts.sync': () => connectionView('acme', {}, { accounts: 0 }),
        'accounts.list': () => ({ accounts: [], active: null, favourites: [] }),
      }),
    );
    expect(code).toBe(0);
    expect(err).toContain('Nobody has given you an account there yet.');
  });
});

describe('login without a name', () => {
  test('takes the only connection', async () => {
    const { calls } = await runCli(['login'], answering());
    expect(calls[1]?.[1]).toMatchObject({ connection: 'acme' });
  });

  test('asks for a name where there are several', async () => {
    const connections = [connectionView('acme'), connectionView('corp')];
    const { code, err } = await runCli(['login'], { state: () => state({ connections }) });
    expect(code).toBe(2);
    expect(err).toContain('acme, corp');
  });

  test('says how to add the first one', async () => {
    const { code, err } = await runCli(['login'], { state: () => state() });
    expect(code).toBe(1);
    expect(err).toContain('keyfob connection add identity-center');
  });
});

test('Ctrl-C cancels the sign-in at the helper, and is left alone afterwards', async () => {
  let interrupt: (() => Promise<void>) | undefined;
  let stopped = false;
  const { err, calls } = await runCli(
    ['login', 'acme'],
    answering(device, {
      'signIn.wait': async () => {
        await interrupt?.();
        throw new KeyfobError('sign_in_cancelled', 'Cancelled.');
      },
      'signIn.cancel': () => ({}),
    }),
    {
      onInterrupt: (task) => {
        interrupt = task;
        return () => {
          stopped = true;
        };
      },
    },
  );
  expect(calls).toContainEqual(['signIn.cancel', { connection: 'acme' }]);
  expect(err).toContain('Cancelled.');
  expect(stopped).toBe(true);
});

test('on a terminal the time that is left is kept on one line, and cleared at the end', async () => {
  const { err } = await runCli(['login', 'acme'], answering(), { interactive: true });
  expect(err).toContain(
    '\rWaiting for the code to be approved … 10 min left. Ctrl-C cancels.\u001b[K',
  );
  expect(err).toContain('\r\u001b[KSigned in to acme.\n');
});
