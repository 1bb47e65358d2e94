import { describe, expect, test } from 'vitest';
import { KeyfobError } from '../../../../shared/errors.ts';
import { codeOf } from '../../../support/connections.ts';
import { type FakePorts, jsonResponse, settle } from '../../../support/fake-ports.ts';
import { createHelperRig, portal, roleSecrets } from '../../../support/helper-rig.ts';

const prod = 'acme/prod/Admin';
const signIn = 'https://eu-west-1.signin.aws.amazon.com/federation';

test('the state of a helper that has just started waits for the accounts it knows', async () => {
  const disk = Promise.withResolvers<void>();
  const { socket } = await createHelperRig({
    prepare({ files }) {
      const { read } = files;
      files.read = async (name) => {
        if (name.startsWith('accounts/')) await disk.promise;
        return await read(name);
      };
    },
  });
  let told: number | undefined;
  const asked = socket.call('state', {}).then(({ connections }) => {
    told = connections[0]?.catalogue.accounts;
  });
  await settle();
  expect(told).toBeUndefined();
  disk.resolve();
  await asked;
  expect(told).toBe(4);
});

describe('credentials as environment', () => {
  test('the socket gets the lines; the active account, unless one is named', async () => {
    const { socket, activity } = await createHelperRig();
    expect(await codeOf(socket.call('account.environment', {}))).toBe('no_active_account');
    await socket.call('accounts.use', { account: prod });
    const { text } = await socket.call('account.environment', {});
    for (const secret of roleSecrets) expect(text).toContain(`'${secret}'`);
    const fish = { account: 'acme/dev/ReadOnly', shell: 'fish' } as const;
    expect((await socket.call('account.environment', fish)).text).toMatch(/^set -gx /);
    expect(await activity()).toMatchObject([
      { what: 'environment', account: 'acme/dev/ReadOnly', outcome: 'ok' },
      { what: 'environment', account: prod, outcome: 'ok' },
      { what: 'use', account: prod, outcome: 'ok' },
      { what: 'environment', account: null, outcome: 'no_active_account' },
    ]);
  });

  test('the window never gets them, and the clipboard does', async () => {
    const { helper, ports, window } = await createHelperRig();
    expect(await codeOf(window.call('account.environment', { account: prod }))).toBe('not_allowed');
    const answer = await window.call('account.copyEnvironment', {
      account: prod,
      shell: 'powershell',
    });
    expect(answer).toEqual({});
    expect(ports.clipboard.written).toEqual([
      {
        kind: 'secret',
        text: expect.stringContaining("$Env:AWS_SECRET_ACCESS_KEY = 'role-secret'"),
      },
    ]);
    await ports.clock.advance(2_000);
    const seen = JSON.stringify([helper.state.snapshot(), ports.log.entries]);
    for (const secret of roleSecrets) expect(seen).not.toContain(secret);
  });

  test('no program can fill the clipboard with secrets', async () => {
    const { ports, socket } = await createHelperRig();
    const asked = socket.call('account.copyEnvironment', { account: prod });
    expect(await codeOf(asked)).toBe('not_allowed');
    expect(ports.clipboard.written).toEqual([]);
  });

  test('without a clipboard that is said, and nothing is asked of the provider', async () => {
    const { ports, window } = await createHelperRig({ without: 'clipboard' });
    for (const asked of [
      window.call('account.copyEnvironment', { account: prod }),
      window.call('clipboard.copy', { text: 'x' }),
    ]) {
      await expect(asked).rejects.toMatchObject({
        code: 'clipboard_unavailable',
        hint: expect.any(String),
      });
    }
    expect(ports.fetch.requests).toEqual([]);
  });
});

