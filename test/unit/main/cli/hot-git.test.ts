import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { gitLines, parseGitRequest, plainHost } from '../../../../main/cli/git-credential.ts';
import { answerGit, parseGit } from '../../../../main/cli/hot-git.ts';
import { jsonAnswer, type RawServer, startRawServer } from '../../../support/raw-server.ts';

const token = {
  access_token: 'tok',
  token_type: 'Bearer',
  expires_at: '2026-01-01T13:00:00Z',
  issuer: 'https://id.example.com',
};
const expiry = Date.parse(token.expires_at) / 1000;

let server: RawServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function ask(
  input: string,
  args: readonly string[] = [],
  answer: object = token,
  action = 'get',
) {
  const failed = 'error' in answer;
  server = await startRawServer((connection) =>
    connection.end(jsonAnswer(answer, failed ? '403 Forbidden' : undefined)),
  );
  const given = parseGit([
    '--host',
    'git.example.com',
    '--account',
    'corp/access',
    ...args,
    action,
  ]);
  if (given === undefined) throw new Error('These are left to the cold command.');
  return answerGit(
    given,
    {
      env: { KEYFOB_SOCK: server.socket, HOME: '/home/me' },
      platform: process.platform,
      startHelper: () => Promise.reject(new Error('There is a helper.')),
      deadlineMs: 2_000,
    },
    () => input,
  );
}

const question = 'protocol=https\nhost=git.example.com\n';
const bearerKnown = 'capability[]=authtype\nwwwauth[]=Bearer realm="x"\n';

describe('git get', () => {
  test('is a name, the token as the password, and when it ends', async () => {
    const { out } = await ask(question);
    expect(out).toBe(`username=oauth2\npassword=tok\npassword_expiry_utc=${expiry}\n`);
    expect(server?.requests[0]).toMatch(/^GET \/v1\/token\?account=corp%2Faccess HTTP/);
  });

  test('takes the name that was installed, else the one in the address', async () => {
    const inAddress = `${question}username=ada\n`;
    expect((await ask(inAddress, ['--username', 'x-access-token'])).out).toContain(
      '=x-access-token',
    );
    await server?.close();
    expect((await ask(inAddress)).out).toContain('username=ada\n');
  });

  test('is a bearer token where git knows that form and the server asks for it', async () => {
    expect((await ask(question + bearerKnown)).out).toBe(
      `capability[]=authtype\nauthtype=Bearer\ncredential=tok\nephemeral=1\npassword_expiry_utc=${expiry}\n`,
    );
  });

  test.each([
    ['git does not know that form', `${question}wwwauth[]=Bearer\n`, []],
    ['the server asks for Basic alone', `${question}capability[]=authtype\nwwwauth[]=Basic\n`, []],
    ['the challenges begin anew', `${question}${bearerKnown}wwwauth[]=\nwwwauth[]=Basic\n`, []],
    ['the capabilities begin anew', `${question}${bearerKnown}capability[]=\n`, []],
    ['somebody wants it basic', question + bearerKnown, ['--auth', 'basic']],
    ['git can not, though somebody wants bearer', question, ['--auth', 'bearer']],
  ])('is basic where %s', async (_why, input, args) => {
    expect((await ask(input, args)).out).toContain('password=tok\n');
  });

  test.each([
    ['another host', 'protocol=https\nhost=evil.example.com\n'],
    ['a host that only begins like it', 'protocol=https\nhost=git.example.com.evil.com\n'],
    ['another port', 'protocol=https\nhost=git.example.com:8443\n'],
    ['another protocol', 'protocol=ftp\nhost=git.example.com\n'],
    ['no host', 'protocol=https\n'],
    ['nothing', ''],
  ])('has nothing for %s, and asks nobody', async (_what, input) => {
    expect(await ask(input)).toEqual({ out: '' });
    expect(server?.requests).toEqual([]);
  });

  test('gives nothing away unencrypted, but for this machine', async () => {
    const { out, failure } = await ask('protocol=http\nhost=git.example.com\n');
    expect(out).toBe('quit=1\n');
    expect(failure).toMatchObject({ code: 'refused', hint: expect.any(String) });
    await server?.close();
    const loopback = await ask('protocol=http\nhost=127.0.0.1:8080\n', [
      '--host',
      '127.0.0.1:8080',
    ]);
    expect(loopback.out).toContain('password=tok');
  });

  test('that fails tells git to stop asking, and the person why', async () => {
    const error = { code: 'sign_in_required', message: 'No.', hint: 'Sign in.' };
    const { out, failure } = await ask(question, [], { ok: false, error });
    expect(out).toBe('quit=1\n');
    expect(failure).toMatchObject(error);
  });

  test('signs the path for CodeCommit', async () => {
    const host = 'git-codecommit.eu-west-1.amazonaws.com';
    const value = { username: 'A%t', password: 'p', expiresAt: token.expires_at };
    const args = ['--host', host];
    const { out } = await ask(`protocol=https\nhost=${host}\npath=v1/repos/x\n`, args, {
      ok: true,
      value,
    });
    expect(out).toBe(`username=A%t\npassword=p\npassword_expiry_utc=${expiry}\n`);
    expect(server?.requests[0]).toContain('/v1/commands/account.codecommit');
    expect(server?.requests[0]).toContain('"path":"v1/repos/x"');
    await server?.close();
    const without = await ask(`protocol=https\nhost=${host}\n`, args);
    expect(without.failure).toMatchObject({ hint: expect.stringContaining('useHttpPath') });
  });

  test.each([
    ['a token with a newline', { ...token, access_token: 'a\nquit=1' }],
    ['a token without an end', { ...token, expires_at: undefined }],
    ['a token bound to a key', { ...token, token_type: 'DPoP' }],
  ])('never passes on %s', async (_what, answer) => {
    const { out, failure } = await ask(question, [], answer);
    expect(out).toBe('quit=1\n');
    expect(failure).toMatchObject({ hint: expect.any(String) });
  });
});

