import { afterEach, expect, test } from 'vitest';
import { parseNames, printNames } from '../../../../main/cli/hot-names.ts';
import { jsonAnswer, type RawServer, startRawServer } from '../../../support/raw-server.ts';

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function ask(of: 'accounts' | 'connections', answer: string) {
  server = await startRawServer((connection) => connection.end(answer));
  const env = { KEYFOB_SOCK: server.socket, HOME: '/home/me' };
  return await printNames(of, { env, platform: process.platform });
}

test('the paths of the accounts, one a line', async () => {
  const accounts = [{ path: 'acme/prod/Admin' }, { path: 'acme/my account/Admin' }];
  expect(await ask('accounts', jsonAnswer({ ok: true, value: { accounts } }))).toBe(
    'acme/prod/Admin\nacme/my account/Admin\n',
  );
  expect(server?.requests[0]).toMatch(/^POST \/v1\/commands\/accounts\.list /);
});

test('the names of the connections', async () => {
  const answer = jsonAnswer({ connections: [{ name: 'acme' }, { name: 'corp' }] });
  expect(await ask('connections', answer)).toBe('acme\ncorp\n');
});

test('a name that could write over the terminal is not offered', async () => {
  const accounts = [
    { path: 'a\nb' },
    { path: '\u001b[2J' },
    { path: '' },
    {},
    'x',
    { path: 'good' },
  ];
  expect(await ask('accounts', jsonAnswer({ ok: true, value: { accounts } }))).toBe('good\n');
});

test.each([
  ['a refusal', jsonAnswer({ ok: false, error: {} }, '503 Service Unavailable')],
  ['something that is no helper', 'SSH-2.0-OpenSSH\r\n'],
])('%s is silence', async (_what, answer) => {
  expect(await ask('accounts', answer)).toBe('');
});

test('without a helper there is silence, and none is started', async () => {
  const env = { KEYFOB_SOCK: '/nowhere/helper.sock', HOME: '/home/me' };
  expect(await printNames('connections', { env, platform: process.platform })).toBe('');
});

test.each([[[]], [['secrets']], [['accounts', 'x']], [['--help']]])(
  '%j is not its affair',
  (args) => {
    expect(parseNames(args)).toBeUndefined();
  },
);
