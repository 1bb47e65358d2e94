import { expect, test } from 'vitest';
import { createInProcessClient, createRouter } from '../../../../main/endpoint/router.ts';
import type { Caller } from '../../../../shared/commands/spec.ts';
import { type CommandHandlers, commands } from '../../../../shared/commands.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { createFakeLog } from '../../../support/fake-ports.ts';

const account = {
  kind: 'aws-role' as const,
  id: 'acme/111111111111/Admin',
  path: 'acme/prod/Admin',
  connection: 'acme',
  accountId: '111111111111',
  accountName: 'prod',
  roleName: 'Admin',
};

/** Handlers of which only the given ones may be called. */
function handlersWith(given: Partial<CommandHandlers>): CommandHandlers {
  const unexpected = async () => {
    throw new Error('unexpected command');
  };
  const all = Object.fromEntries(Object.keys(commands).map((name) => [name, unexpected]));
  return { ...all, ...given } as CommandHandlers;
}

function route(given: Partial<CommandHandlers>) {
  const log = createFakeLog();
  const router = createRouter(handlersWith(given), log);
  const signal = new AbortController().signal;
  return {
    log,
    router,
    call: (name: string, input: unknown, caller: Caller = 'socket') =>
      router.call(name, input, { caller, signal }),
  };
}

test('a handler gets validated input with its defaults, and its value comes back', async () => {
  const seen: unknown[] = [];
  const { call } = route({
    'accounts.list': async (input, { caller }) => {
      seen.push(input, caller);
      return { accounts: [account], active: null, favourites: [] };
    },
  });
  expect(await call('accounts.list', {})).toEqual({
    ok: true,
    value: { accounts: [account], active: null, favourites: [] },
  });
  expect(seen).toEqual([{ query: '', favourites: false }, 'socket']);
});

test('what the output schema does not name never leaves', async () => {
  const { call } = route({
    'accounts.use': async () => ({ ...account, secretAccessKey: 'hunter2' }),
  });
  expect(await call('accounts.use', { account: 'prod' })).toEqual({ ok: true, value: account });
});

test('an answer that does not fit its schema becomes an error that tells nothing', async () => {
  const { call, log } = route({
    'accounts.use': async () => ({ ...account, accountId: { secret: 'hunter2' } }) as never,
  });
  const outcome = await call('accounts.use', { account: 'prod' });
  expect(outcome).toMatchObject({ ok: false, error: { code: 'internal' } });
  expect(JSON.stringify([outcome, log.entries])).not.toContain('hunter2');
});

test.each([
  ['a field that is missing', 'accounts.use', {}, 'account'],
  ['a field of the wrong type', 'accounts.use', { account: 7 }, 'account'],
  ['an empty field', 'accounts.use', { account: '' }, 'account'],
  ['a field too long', 'accounts.use', { account: 'x'.repeat(513) }, 'account'],
  ['a field too many', 'accounts.use', { account: 'a', token: 'hunter2' }, 'input'],
  [
    'a nested field',
    'connection.add',
    { kind: 'identity-center', name: 'a', startUrl: 'u', region: 'r', scopes: ['ok', 7] },
    'scopes.1',
  ],
  ['an unknown kind', 'connection.add', { kind: 'hunter2' }, 'kind'],
  ['a bad name', 'signOut', { connection: '../hunter2' }, 'connection'],
  ['no object at all', 'accounts.use', 'hunter2', 'input'],
  ['null', 'accounts.use', null, 'input'],
  ['an array', 'state', [], 'input'],
])('%s is named, with what was expected', async (_, name, input, field) => {
  const outcome = await route({}).call(name, input);
  expect(outcome).toMatchObject({
    ok: false,
    error: { code: 'invalid_input', hint: expect.any(String), details: { command: name, field } },
  });
  if (outcome.ok) return;
  expect(outcome.error.message).toMatch(/expected|unrecognized|too (small|big)|invalid/i);
  // The value may be a secret in the wrong place.
  expect(JSON.stringify(outcome)).not.toContain('hunter2');
});

test.each([
  [{ account: '' }, 'account: Expected some text.'],
  [{ account: 'x'.repeat(513) }, 'account: Expected at most 512 characters.'],
])('a text of a wrong length is said so in words', async (input, message) => {
  expect(await route({}).call('accounts.use', input)).toMatchObject({ error: { message } });
});

test.each([['two scopes'], ['quo"ted'], ['back\\slash'], ['']])(
  'no scope has blanks or quotes in it, lest it is taken for another: %j',
  async (scope) => {
    const add = { kind: 'identity-center', name: 'a', startUrl: 'u', region: 'r' };
    expect(await route({}).call('connection.add', { ...add, scopes: [scope] })).toMatchObject({
      error: { code: 'invalid_input', details: { field: 'scopes.0' } },
    });
  },
);

test.each([['nope'], ['__proto__'], ['constructor'], ['toString'], ['']])(
  'there is no command %j',
  async (name) => {
    expect(await route({}).call(name, {})).toMatchObject({
      ok: false,
      error: { code: 'unknown_command', hint: expect.stringContaining('accounts.use') },
    });
  },
);

test('a command may be called by those alone that its declaration names', async () => {
  let stopped = 0;
  const { call } = route({
    shutdown: async () => {
      stopped += 1;
      return {};
    },
  });
  expect(await call('shutdown', {}, 'window')).toMatchObject({
    ok: false,
    error: { code: 'not_allowed' },
  });
  expect(stopped).toBe(0);
  expect(await call('shutdown', {}, 'socket')).toEqual({ ok: true, value: {} });
});

test('a typed failure comes back with hint and details, and without its cause', async () => {
  const { call, log } = route({
    'accounts.use': async () => {
      throw new KeyfobError('unknown_account', 'There is no such account.', {
        hint: 'Look again.',
        details: { account: 'x' },
        cause: new Error('hunter2'),
      });
    },
  });
  expect(await call('accounts.use', { account: 'x' })).toEqual({
    ok: false,
    error: {
      code: 'unknown_account',
      message: 'There is no such account.',
      hint: 'Look again.',
      details: { account: 'x' },
    },
  });
  expect(log.entries).toEqual([]);
});

test.each([
  ['an error', new Error('token hunter2')],
  ['a system error', Object.assign(new Error('token hunter2'), { code: 'EACCES' })],
  ['a string', 'hunter2'],
])('%s that nobody expected is logged by its place, not its words', async (_, thrown) => {
  const { call, log } = route({
    'accounts.use': async () => {
      throw thrown;
    },
  });
  const outcome = await call('accounts.use', { account: 'x' });
  expect(outcome).toMatchObject({ ok: false, error: { code: 'internal' } });
  expect(log.entries).toMatchObject([
    { level: 'error', event: 'unexpected_failure', facts: { where: 'accounts.use' } },
  ]);
  expect(JSON.stringify([outcome, log.entries])).not.toContain('hunter2');
});

test('the client in this process gets values, and typed errors', async () => {
  const { router } = route({
    'accounts.use': async ({ account: name }) => {
      if (name === 'prod') return account;
      throw new KeyfobError('unknown_account', 'There is no such account.', {
        hint: 'Look again.',
      });
    },
  });
  const client = createInProcessClient(router, { caller: 'socket' });
  expect(await client.call('accounts.use', { account: 'prod' })).toEqual(account);
  const error = await client.call('accounts.use', { account: 'x' }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(KeyfobError);
  expect(error).toMatchObject({ code: 'unknown_account', hint: 'Look again.' });
  await expect(client.call('accounts.use', { account: '' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});
