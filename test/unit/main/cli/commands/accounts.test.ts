import { describe, expect, test } from 'vitest';
import type { Account } from '../../../../../shared/account.ts';
import { KeyfobError } from '../../../../../shared/errors.ts';
import { account, connectionView, runCli, state } from '../../../../support/cli.ts';

const admin = account('acme/prod/Admin');
const reader = account('acme/a-rather-long-account-name/ReadOnly', '222222222222');
const list = {
  accounts: [admin, reader],
  active: admin.id,
  favourites: [reader.id],
};
const answers = { 'accounts.list': () => list };

describe('accounts', () => {
  test('marks the active account and the favourites, in aligned columns', async () => {
    const { out, calls } = await runCli(['accounts'], answers);
    expect(calls).toEqual([['accounts.list', { query: '', favourites: false }]]);
    expect(out).toMatchInlineSnapshot(`
      "    PATH                                      ACCOUNT       EMAIL
      *   acme/prod/Admin                           111111111111  prod@example.com
       ★  acme/a-rather-long-account-name/ReadOnly  222222222222  a-rather-long-account-name@example.com
      "
    `);
  });

  test('leaves the email address out where the terminal is too narrow, but never cuts a path', async () => {
    const { out } = await runCli(['accounts'], answers, { columns: 60 });
    expect(out).toContain('acme/a-rather-long-account-name/ReadOnly  222222222222\n');
    expect(out).not.toContain('@');
  });

  test('passes on the search', async () => {
    const { calls } = await runCli(
      ['accounts', 'prod', '--favourites', '--connection', 'acme'],
      answers,
    );
    expect(calls).toEqual([
      ['accounts.list', { query: 'prod', favourites: true, connection: 'acme' }],
    ]);
  });

  test('prints accounts, the active one and the favourites as JSON', async () => {
    const { out, err } = await runCli(['accounts', '--json'], answers);
    expect(JSON.parse(out)).toEqual(list);
    expect(err).toBe('');
  });

  test('says what to do where there is none, and where none fits', async () => {
    const none = { 'accounts.list': () => ({ accounts: [], active: null, favourites: [] }) };
    expect((await runCli(['accounts'], none)).err).toContain('keyfob login');
    expect((await runCli(['accounts', 'xyz'], none)).err).toContain('No account fits.');
    const json = await runCli(['accounts', '--json'], none);
    expect(JSON.parse(json.out)).toEqual({ accounts: [], active: null, favourites: [] });
  });

  test('cannot be tricked by the name of an account', async () => {
    const evil = { ...admin, path: 'acme/\u001b[2Jprod\n/Admin' };
    const { out } = await runCli(['accounts'], {
      'accounts.list': () => ({ accounts: [evil], active: null, favourites: [] }),
    });
    expect(out).toContain('acme/\ufffd[2Jprod\ufffd/Admin');
  });

  test('--sync first brings every signed-in connection up to date', async () => {
    const connections = [
      connectionView('acme'),
      connectionView('corp', { state: 'signed_out' }),
      connectionView('zeta'),
    ];
    const { err, calls } = await runCli(['accounts', '--sync'], {
      ...answers,
      state: () => state({ connections }),
      'accounts.sync': ({ connection }) => connectionView(connection, {}, { accounts: 7 }),
    });
    expect(calls.map(([name, input]) => [name, input])).toEqual([
      ['state', {}],
      ['accounts.sync', { connection: 'acme' }],
      ['accounts.sync', { connection: 'zeta' }],
      ['accounts.list', { query: '', favourites: false }],
    ]);
    expect(err).toBe('acme: 7 accounts.\nzeta: 7 accounts.\n');
  });

  test('--sync waits a moment for a helper that still reads the keychain', async () => {
    let asked = 0;
    const { calls } = await runCli(['accounts', '--sync'], {
      ...answers,
      state: () => {
        asked += 1;
        const session = asked === 1 ? 'unknown' : 'signed_in';
        return state({ connections: [connectionView('acme', { state: session })] });
      },
      'accounts.sync': () => connectionView('acme'),
    });
    expect(calls).toContainEqual(['accounts.sync', { connection: 'acme' }]);
  });

  test('--sync of a named connection syncs that one alone', async () => {
    const { calls } = await runCli(['accounts', '--sync', '--connection', 'acme'], {
      ...answers,
      'accounts.sync': () => connectionView('acme'),
    });
    expect(calls[0]).toEqual(['accounts.sync', { connection: 'acme' }]);
    expect(calls).toHaveLength(2);
  });
});