describe('the console', () => {
  const token = ({ fetch }: FakePorts) =>
    fetch.on(signIn, jsonResponse({ SigninToken: 'the-signin-token' }));

  test('opens in the browser, which gets an address without a secret', async () => {
    const { activity, helper, ports, window } = await createHelperRig({ prepare: token });
    expect(await window.call('account.openConsole', { account: prod })).toEqual({});
    const [opened = ''] = ports.browser.opened;
    expect(opened).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}$/);
    const { headers } = await fetch(opened, { redirect: 'manual' });
    const address = new URL(headers.get('location') ?? '');
    expect(address.href.startsWith(signIn)).toBe(true);
    expect(address.searchParams.get('SigninToken')).toBe('the-signin-token');
    expect(await activity()).toMatchObject([{ what: 'console', account: prod, outcome: 'ok' }]);
    const seen = JSON.stringify([helper.state.snapshot(), ports.log.entries]);
    expect(seen).not.toContain('the-signin-token');
  });

  test("opens in the connection's own browser", async () => {
    const { ports, window } = await createHelperRig({
      prepare: token,
      settings: { browser: 'firefox -P acme' },
    });
    await window.call('account.openConsole', { account: prod });
    expect(ports.browser.commands).toEqual(['firefox -P acme']);
    await ports.clock.advance(60_000);
  });

  test('a browser that will not open takes the address with it', async () => {
    const { activity, ports, window } = await createHelperRig({ prepare: token });
    ports.browser.onOpen = () => {
      throw new Error('no browser');
    };
    await codeOf(window.call('account.openConsole', { account: prod }));
    const [opened = ''] = ports.browser.opened;
    await expect(fetch(opened)).rejects.toThrow();
    expect(await activity()).toMatchObject([{ what: 'console', outcome: 'internal' }]);
  });

  test('in an isolated partition the console is that of the partition', async () => {
    const { window, ports } = await createHelperRig({
      settings: { region: 'us-iso-east-1' },
      prepare({ fetch, clock }) {
        const roleCredentials = {
          accessKeyId: 'a',
          secretAccessKey: 'b',
          sessionToken: 'c',
          expiration: clock.now() + 3_600_000,
        };
        fetch.on(/^https:\/\/portal\.sso\.us-iso-east-1\./, jsonResponse({ roleCredentials }));
        fetch.on('https://signin.c2shome.ic.gov/', new Response('no', { status: 400 }));
      },
    });
    expect(await codeOf(window.call('account.openConsole', { account: prod }))).toBe('forbidden');
    const asked = ports.fetch.requests.map(({ url }) => new URL(url).host);
    expect(asked).toContain('signin.c2shome.ic.gov');
  });
});

