import { afterEach, expect, test } from 'vitest';
import { answerDocker, parseDocker } from '../../../../main/cli/hot-docker.ts';
import { version } from '../../../../shared/version.ts';
import { jsonAnswer, type RawServer, startRawServer } from '../../../support/raw-server.ts';

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function run(action: string, input: string, answer: object, status?: string) {
  server = await startRawServer((connection) => connection.end(jsonAnswer(answer, status)));
  const given = parseDocker([action]);
  if (given === undefined) throw new Error('This is left to the cold command.');
  const surroundings = {
    env: { KEYFOB_SOCK: server.socket, HOME: '/home/me' },
    platform: process.platform,
    startHelper: () => Promise.reject(new Error('There is a helper.')),
    deadlineMs: 2_000,
  };
  return answerDocker(given, surroundings, () => input);
}

const login = { ok: true, value: { username: 'AWS', secret: 'pw' } };

test.each([
  ['registry.example.com', 'registry.example.com'],
  ['https://registry.example.com', 'registry.example.com'],
  ['https://index.docker.io/v1/', 'index.docker.io'],
  ['127.0.0.1:5000\n', '127.0.0.1:5000'],
])('get answers for %j', async (url, host) => {
  const { out, exitCode } = await run('get', url, login);
  expect(JSON.parse(out)).toEqual({ ServerURL: url.trim(), Username: 'AWS', Secret: 'pw' });
  expect(exitCode).toBeUndefined();
  expect(server?.requests[0]).toContain('POST /v1/commands/registry.login');
  expect(server?.requests[0]).toContain(JSON.stringify({ host }));
});

test('a registry that nobody answers for is a miss in the very words that Docker knows', async () => {
  const error = { code: 'not_found', message: 'No account.', hint: 'Choose.' };
  expect(await run('get', 'x', { ok: false, error }, '404 Not Found')).toEqual({
    out: 'credentials not found in native keychain\n',
    exitCode: 1,
  });
});

test('any other failure is told on stdout, where Docker looks, with exit code 1', async () => {
  const error = { code: 'sign_in_required', message: 'Signed out.', hint: 'Sign in.' };
  expect(await run('get', 'x', { ok: false, error }, '403 Forbidden')).toEqual({
    out: 'Signed out. Sign in.\n',
    exitCode: 1,
  });
});

test('list tells the registries and their names', async () => {
  const registries = [
    { host: 'a', account: 'x', username: 'AWS' },
    { host: 'b:5000', account: 'y', username: 'oauth2' },
  ];
  const { out } = await run('list', '', { ok: true, value: { registries } });
  expect(JSON.parse(out)).toEqual({ a: 'AWS', 'b:5000': 'oauth2' });
});

test('store and erase let Docker go on, and keep nothing', async () => {
  for (const action of ['store', 'erase']) {
    expect(await run(action, '{"Secret":"s"}', {})).toEqual({ out: '' });
    expect(server?.requests).toEqual([]);
    await server?.close();
  }
});

test('version', async () => {
  expect((await run('version', '', {})).out).toBe(`docker-credential-keyfob ${version}\n`);
});

test.each([[[]], [['install', 'a', 'b']], [['get', 'x']], [['--help']], [['gett']]])(
  '%j is left to the cold command',
  (args) => {
    expect(parseDocker(args)).toBeUndefined();
  },
);