describe('accounts favourite', () => {
  const mark = { 'accounts.favourite': () => admin };

  test('marks, takes the mark away, and prints JSON', async () => {
    const marked = await runCli(['accounts', 'favourite', 'prod'], mark);
    expect(marked.out).toBe('★ Favourite: acme/prod/Admin\n');
    expect(marked.calls).toEqual([['accounts.favourite', { account: 'prod', favourite: true }]]);

    const unmarked = await runCli(['accounts', 'favourite', 'prod', '--remove'], mark);
    expect(unmarked.out).toBe('No longer a favourite: acme/prod/Admin\n');
    expect(unmarked.calls).toEqual([['accounts.favourite', { account: 'prod', favourite: false }]]);

    const json = await runCli(['accounts', 'favourite', 'prod', '--json'], mark);
    expect(JSON.parse(json.out)).toEqual(admin);
  });

  test('can be spelt the American way', async () => {
    expect((await runCli(['accounts', 'favorite', 'prod'], mark)).code).toBe(0);
  });
});

describe('use', () => {
  test('says which account is active now', async () => {
    const answer = { 'accounts.use': () => admin };
    const { out, calls } = await runCli(['use', 'prod'], answer);
    expect(out).toBe('Active account: acme/prod/Admin (111111111111)\n');
    expect(calls).toEqual([['accounts.use', { account: 'prod' }]]);
    expect(JSON.parse((await runCli(['use', 'prod', '--json'], answer)).out)).toEqual(admin);
  });

  test('passes on which accounts may have been meant', async () => {
    const run = await runCli(['use', 'admin'], {
      'accounts.use': () =>
        Promise.reject(
          new KeyfobError('ambiguous_account', '"admin" could mean several accounts.', {
            hint: 'Say which one: acme/dev/Admin, acme/prod/Admin.',
          }),
        ),
    });
    expect(run).toMatchObject({
      code: 1,
      out: '',
      err: 'keyfob: "admin" could mean several accounts.\n  Say which one: acme/dev/Admin, acme/prod/Admin.\n',
    });
  });
});

describe('logout', () => {
  test('says whether the provider knows', async () => {
    const told = await runCli(['logout', 'acme'], { signOut: () => ({ revoked: true }) });
    expect(told).toMatchObject({ code: 0, out: 'Signed out of acme.\n', err: '' });
    const untold = await runCli(['logout', 'acme'], { signOut: () => ({ revoked: false }) });
    expect(untold).toMatchObject({ code: 0, out: 'Signed out of acme.\n' });
    expect(untold.err).toContain('could not be told');
    const json = await runCli(['logout', 'acme', '--json'], { signOut: () => ({ revoked: true }) });
    expect(JSON.parse(json.out)).toEqual({ connection: 'acme', revoked: true });
  });
});

describe('accounts confirm', () => {
  const admin = account('acme/prod/Admin');
  const deploy: Account = {
    kind: 'aws-assumed-role',
    id: 'acme/deploy',
    path: 'acme/deploy',
    connection: 'acme',
    name: 'deploy',
    source: admin.id,
    roleArn: 'arn:aws:iam::999999999999:role/Deploy',
    accountId: '999999999999',
    roleName: 'Deploy',
  };
  const answers = {
    'account.confirm': () => ({}),
    'account.show': ({ account: text }: { account?: string | undefined }) => ({
      account: text === 'acme/deploy' ? deploy : admin,
    }),
    state: () => ({ ...state(), confirm: { [admin.id]: 'always' as const } }),
  };

  test('chooses, and says what that means', async () => {
    const args = ['accounts', 'confirm', 'acme/prod/Admin', 'first'];
    const { code, out, calls } = await runCli(args, answers);
    expect({ code, out }).toEqual({
      code: 0,
      out: 'You are asked once for each program that wants what this account gives: acme/prod/Admin\n',
    });
    const wish = { account: 'acme/prod/Admin', policy: 'first' };
    expect(calls).toEqual([['account.confirm', wish]]);
  });

  test('without a choice says what holds, also for what is made of an account that asks', async () => {
    for (const name of ['acme/prod/Admin', 'acme/deploy']) {
      const { code, out, calls } = await runCli(['accounts', 'confirm', name, '--json'], answers);
      expect(code).toBe(0);
      expect(JSON.parse(out)).toEqual({ account: name, policy: 'always' });
      expect(calls.map(([command]) => command)).not.toContain('account.confirm');
    }
  });
});
