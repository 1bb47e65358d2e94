import { describe, expect, test } from 'vitest';
import { createSocketClient } from '../../../../main/cli/client.ts';
import type { HttpAnswer } from '../../../../main/cli/http-answer.ts';
import type { SocketRequest } from '../../../../main/cli/socket-http.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { account } from '../../../support/cli.ts';
import { codeOf } from '../../../support/connections.ts';

const ok = (value: unknown, protocol: string | undefined = '1'): HttpAnswer => ({
  status: 200,
  headers: new Map(protocol === undefined ? [] : [['keyfob-protocol', protocol]]),
  body: JSON.stringify({ ok: true, value }),
});

const failed = (code: string, message = 'No.'): HttpAnswer => ({
  status: 400,
  headers: new Map([['keyfob-protocol', '1']]),
  body: JSON.stringify({ ok: false, error: { code, message, hint: 'Do it.' } }),
});

const noHelper = (startable = true) =>
  new KeyfobError('no_helper', 'None.', { details: { startable } });

type Turn = HttpAnswer | KeyfobError;

function clientOf(turns: Turn[], startHelper?: () => Promise<void>) {
  const requests: SocketRequest[] = [];
  const client = createSocketClient({
    socket: '/s',
    startHelper,
    pause: async () => undefined,
    request: async (request) => {
      requests.push(request);
      const turn = turns.shift();
      if (turn === undefined) throw new Error('Nobody expected this request.');
      if (turn instanceof KeyfobError) throw turn;
      return turn;
    },
  });
  return { client, requests };
}

const admin = account('acme/prod/Admin');

describe('the client', () => {
  test('posts a command to its own path and returns what its schema lets through', async () => {
    const { client, requests } = clientOf([ok({ ...admin, secret: 'x' })]);
    expect(await client.call('accounts.use', { account: 'prod' })).toEqual(admin);
    expect(requests).toMatchObject([
      {
        socket: '/s',
        method: 'POST',
        path: '/v1/commands/accounts.use',
        body: '{"account":"prod"}',
      },
    ]);
  });

  test('waits for a person as long as a sign-in may take', async () => {
    const { client, requests } = clientOf([failed('sign_in_expired')]);
    await expect(client.call('signIn.wait', { connection: 'a' })).rejects.toThrow();
    expect(requests[0]?.deadlineMs).toBeGreaterThan(10 * 60_000);
  });

  test.each([
    ['signOut', { connection: 'acme' }],
    ['connection.remove', { connection: 'acme' }],
    ['signIn.start', { connection: 'acme', remote: false }],
  ] as const)('%s outlasts a keychain that takes its minute at each step', async (name, input) => {
    const { client, requests } = clientOf([failed('keychain_locked')]);
    await codeOf(client.call(name, input));
    // Read, write and delete, each with the helper's patience of a minute, and the provider's time.
    expect(requests[0]?.deadlineMs).toBeGreaterThan(3.5 * 60_000);
  });

  test('rejects with the error of the helper', async () => {
    const { client } = clientOf([failed('unknown_account', 'No such account.')]);
    await expect(client.call('accounts.use', { account: 'x' })).rejects.toMatchObject({
      code: 'unknown_account',
      message: 'No such account.',
      hint: 'Do it.',
    });
  });

  test.each([['0'], ['2'], ['banana']])(
    'says what to do about a helper that speaks protocol %s',
    async (protocol) => {
      const { client } = clientOf([ok(admin, protocol)]);
      await expect(client.call('accounts.use', { account: 'x' })).rejects.toMatchObject({
        code: 'helper_version',
        hint: expect.stringContaining('keyfob daemon --stop'),
      });
    },
  );

  test('takes what speaks no protocol for another program', async () => {
    const { client } = clientOf([{ ...ok(admin), headers: new Map() }]);
    await expect(client.call('accounts.use', { account: 'x' })).rejects.toMatchObject({
      code: 'response_invalid',
    });
  });

  test.each([
    ['a value that the schema refuses', ok({ id: 1 })],
    ['no value', { ...ok(undefined) }],
    ['no JSON', { ...ok(admin), body: '<html>' }],
    ['no result', { ...ok(admin), body: '{}' }],
  ])('does not pass on %s', async (_what, answer) => {
    const { client } = clientOf([answer]);
    await expect(client.call('accounts.use', { account: 'x' })).rejects.toMatchObject({
      code: 'response_invalid',
    });
  });
});

describe('where no helper runs, the client', () => {
  test('starts one, once, and asks it', async () => {
    let started = 0;
    const { client } = clientOf([noHelper(), ok(admin)], async () => {
      started += 1;
    });
    expect(await client.call('accounts.use', { account: 'x' })).toEqual(admin);
    expect(started).toBe(1);
  });

  test('gives up when the started one is gone again', async () => {
    const { client } = clientOf([noHelper(), noHelper()], async () => undefined);
    await expect(client.call('state', {})).rejects.toMatchObject({ code: 'no_helper' });
  });

  test('starts none where that is not wanted, or would not help', async () => {
    await expect(clientOf([noHelper()]).client.call('state', {})).rejects.toMatchObject({
      code: 'no_helper',
    });
    const start = () => Promise.reject(new Error('started'));
    const { client } = clientOf([noHelper(false)], start);
    await expect(client.call('state', {})).rejects.toMatchObject({ code: 'no_helper' });
  });

  test('asks the next one when a helper is about to stop', async () => {
    const turns = [failed('helper_stopping'), noHelper(), ok(admin)];
    const { client } = clientOf(turns, async () => undefined);
    expect(await client.call('accounts.use', { account: 'x' })).toEqual(admin);
  });

  test('does not wait for ever for one that is about to stop', async () => {
    const turns = Array.from({ length: 50 }, () => failed('helper_stopping'));
    const { client, requests } = clientOf(turns, async () => undefined);
    await expect(client.call('state', {})).rejects.toMatchObject({ code: 'helper_stopping' });
    expect(requests.length).toBeLessThan(30);
  });
});