describe('accounts that ask', () => {
  test('the policy is set in the window, and survives', async () => {
    const { helper, ports, window } = await createHelperRig();
    const input = { account: prod, policy: 'always' } as const;
    await window.call('account.confirm', input);
    const confirm = { 'acme/000000000001/Admin': 'always' };
    expect(helper.state.get('confirm')).toEqual(confirm);
    expect(JSON.parse(ports.files.contents.get('confirmations.json') ?? '')).toEqual({
      version: 1,
      confirm,
    });
    await window.call('account.confirm', { account: prod, policy: 'never' });
    expect(helper.state.get('confirm')).toEqual({});
    expect(
      await codeOf(window.call('account.confirm', { account: 'acme/no/No', policy: 'first' })),
    ).toBe('unknown_account');
  });

  test('a program may have more asked as it likes, but less only after a yes', async () => {
    const { activity, helper, socket, window } = await createHelperRig();
    await socket.call('account.confirm', { account: prod, policy: 'first' });
    await socket.call('account.confirm', { account: prod, policy: 'always' });
    expect(helper.state.get('confirmations')).toEqual([]);
    for (const allow of [false, true]) {
      const lowered = codeOf(socket.call('account.confirm', { account: prod, policy: 'never' }));
      await settle();
      const [question] = helper.state.get('confirmations');
      expect(question).toMatchObject({ path: prod, policy: 'never' });
      await window.call('confirmation.answer', { id: question?.id ?? '', allow });
      expect(await lowered).toBe(allow ? undefined : 'refused');
      expect(Object.values(helper.state.get('confirm'))).toEqual(allow ? [] : ['always']);
    }
    const what = (await activity()).filter((one) => one.what === 'confirm-policy');
    expect(what.map(({ outcome }) => outcome).sort()).toEqual(['ok', 'refused']);
  });

  test('a yes to asking less is no yes to the credentials', async () => {
    const { helper, socket, window } = await createHelperRig();
    await window.call('account.confirm', { account: prod, policy: 'always' });
    const asked = codeOf(socket.call('account.environment', { account: prod }));
    const lowered = codeOf(socket.call('account.confirm', { account: prod, policy: 'first' }));
    await settle();
    const questions = helper.state.get('confirmations');
    expect(questions.map(({ policy }) => policy).toSorted()).toEqual(['first', undefined]);
    for (const { id, policy } of questions) {
      await window.call('confirmation.answer', { id, allow: policy === 'first' });
    }
    expect([await asked, await lowered]).toEqual(['refused', undefined]);
  });

  test('a program waits for the yes before it gets them in any form; the window need not', async () => {
    const { helper, ports, socket, window } = await createHelperRig({
      prepare: ({ fetch }) => fetch.on(signIn, jsonResponse({ SigninToken: 'token' })),
    });
    await window.call('account.confirm', { account: prod, policy: 'always' });
    await window.call('account.copyEnvironment', { account: prod });
    await window.call('account.openConsole', { account: prod });
    expect(helper.state.get('confirmations')).toEqual([]);

    const asked = socket.call('account.environment', { account: prod });
    await settle();
    const [question] = helper.state.get('confirmations');
    expect(question).toMatchObject({ path: prod, client: 'a local program' });
    const id = question?.id ?? '';
    await window.call('confirmation.answer', { id, allow: true });
    expect((await asked).text).toContain('role-secret');

    const console = codeOf(socket.call('account.openConsole', { account: prod }));
    await settle();
    await window.call('confirmation.answer', {
      id: helper.state.get('confirmations')[0]?.id ?? '',
      allow: false,
    });
    expect(await console).toBe('refused');
    expect(ports.browser.opened).toHaveLength(1);
    expect(await codeOf(window.call('confirmation.answer', { id, allow: true }))).toBe('not_found');
    await ports.clock.advance(60_000);
  });

  test('not knowing who must ask, nothing is handed out and no policy is written over', async () => {
    const { ports, socket, window } = await createHelperRig({
      prepare({ files }) {
        files.contents.set('confirmations.json', 'kept');
        const { read } = files;
        files.read = async (name) => {
          if (name === 'confirmations.json') throw new KeyfobError('file_unreadable', 'No.');
          return read(name);
        };
      },
    });
    for (const asked of [
      socket.call('account.environment', { account: prod }),
      window.call('account.confirm', { account: prod, policy: 'first' }),
    ]) {
      expect(await codeOf(asked)).toBe('file_unreadable');
    }
    expect(ports.files.contents.get('confirmations.json')).toBe('kept');
    expect(ports.fetch.requests).toEqual([]);
  });

  test('one whose session is over says so at once: there is nothing to ask about', async () => {
    const { helper, socket, window } = await createHelperRig({
      prepare: ({ secrets }) => void secrets.values.delete('acme'),
    });
    await window.call('account.confirm', { account: prod, policy: 'always' });
    expect(await codeOf(socket.call('account.environment', { account: prod }))).toBe(
      'sign_in_required',
    );
    expect(helper.state.get('confirmations')).toEqual([]);
  });

  test('a removed connection takes its policies with it', async () => {
    const { helper, window } = await createHelperRig({
      prepare: ({ fetch }) => fetch.on(`${portal}logout`, jsonResponse({})),
    });
    await window.call('account.confirm', { account: prod, policy: 'first' });
    await window.call('connection.remove', { connection: 'acme' });
    expect(helper.state.get('confirm')).toEqual({});
  });
});