test('what git may ask besides is answered, or passed over in silence', async () => {
  const surroundings = {
    env: {},
    platform: 'linux',
    startHelper: () => Promise.reject(new Error('Nobody is to be asked.')),
  };
  const say = async (...args: string[]) => {
    const given = parseGit(args);
    return given === undefined ? 'cold' : (await answerGit(given, surroundings)).out;
  };
  expect(await say('capability')).toBe('version 0\ncapability authtype\n');
  expect(await say('--host', 'a', 'store')).toBe('');
  expect(await say('erase')).toBe('');
  expect(await say('--host', 'a', 'frobnicate')).toBe('');
  for (const typed of [['instal'], ['install', 'a', 'b'], ['--help'], []]) {
    expect(await say(...typed)).toBe('cold');
  }
});

describe('git erase', () => {
  const done = { ok: true, value: {} };

  test.each([
    ['a password', `${question}username=oauth2\npassword=tok\n`],
    ['a bearer token', `${question}capability[]=authtype\nauthtype=Bearer\ncredential=tok\n`],
  ])('has %s that the server refused not handed out again', async (_what, input) => {
    const args = ['--scope', 'read write', '--audience', 'git'];
    expect(await ask(input, args, done, 'erase')).toEqual({ out: '' });
    expect(server?.requests[0]).toMatch(/^POST \/v1\/commands\/account\.refused /);
    expect(server?.requests[0]).toContain(
      '{"token":"tok","account":"corp/access","scope":["read","write"],"audience":"git"}',
    );
  });

  test.each([
    ['of another host', 'protocol=https\nhost=evil.example.com\npassword=tok\n'],
    ['without a password', question],
  ])('%s asks nobody', async (_what, input) => {
    expect(await ask(input, [], done, 'erase')).toEqual({ out: '' });
    expect(server?.requests).toEqual([]);
  });

  test('for CodeCommit asks nobody: it is signed anew each time', async () => {
    const host = 'git-codecommit.eu-west-1.amazonaws.com';
    const input = `protocol=https\nhost=${host}\npath=x\npassword=p\n`;
    expect(await ask(input, ['--host', host], done, 'erase')).toEqual({ out: '' });
    expect(server?.requests).toEqual([]);
  });

  test('that fails bothers nobody: git has been told no already', async () => {
    const error = { code: 'unknown_account', message: 'No.', hint: 'x' };
    const input = `${question}password=tok\n`;
    expect(await ask(input, [], { ok: false, error }, 'erase')).toEqual({ out: '' });
  });
});

test.each(['no equals sign\n', '=value\n', 'host=a\0b\n', `host=${'a'.repeat(70_000)}\n`])(
  'a question that is none is refused: %j',
  (input) => {
    expect(() => parseGitRequest(input)).toThrow(
      expect.objectContaining({ code: 'invalid_input' }),
    );
  },
);

test('a question ends with an empty line, and whatever follows is not read', () => {
  expect(parseGitRequest('host=a\n\nhost=b\n')).toMatchObject({ host: 'a' });
  expect(parseGitRequest('host=a=b')).toMatchObject({ host: 'a=b' });
});

test('no value can become another line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      try {
        expect(gitLines([['password', value]]).split('\n')).toHaveLength(2);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_input' });
      }
    }),
  );
});

test('a port that the protocol has anyway makes no other host', () => {
  expect(plainHost('Git.Example.com:443', 'https')).toBe('git.example.com');
  expect(plainHost('git.example.com:443', 'http')).toBe('git.example.com:443');
  expect(plainHost('git.example.com:80', 'http')).toBe('git.example.com');
});
