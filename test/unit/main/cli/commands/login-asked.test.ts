import { describe, expect, test } from 'vitest';
import type { SecretInput } from '../../../../../main/cli/secret-input.ts';
import type { SignIn } from '../../../../../shared/model.ts';
import type { OidcSettings } from '../../../../../shared/oidc-settings.ts';
import {
  type Answers,
  account,
  connectionView,
  runCli,
  signIn,
  state,
} from '../../../../support/cli.ts';

type Asks = NonNullable<SignIn['asks']>;

/** A sign-in that asks these, one after the other, and then has succeeded. */
function asking(...questions: readonly Asks[]) {
  const given: Record<string, string>[] = [];
  const done = Promise.withResolvers<void>();
  const view = (): SignIn => {
    const asks = questions[given.length];
    return {
      connection: 'acme',
      flow: 'form',
      state: 'pending',
      startedAt: '2026-01-01T12:00:00Z',
      expiresAt: '2026-01-01T12:10:00Z',
      ...(asks === undefined ? {} : { asks }),
    };
  };
  const answers: Answers = {
    'signIn.start': view,
    async 'signIn.wait'() {
      await done.promise;
      return { ...signIn(), flow: 'form', state: 'signed_in' };
    },
    'signIn.answer'({ id, values }) {
      expect(id).toBe(questions[given.length]?.id);
      given.push(values);
      if (given.length === questions.length) done.resolve();
      return {};
    },
    'signIn.cancel'() {
      done.resolve();
      return {};
    },
    'connection.show': () => connectionView('acme'),
    state: () => state({ connections: [connectionView('acme')], signIns: [view()] }),
    'accounts.sync': () => connectionView('acme', {}, { accounts: 0 }),
    'accounts.list': () => ({ accounts: [], active: null, favourites: [] }),
  };
  return { answers, given };
}

const password: Asks = {
  id: '1',
  fields: [
    { name: 'username', secret: false },
    { name: 'password', secret: true },
  ],
};
const name: Asks = { id: '1', fields: [{ name: 'username', secret: false }] };
const otp: Asks = {
  id: '2',
  fields: [{ name: 'otp', secret: true }],
  message: 'It is on its way.',
};

const input = (changes: Partial<SecretInput>): { secretInput: SecretInput } => ({
  secretInput: {
    ask: async () => undefined,
    line: async () => '',
    file: async () => '',
    ...changes,
  },
});
const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a sign-in that asks here', () => {
  test('is answered from the terminal, where secrets are not shown', async () => {
    const { answers, given } = asking(password);
    const asked: [string, boolean][] = [];
    const { code, out, err } = await runCli(['login', 'acme'], answers, {
      pause,
      ...input({
        async ask(question, shown) {
          asked.push([question, shown]);
          return shown ? 'alice' : 'wonderland';
        },
      }),
    });
    expect(code).toBe(0);
    expect(asked).toEqual([
      ['User name: ', true],
      ['Password: ', false],
    ]);
    expect(given).toEqual([{ username: 'alice', password: 'wonderland' }]);
    expect(out + err).not.toContain('wonderland');
  });

  test('is answered in two steps for a one-time password', async () => {
    const { answers, given } = asking(name, otp);
    const run = await runCli(['login', 'acme', '--username', 'alice', '--otp-stdin'], answers, {
      pause,
      ...input({ line: async () => '123456' }),
    });
    expect(run.code).toBe(0);
    expect(run.err).toContain('It is on its way.');
    expect(given).toEqual([{ username: 'alice' }, { otp: '123456' }]);
  });

  test('tells programs what it asks, as an event, and never what was answered', async () => {
    const { answers } = asking({ id: '1', fields: [{ name: 'assertion', secret: true }] });
    const args = ['login', 'acme', '--assertion-file', 'a.xml', '--json'];
    const { out } = await runCli(args, answers, {
      pause,
      ...input({ file: async () => '<Assertion/>' }),
    });
    const events = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { event: 'asks', id: '1', fields: [{ name: 'assertion', secret: true }] },
      { event: 'signed_in' },
      { event: 'synced' },
    ]);
    expect(out).not.toContain('<Assertion/>');
  });

  test('without a terminal or an option it is given up, with what to give', async () => {
    const { answers } = asking(password);
    const { code, err, calls } = await runCli(['login', 'acme'], answers, { pause, ...input({}) });
    expect(code).toBe(2);
    expect(err).toContain('--password-stdin');
    expect(calls.map(([command]) => command)).toContain('signIn.cancel');
  });
});

const corp: OidcSettings = {
  kind: 'oidc',
  name: 'acme',
  issuer: 'https://login.test',
  metadata: 'oidc',
  clientAuthentication: 'none',
  grant: 'sms-otp',
  scopes: ['openid'],
  flow: 'auto',
  username: 'alice',
};

test('another name than the connection has is refused before a password goes to its owner', async () => {
  const view = { ...connectionView('acme'), settings: corp };
  const { answers } = asking(otp);
  const all = { ...answers, 'connection.show': () => view };
  const args = ['login', 'acme', '--otp-stdin', '--username'];
  const { code, err, calls } = await runCli([...args, 'bob'], all, { pause, ...input({}) });
  expect(code).toBe(2);
  expect(err).toContain('keyfob connection update acme --username bob');
  expect(calls.map(([command]) => command)).not.toContain('signIn.start');
  const same = await runCli([...args, 'alice'], all, {
    pause,
    ...input({ line: async () => '123456' }),
  });
  expect(same.code).toBe(0);
});

test('what a person should know of the session is said at the sign-in', async () => {
  const done = { ...signIn(), flow: 'unattended' as const, state: 'signed_in' as const };
  const warnings = ['The provider gave no refresh token.'];
  const { err } = await runCli(['login', 'acme'], {
    'signIn.start': () => done,
    'signIn.wait': () => done,
    'accounts.sync': () => connectionView('acme', { warnings }, { accounts: 0 }),
    'accounts.list': () => ({ accounts: [], active: null, favourites: [] }),
  });
  expect(err).toContain('! The provider gave no refresh token.');
});

test('where the provider lists none, an account of one’s own is next, and nothing is counted', async () => {
  const done = { ...signIn(), flow: 'unattended' as const, state: 'signed_in' as const };
  const { err } = await runCli(['login', 'acme'], {
    'signIn.start': () => done,
    'signIn.wait': () => done,
    'accounts.sync': () => connectionView('acme', {}, { accounts: 0 }),
    'accounts.list': () => ({
      accounts: [account('acme/prod/Deploy')],
      active: null,
      favourites: [],
    }),
  });
  expect(err).toContain('keyfob use acme/prod/Deploy');
  expect(err).not.toContain('0 accounts');
});

test('a sign-in that needs nobody shows no page and no code', async () => {
  const done = { ...signIn(), flow: 'unattended' as const, state: 'signed_in' as const };
  const { code, out } = await runCli(['login', 'acme', '--json'], {
    'signIn.start': () => done,
    'signIn.wait': () => done,
    'accounts.sync': () => connectionView('acme', {}, { accounts: 0 }),
    'accounts.list': () => ({ accounts: [], active: null, favourites: [] }),
  });
  expect(code).toBe(0);
  expect(out).not.toMatch(/device_code|authorization_url/);
});
