import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChildEnding } from '../../../../../main/cli/run-child.ts';
import type { Account } from '../../../../../shared/account.ts';
import { KeyfobError } from '../../../../../shared/errors.ts';
import type { Environment } from '../../../../../shared/places.ts';
import { type Answers, account, runCli } from '../../../../support/cli.ts';
import { jsonAnswer, type RawServer, startRawServer } from '../../../../support/raw-server.ts';

const admin = account('acme/prod/Admin');
const api: Account = {
  kind: 'token',
  id: 'corp/api',
  path: 'corp/api',
  connection: 'corp',
  name: 'api',
  token: 'access',
};
const url = 'http://127.0.0.1:4000';
const token = `keyfob_${'a'.repeat(43)}`;

/** A helper that knows one account, and makes grants for it. */
function answers(found: Account, region?: string): Answers {
  return {
    'account.show': () => ({ account: found, ...(region === undefined ? {} : { region }) }),
    'grant.create': ({ label, accounts }) => ({
      grant: {
        id: 'g1',
        label,
        accounts,
        createdAt: '2026-01-01T12:00:00.000Z',
        expiresAt: '2026-01-02T12:00:00.000Z',
        ephemeral: true,
      },
      token,
      url,
    }),
    'grant.hold': () => new Promise(() => undefined),
  };
}

let home: string;
let server: RawServer | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'keyfob-exec-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(home, { recursive: true, force: true });
});

async function run(
  args: readonly string[],
  given: Answers,
  env: Environment = {},
  ending: ChildEnding = { exitCode: 7 },
) {
  let ran: { command: readonly string[]; env: Environment } | undefined;
  const ended = await runCli(args, given, {
    env: { HOME: home, USERPROFILE: home, ...env },
    runChild: async (command, changed) => {
      ran = { command, env: changed };
      return ending;
    },
  });
  return { ...ended, ran };
}

