import { describe, expect, test } from 'vitest';
import { KeyfobError } from '../../../../../shared/errors.ts';
import { connectionView, runCli, state } from '../../../../support/cli.ts';

const addAcme = [
  ...['connection', 'add', 'identity-center', '--name', 'acme'],
  ...['--start-url', 'https://acme.awsapps.com/start', '--region', 'eu-west-1'],
];

describe('connection add identity-center', () => {
  test('adds with the usual scope and flow, and says what comes next', async () => {
    const { code, out, err, calls } = await runCli(addAcme, {
      'connection.add': () => connectionView('acme', { state: 'signed_out' }),
    });
    expect(calls).toEqual([
      [
        'connection.add',
        {
          kind: 'identity-center',
          name: 'acme',
          startUrl: 'https://acme.awsapps.com/start',
          region: 'eu-west-1',
          scopes: ['sso:account:access'],
          flow: 'auto',
        },
      ],
    ]);
    expect({ code, out }).toEqual({ code: 0, out: 'Added acme.\n' });
    expect(err).toContain('keyfob login acme');
  });

  test('passes on the flow and every scope', async () => {
    const args = [...addAcme, '--flow', 'device', '--scope', 'a', '--scope', 'b'];
    const { calls } = await runCli(args, { 'connection.add': () => connectionView('acme') });
    expect(calls[0]?.[1]).toMatchObject({ flow: 'device', scopes: ['a', 'b'] });
  });

  test('passes on the browser and the application', async () => {
    const application = 'arn:aws:sso::111122223333:application/ssoins-1234/apl-5678';
    const args = [
      ...addAcme,
      '--browser',
      'firefox -P acme',
      '--entitled-application',
      application,
    ];
    const { calls } = await runCli(args, { 'connection.add': () => connectionView('acme') });
    const [, input] = calls[0] ?? [];
    expect(input).toMatchObject({
      browser: 'firefox -P acme',
      entitledApplicationArn: application,
    });
  });

  test('prints the new connection as JSON, and nothing else', async () => {
    const view = connectionView('acme', { state: 'signed_out', renewable: false });
    const { out, err } = await runCli([...addAcme, '--json'], { 'connection.add': () => view });
    expect(JSON.parse(out)).toEqual(view);
    expect(err).toBe('');
  });

  test.each([
    ['invalid_region', 2],
    ['invalid_start_url', 2],
    ['connection_exists', 1],
    ['disk_full', 1],
  ] as const)('ends with the exit code of %s', async (failure, exitCode) => {
    const { code, out, err } = await runCli(addAcme, {
      'connection.add': () =>
        Promise.reject(new KeyfobError(failure, 'No.', { hint: 'Do it otherwise.' })),
    });
    expect({ code, out, err }).toEqual({
      code: exitCode,
      out: '',
      err: 'keyfob: No.\n  Do it otherwise.\n',
    });
  });
});

describe('connection list', () => {
  const connections = [
    connectionView('acme', {}, { accounts: 1500 }),
    connectionView('a-very-long-name', { state: 'signed_out', renewable: false }, { accounts: 1 }),
    connectionView('old', { state: 'expired' }, { accounts: 3, syncing: true }),
    connectionView(
      'stuck',
      { state: 'unknown', error: { code: 'keychain_locked', message: 'Locked.' } },
      { accounts: 0, error: { code: 'network_error', message: 'No network.' } },
    ),
  ];

  test('shows a shape and words for each state, in aligned columns', async () => {
    const { out } = await runCli(['connection', 'list'], { state: () => state({ connections }) });
    expect(out).toMatchInlineSnapshot(`
      "   CONNECTION        SESSION                                   ACCOUNTS
      ●  acme              signed in, 58 min left, renews by itself  1,500 accounts
      ○  a-very-long-name  signed out                                1 account
      ◐  old               expired, renewal is being tried           3 accounts, more coming in
      ◇  stuck             unknown                                   0 accounts, the last sync failed
      "
    `);
  });

  test('prints all views as JSON', async () => {
    const { out } = await runCli(['connection', 'list', '--json'], {
      state: () => state({ connections }),
    });
    expect(JSON.parse(out)).toEqual({ connections });
  });

  test('says how to add the first one', async () => {
    const { code, out, err } = await runCli(['connection', 'list'], { state: () => state() });
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('keyfob connection add identity-center');
  });

  test('gives the keychain a moment after the helper has started', async () => {
    const answers = ['unknown', 'unknown', 'signed_in'] as const;
    let asked = 0;
    const { out } = await runCli(['connection', 'list'], {
      state: () =>
        state({ connections: [connectionView('acme', { state: answers[asked++] ?? 'unknown' })] }),
    });
    expect(asked).toBe(3);
    expect(out).toContain('signed in');
  });
});

test('connection show names a browser and an application of its own', async () => {
  const view = connectionView('acme');
  const entitledApplicationArn = 'arn:aws:sso::111122223333:application/ssoins-1/apl-1';
  const settings = { ...view.settings, browser: 'firefox -P acme', entitledApplicationArn };
  const { out } = await runCli(['connection', 'show', 'acme'], {
    'connection.show': () => ({ ...view, settings }),
  });
  expect(out).toMatch(/^Browser +firefox -P acme$/m);
  expect(out).toMatch(/^Application +arn:aws:sso::111122223333:application\/ssoins-1\/apl-1$/m);
});

test('connection show tells all about one connection', async () => {
  const view = connectionView(
    'acme',
    { error: { code: 'network_error', message: 'No network.', hint: 'Check the VPN.' } },
    { syncedAt: '2026-01-01T11:57:00.000Z' },
  );
  const answers = { 'connection.show': () => view };
  const { out, calls } = await runCli(['connection', 'show', 'acme'], answers);
  expect(calls).toEqual([['connection.show', { connection: 'acme' }]]);
  expect(out).toMatchInlineSnapshot(`
    "Name       acme
    Kind       AWS IAM Identity Center
    Start URL  https://acme.awsapps.com/start
    Region     eu-west-1
    Scopes     sso:account:access
    Flow       auto
    Session    signed in, 58 min left, renews by itself
    Accounts   2 accounts
    Synced     3 min ago
    ! No network.
      Check the VPN.
    "
  `);
  const json = await runCli(['connection', 'show', 'acme', '--json'], answers);
  expect(JSON.parse(json.out)).toEqual(view);
});

test('connection remove forgets, and says so beside the data', async () => {
  const run = await runCli(['connection', 'remove', 'acme'], { 'connection.remove': () => ({}) });
  expect(run).toEqual({
    code: 0,
    out: '',
    err: 'Removed acme.\n',
    calls: [['connection.remove', { connection: 'acme' }]],
  });
});
