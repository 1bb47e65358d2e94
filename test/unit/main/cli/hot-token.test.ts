import { expect, onTestFinished, test } from 'vitest';
import { parseToken, printToken } from '../../../../main/cli/hot-token.ts';
import { jsonAnswer, startRawServer } from '../../../support/raw-server.ts';

const plain = {
  account: undefined,
  scope: undefined,
  audience: undefined,
  minTtl: undefined,
  idToken: false,
  autostart: true,
};

test.each([
  [[], plain],
  [['corp/api'], { ...plain, account: 'corp/api' }],
  [['--scope', 'a', 'corp/api', '--scope=b'], { ...plain, account: 'corp/api', scope: 'a b' }],
  [
    ['--audience', 'https://x', '--min-ttl', '600'],
    { ...plain, audience: 'https://x', minTtl: '600' },
  ],
  [['--audience', 'a', '--audience', 'b'], { ...plain, audience: 'b' }],
  [['--min-ttl=1', '--min-ttl=2'], { ...plain, minTtl: '2' }],
  [['--id-token', '--no-autostart'], { ...plain, idToken: true, autostart: false }],
])('%j is answered without loading more', (args, expected) => {
  expect(parseToken(args)).toEqual(expected);
});

test.each([
  [['--help']],
  [['--json']],
  [['']],
  [['a', 'b']],
  [['--scope']],
  [['--scope', '']],
  [['--scope=']],
  [['--scope', '--json']],
  [['--min-ttl', 'soon']],
  [['--min-ttl=1m']],
  [['--id-token=yes']],
  [['--toString', 'x']],
])('%j is for the cold command to judge', (args) => {
  expect(parseToken(args)).toBeUndefined();
});

async function helper(answer: string) {
  const server = await startRawServer((connection) => connection.end(answer));
  onTestFinished(() => server.close());
  const surroundings = {
    env: { KEYFOB_SOCK: server.socket, HOME: server.folder, KEYFOB_NO_AUTOSTART: '1' },
    platform: process.platform,
    startHelper: async () => undefined,
  };
  return { server, surroundings };
}

test('the token is printed alone, and every wish is asked for, encoded', async () => {
  const { server, surroundings } = await helper(
    jsonAnswer({ access_token: 'a.b.c', token_type: 'Bearer' }),
  );
  const given = {
    ...plain,
    account: 'corp/a&b',
    scope: 'read write',
    audience: 'https://api?x',
    minTtl: '60',
    idToken: true,
  };
  expect(await printToken(given, surroundings)).toBe('a.b.c\n');
  expect(server.requests[0]).toMatch(
    /^GET \/v1\/token\?account=corp%2Fa%26b&scope=read%20write&audience=https%3A%2F%2Fapi%3Fx&min_ttl=60&id_token=true HTTP/,
  );
});

test.each([{}, { access_token: '' }, { access_token: 7 }, { token: 'x' }])(
  'an answer that holds no token is none: %j',
  async (answer) => {
    const { surroundings } = await helper(jsonAnswer(answer));
    await expect(printToken(plain, surroundings)).rejects.toMatchObject({
      code: 'response_invalid',
    });
  },
);

test('what the helper refuses is told as it said it', async () => {
  const error = { code: 'sign_in_required', message: 'Sign in.', hint: 'keyfob login corp' };
  const { surroundings } = await helper(jsonAnswer({ ok: false, error }, '403 Forbidden'));
  await expect(printToken(plain, surroundings)).rejects.toMatchObject({ code: 'sign_in_required' });
});