test('a program finds the endpoint and its region, and nothing that leads elsewhere', async () => {
  const stale = {
    AWS_PROFILE: 'other',
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SESSION_TOKEN: 'old',
    AWS_ROLE_ARN: 'arn',
    AWS_WEB_IDENTITY_TOKEN_FILE: '/f',
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/x',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/y',
    AWS_BEARER_TOKEN_BEDROCK: 'stale',
  };
  const given = answers(admin, 'eu-west-1');
  const { code, ran, calls, err } = await run(
    ['exec', 'acme/prod/Admin', '--', 'aws', 's3', 'ls', '--', '--region'],
    given,
    { ...stale, PATH: '/bin', AWS_DEFAULT_OUTPUT: 'json' },
  );
  expect(ran?.command).toEqual(['aws', 's3', 'ls', '--', '--region']);
  expect(ran?.env).toEqual({
    HOME: home,
    USERPROFILE: home,
    PATH: '/bin',
    AWS_DEFAULT_OUTPUT: 'json',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/aws/container?account=acme/111111111111/Admin`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
  });
  expect({ code, err }).toEqual({ code: 7, err: '' });
  expect(calls[1]).toMatchObject([
    'grant.create',
    { label: 'exec aws', accounts: [admin.id], ephemeral: true },
  ]);
  expect(calls[2]).toEqual(['grant.hold', { id: 'g1' }]);
});

test('a program that can’t be run leaves no grant behind', async () => {
  const revoked: string[] = [];
  const given: Answers = {
    ...answers(admin),
    'grant.revoke': ({ id }) => {
      revoked.push(id);
      return {};
    },
  };
  const failure = new KeyfobError('invalid_input', 'There is no program x.');
  const { code, err } = await run(['exec', '--', 'x'], given, {}, { exitCode: 127, failure });
  expect({ code, err }).toEqual({ code: 127, err: 'keyfob: There is no program x.\n' });
  expect(revoked).toEqual(['g1']);
  // Where even that fails, what is told is that the program can't be run.
  const gone = await run(['exec', '--', 'x'], answers(admin), {}, { exitCode: 127, failure });
  expect({ code: gone.code, err: gone.err }).toEqual({ code, err });
});

test('within another exec, AWS credentials and a token stand side by side, whichever is inside', async () => {
  server = await startRawServer((connection) =>
    connection.end(jsonAnswer({ access_token: 'tok' })),
  );
  const { socket } = server;
  const both = async (outer: [string, Account], inner: [string, Account]) => {
    const around = await run(['exec', outer[0], '--', 'x'], answers(outer[1]));
    const env = { ...around.ran?.env, KEYFOB_SOCK: socket };
    return (await run(['exec', inner[0], '--', 'x'], answers(inner[1]), env)).ran?.env;
  };
  const aws: [string, Account] = ['acme/prod/Admin', admin];
  const corp: [string, Account] = ['corp/api', api];
  const found = await both(aws, corp);
  expect(found).toMatchObject({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: expect.stringContaining(admin.id),
    KEYFOB_TOKEN_URL: expect.stringContaining(api.id),
  });
  expect(await both(corp, aws)).toEqual(found);
});

test.each([[], ['--static']])(
  'signed out, nothing is run, and no grant is made %s',
  async (...more) => {
    const given: Answers = {
      ...answers(admin),
      'account.show': () => ({ account: admin, signedOut: 'acme' }),
    };
    const { code, ran, calls, err } = await run(
      ['exec', ...more, 'acme/prod/Admin', '--', 'aws'],
      given,
    );
    expect({ code, ran }).toEqual({ code: 3, ran: undefined });
    expect(err).toBe('keyfob: acme is signed out.\n  Run `keyfob login acme`.\n');
    expect(calls.map(([name]) => name)).toEqual(['account.show']);
  },
);

test('a command that is not behind two hyphens is not taken for accounts', async () => {
  const forgotten = await run(['exec', 'acme/prod/Admin', 'aws', 's3'], answers(admin));
  expect({ code: forgotten.code, calls: forgotten.calls }).toEqual({ code: 2, calls: [] });
  expect(forgotten.err).toContain('after two hyphens: aws does not');
  expect(forgotten.err).toContain('keyfob exec acme/prod/Admin -- aws s3 ls');
});

test.each([
  ['--variable', 'API_TOKEN'],
  ['--bearer', 'bedrock'],
])('%s is for tokens: an AWS account has none', async (...option) => {
  const { code, ran, err } = await run(
    ['exec', ...option, 'acme/prod/Admin', '--', 'x'],
    answers(admin),
  );
  expect({ code, ran }).toEqual({ code: 2, ran: undefined });
  expect(err).toContain('acme/prod/Admin is an AWS account');
});

test('the region is the one that is said, else the one that is set, else the one that is known', async () => {
  const regionOf = async (args: readonly string[], env: Environment) =>
    (await run(['exec', ...args, '--', 'x'], answers(admin, 'eu-west-1'), env)).ran?.env.AWS_REGION;
  expect(await regionOf(['--region', 'us-east-1'], { AWS_REGION: 'eu-north-1' })).toBe('us-east-1');
  expect(await regionOf([], { AWS_REGION: 'eu-north-1' })).toBe('eu-north-1');
  expect(await regionOf([], { AWS_DEFAULT_REGION: 'eu-north-1' })).toBe('eu-north-1');
  expect(await regionOf([], {})).toBe('eu-west-1');
});

test('a default profile with credentials of its own is hidden, and that is said', async () => {
  const config = join(home, 'config');
  writeFileSync(config, '[default]\nregion = eu-west-1\ncredential_process = x\n');
  const { ran, err } = await run(['exec', '--', 'x'], answers(admin), { AWS_CONFIG_FILE: config });
  expect(ran?.env).toMatchObject({
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  });
  expect(err).toContain('hidden');
  writeFileSync(config, '[default]\nregion = eu-west-1\n[profile a]\nsso_session = b\n');
  const other = await run(['exec', '--', 'x'], answers(admin), { AWS_CONFIG_FILE: config });
  expect(other.ran?.env.AWS_CONFIG_FILE).toBe(config);
  expect(other.err).toBe('');
});

test.runIf(process.platform !== 'win32')(
  'a pipe in the place of the AWS config is left to the program, and nothing waits for it',
  async () => {
    const pipe = join(home, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { ran, code } = await run(['exec', '--', 'x'], answers(admin), { AWS_CONFIG_FILE: pipe });
    expect({ code, file: ran?.env.AWS_CONFIG_FILE }).toEqual({ code: 7, file: pipe });
  },
);

test('--static puts the credentials themselves into variables, and makes no grant', async () => {
  server = await startRawServer((connection) =>
    connection.end(
      jsonAnswer({
        Version: 1,
        AccessKeyId: 'ASIA',
        SecretAccessKey: 'secret',
        SessionToken: 'session',
        Expiration: '2026-01-01T13:00:00Z',
      }),
    ),
  );
  const { ran, calls } = await run(['exec', '--static', '--', 'x'], answers(admin, 'eu-west-1'), {
    KEYFOB_SOCK: server.socket,
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1/old',
  });
  expect(ran?.env).toMatchObject({
    AWS_ACCESS_KEY_ID: 'ASIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'session',
    AWS_CREDENTIAL_EXPIRATION: '2026-01-01T13:00:00Z',
  });
  expect(ran?.env).not.toHaveProperty('AWS_CONTAINER_CREDENTIALS_FULL_URI');
  expect(calls.map(([name]) => name)).toEqual(['account.show']);
});

test('a token account is an address to ask, and the variables that somebody wants it in', async () => {
  server = await startRawServer((connection) =>
    connection.end(jsonAnswer({ access_token: 'tok' })),
  );
  const env = { KEYFOB_SOCK: server.socket, AWS_PROFILE: 'mine' };
  const plain = await run(['exec', 'corp/api', '--', 'x'], answers(api), env);
  expect(plain.ran?.env).toMatchObject({
    AWS_PROFILE: 'mine',
    KEYFOB_TOKEN_URL: `${url}/v1/token?account=corp/api`,
    KEYFOB_TOKEN_AUTHORIZATION: `Bearer ${token}`,
  });
  const chosen = ['exec', 'corp/api', '--variable', 'API', '--bearer', 'bedrock-runtime'];
  const more = await run([...chosen, '--', 'x'], answers(api), env);
  expect(more.ran?.env).toMatchObject({ API: 'tok', AWS_BEARER_TOKEN_BEDROCK_RUNTIME: 'tok' });
  const still = await run(['exec', 'corp/api', '--static', '--', 'x'], answers(api), env);
  expect(still.ran?.env).toMatchObject({ KEYFOB_TOKEN: 'tok' });
  expect(still.ran?.env).not.toHaveProperty('KEYFOB_TOKEN_URL');
  const configured = { ...api, variable: 'OWN', bearer: 'codecatalyst' } as const;
  const own = await run(['exec', 'corp/api', '--static', '--', 'x'], answers(configured), env);
  expect(own.ran?.env).toMatchObject({ OWN: 'tok', AWS_BEARER_TOKEN_CODECATALYST: 'tok' });
});

test.each([
  ['no command', ['exec', 'a'], 'There is no command to run.'],
  ['nothing after the hyphens', ['exec', 'a', '--'], 'There is no command to run.'],
  ['an empty account', ['exec', '', '--', 'x'], 'The name of the account is empty.'],
  ['a variable that is none', ['exec', '--variable', 'A B', '--', 'x'], 'no name of a variable'],
  ['a service that is none', ['exec', '--bearer', 'a=b', '--', 'x'], 'no name of an AWS service'],
  ['a region that is none', ['exec', '--region', 'a b', '--', 'x'], 'This is no region.'],
])('%s is a wrong usage, and runs nothing', async (_what, args, message) => {
  const { code, err, ran, calls } = await run(args, {});
  expect(err).toContain(message);
  expect({ code, ran, calls }).toEqual({ code: 2, ran: undefined, calls: [] });
});
