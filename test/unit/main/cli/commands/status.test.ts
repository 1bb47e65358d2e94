import { describe, expect, test } from 'vitest';
import { type ErrorCode, errorCodes, KeyfobError } from '../../../../../shared/errors.ts';
import { version } from '../../../../../shared/version.ts';
import { account, connectionView, runCli, signIn, state } from '../../../../support/cli.ts';

const admin = account('acme/prod/Admin');
const busy = state({
  connections: [
    connectionView('acme'),
    connectionView('corp', { state: 'signed_out', renewable: false }, { accounts: 0 }),
  ],
  accounts: [admin],
  active: admin.id,
  credentials: { [admin.id]: { expiresAt: '2026-01-01T13:30:00.000Z' } },
  signIns: [signIn({ connection: 'corp' }), signIn({ connection: 'acme', state: 'signed_in' })],
  problems: [
    {
      code: 'file_damaged',
      message: 'settings.json could not be read.',
      hint: 'It was moved away.',
      since: '2026-01-01T11:00:00.000Z',
    },
  ],
});

describe('status', () => {
  test('shows what runs, what is active, what is signed in and what is wrong', async () => {
    const { code, out } = await runCli(['status'], { state: () => busy });
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "Helper    0.0.0, started 1 h ago, process 4711
      Socket    /home/me/helper.sock
      Keychain  of the system
      Active    acme/prod/Admin (111111111111), credentials: 1 h 30 min left

         CONNECTION  SESSION                                   ACCOUNTS
      ●  acme        signed in, 58 min left, renews by itself  2 accounts
      ○  corp        signed out                                0 accounts
      … corp: sign-in under way, 10 min left

      Sign in with \`keyfob login corp\`.
      ! settings.json could not be read.
        It was moved away.
      "
    `);
  });

  test('of a fresh helper says how to begin', async () => {
    const { out } = await runCli(['status'], { state: () => state() });
    expect(out).toContain('none; choose one with `keyfob use ACCOUNT`');
    expect(out).toContain('keyfob connection add identity-center');
  });

  test('as JSON has a stable shape, without the list of accounts', async () => {
    const { out, err } = await runCli(['status', '--json'], { state: () => busy });
    expect(JSON.parse(out)).toEqual({
      helper: busy.helper,
      active: admin,
      connections: [
        {
          name: 'acme',
          kind: 'identity-center',
          state: 'signed_in',
          expiresAt: '2026-01-01T12:58:30.000Z',
          renewable: true,
          accounts: 2,
          syncing: false,
        },
        {
          name: 'corp',
          kind: 'identity-center',
          state: 'signed_out',
          expiresAt: '2026-01-01T12:58:30.000Z',
          renewable: false,
          accounts: 0,
          syncing: false,
        },
      ],
      signIns: [busy.signIns[0]],
      problems: busy.problems,
    });
    expect(err).toBe('');
  });

  test.each(errorCodes.map((code) => [code]))('passes on %s', async (code: ErrorCode) => {
    const unreachable = () => new KeyfobError(code, 'No.', { hint: 'Do it.' });
    const run = await runCli(['status'], {}, { unreachable });
    expect(run).toMatchObject({ out: '', err: 'keyfob: No.\n  Do it.\n' });
    expect([1, 2, 3, 4, 5]).toContain(run.code);
  });

  test('passes --no-autostart on, before and after the command', async () => {
    const seen: boolean[] = [];
    const unreachable = (autostart: boolean) => {
      seen.push(autostart);
      return new KeyfobError('no_helper', 'None.');
    };
    for (const args of [['status'], ['status', '--no-autostart'], ['--no-autostart', 'status']]) {
      expect((await runCli(args, {}, { unreachable })).code).toBe(4);
    }
    expect(seen).toEqual([true, false, false]);
  });
});

describe('doctor', () => {
  const checks = [
    { id: 'keychain', status: 'ok', message: 'The keychain answers.' },
    { id: 'session.corp', status: 'warning', message: 'corp is signed out.', hint: 'Sign in.' },
  ] as const;
  const ofThisVersion = state({ helper: { ...state().helper, version } });
  const healthy = { state: () => ofThisVersion, doctor: () => ({ checks: [...checks] }) };

  test('shows each finding with a mark, a word and a hint', async () => {
    const { code, out } = await runCli(['doctor'], healthy);
    expect(code).toBe(0);
    expect(out.replace(version, 'VERSION')).toMatchInlineSnapshot(`
      "✓ ok       The helper VERSION answers on /home/me/helper.sock.
      ✓ ok       The keychain answers.
      ! warning  corp is signed out.
                 Sign in.
      "
    `);
  });

  test('ends with exit code 1 when something fails', async () => {
    const bad = { id: 'x', status: 'failure' as const, message: 'Bad.', hint: 'Mend it.' };
    const answers = { ...healthy, doctor: () => ({ checks: [bad] }) };
    const { code, out } = await runCli(['doctor', '--json'], answers);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      checks: [expect.objectContaining({ id: 'helper', status: 'ok' }), bad],
    });
  });

  test('warns of a helper of another version', async () => {
    const old = state({ helper: { ...state().helper, version: '0.0.1-old' } });
    const { out } = await runCli(['doctor'], { ...healthy, state: () => old });
    expect(out).toContain('! warning  The running helper is 0.0.1-old');
    expect(out).toContain('keyfob daemon --stop');
  });

  test('has a finding even where there is no helper to ask', async () => {
    const unreachable = () => new KeyfobError('no_helper', 'None.', { hint: 'Start one.' });
    const { code, out } = await runCli(['doctor', '--json'], {}, { unreachable });
    expect(code).toBe(4);
    expect(JSON.parse(out)).toEqual({
      checks: [{ id: 'helper', status: 'failure', message: 'None.', hint: 'Start one.' }],
    });
  });
});

describe('daemon', () => {
  test('turns this process into the helper, which ends by itself', async () => {
    const started: (readonly string[])[] = [];
    const becomeHelper = async (_script: string, args: readonly string[]) => {
      started.push(args);
    };
    const entry = new URL('../../../../../main/cli/keyfob.ts', import.meta.url).href;
    expect((await runCli(['daemon'], {}, { becomeHelper, entry })).code).toBeUndefined();
    await runCli(['daemon', '--replace'], {}, { becomeHelper, entry });
    expect(started).toEqual([[], ['--replace']]);
  });

  test('--stop ends the one that runs, of any version, and starts none', async () => {
    for (const answer of [
      () => ({}),
      () => Promise.reject(new KeyfobError('helper_version', 'Another.')),
    ]) {
      const { code, err, calls } = await runCli(['daemon', '--stop'], { shutdown: answer });
      expect({ code, err }).toEqual({ code: 0, err: 'The helper ends.\n' });
      expect(calls).toEqual([['shutdown', {}]]);
    }
    const none = { shutdown: () => Promise.reject(new KeyfobError('no_helper', 'None.')) };
    expect(await runCli(['daemon', '--stop'], none)).toMatchObject({
      code: 0,
      err: 'No helper was running.\n',
    });
  });

  test('says so when its program is missing', async () => {
    const entry = 'file:///nowhere/command/keyfob.cjs';
    const { code, err } = await runCli(['daemon'], {}, { entry });
    expect(code).toBe(4);
    expect(err).toContain('daemon.js is missing');
  });
});
