import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import {
  credentialProcess,
  type HotSurroundings,
  mayAutostart,
  parseCredentialProcess,
  placesOf,
} from '../../../../main/cli/hot.ts';
import { resolvePlaces } from '../../../../shared/places.ts';
import { jsonAnswer, type RawServer, startRawServer } from '../../../support/raw-server.ts';

const credentials = {
  Version: 1,
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'secret',
  SessionToken: 'token',
  Expiration: '2026-01-01T13:00:00Z',
  AccountId: '111111111111',
};

const failure = (code: string, message: string, hint?: string) => ({
  ok: false,
  error: { code, message, hint },
  code,
  message,
  Code: code,
  Message: message,
});

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(
  answer: (connection: Socket, request: string) => void,
  account?: string,
  surroundings: Partial<HotSurroundings> & { autostart?: boolean } = {},
) {
  server = await startRawServer(answer);
  const { autostart = true, ...rest } = surroundings;
  return credentialProcess(
    { account, autostart },
    {
      env: { KEYFOB_SOCK: server.socket, HOME: '/home/me' },
      platform: process.platform,
      startHelper: () => Promise.reject(new Error('There is a helper.')),
      deadlineMs: 2_000,
      ...rest,
    },
  );
}

describe('credential-process', () => {
  test('prints the credentials of the active account as one line', async () => {
    const line = await run((connection) => connection.end(jsonAnswer(credentials)));
    expect(line).toBe(`${JSON.stringify(credentials)}\n`);
    expect(server?.requests[0]).toMatch(/^GET \/v1\/aws\/credentials HTTP\/1\.1\r\n/);
  });

  test('asks for the account by its path, whatever characters are in it', async () => {
    await run((connection) => connection.end(jsonAnswer(credentials)), 'acme/prod & co/Ädmin?');
    expect(server?.requests[0]).toContain(
      '/v1/aws/credentials?account=acme%2Fprod%20%26%20co%2F%C3%84dmin%3F HTTP',
    );
  });

  test.each([
    ['sign_in_required', '403 Forbidden'],
    ['unknown_account', '404 Not Found'],
    ['too_many_requests', '503 Service Unavailable'],
  ])('passes on the error %s with message and hint', async (code, status) => {
    const refused = (connection: Socket) =>
      connection.end(jsonAnswer(failure(code, 'No.', 'Do it.'), status));
    await expect(run(refused)).rejects.toMatchObject({ code, message: 'No.', hint: 'Do it.' });
  });

  test('passes on the words of an error that only a newer helper knows', async () => {
    const refused = (connection: Socket) =>
      connection.end(jsonAnswer(failure('brand_new', 'News.', 'Do it.'), '500 Oops'));
    await expect(run(refused)).rejects.toMatchObject({
      code: 'internal',
      message: 'News.',
      hint: 'Do it.',
    });
  });

  test.each([
    ['no JSON', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi'],
    ['another version', jsonAnswer({ ...credentials, Version: 2 })],
    ['no key', jsonAnswer({ Version: 1 })],
    ['a list', jsonAnswer([])],
    ['nothing', jsonAnswer(null)],
    ['a failure without an error', jsonAnswer({ ok: false }, '500 Oops')],
  ])('never prints what are no credentials: %s', async (_what, text) => {
    await expect(run((connection) => connection.end(text))).rejects.toMatchObject({
      code: 'response_invalid',
    });
  });
});

describe('where no helper runs, credential-process', () => {
  test('starts one and asks again', async () => {
    server = await startRawServer((connection) => connection.end(jsonAnswer(credentials)));
    const { socket } = server;
    let started = 0;
    const env: Record<string, string> = { KEYFOB_SOCK: `${socket}-missing`, HOME: '/home/me' };
    const line = await credentialProcess(
      { account: undefined, autostart: true },
      {
        env,
        platform: process.platform,
        startHelper: async (places) => {
          expect(places.socket).toBe(`${socket}-missing`);
          started += 1;
          await server?.listenAlsoAt(`${socket}-missing`);
        },
      },
    );
    expect(JSON.parse(line)).toEqual(credentials);
    expect(started).toBe(1);
  });

  test('starts one, too, when the helper went away before it answered', async () => {
    let started = 0;
    const goesOnce = (connection: Socket) =>
      started === 0 ? connection.destroy() : connection.end(jsonAnswer(credentials));
    const startHelper = async () => {
      started += 1;
    };
    await run(goesOnce, undefined, { startHelper });
    expect(started).toBe(1);
  });

  // As one that is killed: its listener may outlive its connections for a moment.
  test('asks again where the next one went away as well, but not for ever', async () => {
    let started = 0;
    const startHelper = async () => {
      started += 1;
    };
    const goes = (times: number) => (connection: Socket) =>
      started < times ? connection.destroy() : connection.end(jsonAnswer(credentials));
    await run(goes(3), undefined, { startHelper, pauseMs: 1 });
    expect(started).toBe(3);
    await server?.close();
    started = 0;
    const forEver = run(goes(99), undefined, { startHelper, pauseMs: 1 });
    await expect(forEver).rejects.toMatchObject({ code: 'no_helper' });
    expect(started).toBe(3);
  });

  test.each<[string, boolean, Record<string, string>]>([
    ['--no-autostart', false, {}],
    ['KEYFOB_NO_AUTOSTART=1', true, { KEYFOB_NO_AUTOSTART: '1' }],
  ])('starts none with %s, and says so', async (_how, autostart, env) => {
    const missing = { KEYFOB_SOCK: '/tmp/keyfob-there-is-no-such-socket', HOME: '/home/me' };
    await expect(
      credentialProcess(
        { account: undefined, autostart },
        {
          env: { ...missing, ...env },
          platform: process.platform,
          startHelper: () => Promise.reject(new Error('started')),
        },
      ),
    ).rejects.toMatchObject({ code: 'no_helper', hint: expect.stringContaining('autostart') });
  });

  test('asks the next one while a helper gives its place to another', async () => {
    let asked = 0;
    const stopping = jsonAnswer(failure('helper_stopping', 'Stopping.'), '503 Service Unavailable');
    const answer = (connection: Socket) => {
      asked += 1;
      connection.end(asked < 4 ? stopping : jsonAnswer(credentials));
    };
    expect(JSON.parse(await run(answer, undefined, { pauseMs: 1 }))).toEqual(credentials);
    expect(asked).toBe(4);
  });

  test('does not ask for ever, and once without autostart', async () => {
    let asked = 0;
    const stopping = (connection: Socket) => {
      asked += 1;
      connection.end(jsonAnswer(failure('helper_stopping', 'Stopping.'), '503 No'));
    };
    const stops = expect.objectContaining({ code: 'helper_stopping' });
    await expect(run(stopping, undefined, { pauseMs: 1 })).rejects.toEqual(stops);
    expect(asked).toBe(20);
    await server?.close();
    asked = 0;
    await expect(run(stopping, undefined, { autostart: false })).rejects.toEqual(stops);
    expect(asked).toBe(1);
  });

  test('starts none for any other failure', async () => {
    const garbage = (connection: Socket) => connection.end('220 mail\r\n');
    await expect(run(garbage)).rejects.toMatchObject({ code: 'response_invalid' });
  });
});

describe('the arguments', () => {
  test.each([
    [[], { account: undefined, autostart: true }],
    [['acme/prod/Admin'], { account: 'acme/prod/Admin', autostart: true }],
    [['--no-autostart', 'a'], { account: 'a', autostart: false }],
    [['a', '--no-autostart'], { account: 'a', autostart: false }],
  ])('%j are understood at once', (args, expected) => {
    expect(parseCredentialProcess(args)).toEqual(expected);
  });

  test.each([
    [['--help']],
    [['-h']],
    [['a', 'b']],
    [['--json']],
    [['--what']],
    [['']],
    [['--', 'a']],
  ])('%j are left to the cold command', (args) => {
    expect(parseCredentialProcess(args)).toBeUndefined();
  });

  test('KEYFOB_NO_AUTOSTART forbids, unless empty or 0', () => {
    expect(mayAutostart({})).toBe(true);
    expect(mayAutostart({ KEYFOB_NO_AUTOSTART: '' })).toBe(true);
    expect(mayAutostart({ KEYFOB_NO_AUTOSTART: '0' })).toBe(true);
    expect(mayAutostart({ KEYFOB_NO_AUTOSTART: '1' })).toBe(false);
  });

  test('the places are those of the helper, also without a home in the environment', () => {
    const env = { HOME: '/home/me', XDG_RUNTIME_DIR: '/run/me' };
    expect(placesOf(env, 'linux')).toEqual(resolvePlaces(env, 'linux', '/home/me'));
    expect(placesOf({}, 'linux').socket).toMatch(/helper\.sock$/);
    const windows = { USERPROFILE: 'C:\\Users\\me', USERNAME: 'me' };
    expect(placesOf(windows, 'win32')).toEqual(resolvePlaces(windows, 'win32', 'C:\\Users\\me'));
  });
});
