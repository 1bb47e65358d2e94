import { expect, test } from 'vitest';
import type { Grant } from '../../../../../shared/model.ts';
import { runCli } from '../../../../support/cli.ts';

const grant = (changes: Partial<Grant> = {}): Grant => ({
  id: '0a1b2c3d4e5f',
  label: 'ci',
  accounts: [],
  createdAt: '2026-01-01T11:00:00.000Z',
  expiresAt: '2026-01-02T12:00:00.000Z',
  ephemeral: false,
  ...changes,
});
const account = {
  kind: 'aws-role',
  id: 'a/1/X',
  path: 'a/prod/X',
  connection: 'a',
  accountId: '1',
  accountName: 'prod',
  roleName: 'X',
} as const;
const token = `keyfob_${'t'.repeat(43)}`;
const url = 'http://127.0.0.1:20001';

function creating(made: Partial<Grant> = {}) {
  const inputs: unknown[] = [];
  return {
    inputs,
    answers: {
      'grant.create': (input: unknown) => {
        inputs.push(input);
        return { grant: grant(made), token, url };
      },
      'accounts.list': () => ({ accounts: [account], active: null, favourites: [] }),
    },
  };
}

test('the token goes to stdout alone; how to end it, to stderr', async () => {
  const { answers, inputs } = creating();
  const { code, out, err } = await runCli(['grant', 'create', 'ci'], answers);
  expect({ code, out }).toEqual({ code: 0, out: `${token}\n` });
  expect(err).toContain('keyfob grant revoke 0a1b2c3d4e5f');
  expect(err).not.toContain(token);
  expect(inputs).toEqual([
    { label: 'ci', accounts: [], lifetimeSeconds: 2_592_000, ephemeral: false },
  ]);
});

test('accounts and lifetime are as given', async () => {
  const { answers, inputs } = creating();
  await runCli(
    ['grant', 'create', 'x y', '--account', 'a/b/C', '--account', 'd/e', '--lifetime', '8h'],
    answers,
  );
  expect(inputs).toEqual([
    { label: 'x y', accounts: ['a/b/C', 'd/e'], lifetimeSeconds: 28_800, ephemeral: false },
  ]);
});

test('its accounts are told by their paths, and in JSON by their ids', async () => {
  const { answers } = creating({ accounts: ['a/1/X'] });
  const said = await runCli(['grant', 'create', 'ci', '--account', 'X'], answers);
  expect(said.err).toContain('for a/prod/X,');
  const { out } = await runCli(['grant', 'create', 'ci', '--account', 'X', '--json'], answers);
  expect(JSON.parse(out).grant.accounts).toEqual(['a/1/X']);
});

test.each([
  [[], `AWS_CONTAINER_CREDENTIALS_FULL_URI=${url}/v1/aws/container\n`],
  [
    ['acme/1/A b'],
    `AWS_CONTAINER_CREDENTIALS_FULL_URI=${url}/v1/aws/container?account=acme%2F1%2FA%20b\n`,
  ],
  [['a/1/X', 'a/2/X'], `AWS_CONTAINER_CREDENTIALS_FULL_URI=${url}/v1/aws/container\n`],
])('as variables, for the accounts %j', async (accounts, first) => {
  const { answers } = creating({ accounts });
  const { out } = await runCli(['grant', 'create', 'ci', '--form', 'env'], answers);
  expect(out).toBe(`${first}AWS_CONTAINER_AUTHORIZATION_TOKEN=${token}\n`);
});

test('as JSON it is all of it, and nothing else is said', async () => {
  const { answers } = creating();
  const { out, err } = await runCli(['grant', 'create', 'ci', '--json'], answers);
  expect(JSON.parse(out)).toEqual({ grant: grant(), token, url });
  expect(err).toBe('');
});

test.each(['0h', '366d', 'soon', '-1h', '1y', ''])('a lifetime of %j is none', async (lifetime) => {
  const { code } = await runCli(
    ['grant', 'create', 'ci', '--lifetime', lifetime],
    creating().answers,
  );
  expect(code).toBe(2);
});

test('the list says what each is for, and moves no cursor', async () => {
  const { out } = await runCli(['grant', 'list'], {
    'grant.list': () => ({
      grants: [
        grant(),
        grant({
          id: 'b',
          label: 'x\x1b[2J',
          accounts: ['a/1/X', 'gone/2/Y'],
          lastUsedAt: '2026-01-01T11:30:00.000Z',
          ephemeral: true,
        }),
      ],
    }),
    'accounts.list': () => ({ accounts: [account], active: null, favourites: [] }),
  });
  expect(out).toContain('a/prod/X, gone/2/Y');
  expect(out).not.toContain('\x1b[2J');
  expect(out).toContain('every account');
  expect(out).toContain('1 d left');
  expect(out).toMatch(/^ID +LABEL +ACCOUNTS +LASTS +LAST USED\n/);
  expect(out).toMatch(/ never\n/);
  expect(out).toMatch(/ 30 min ago {2}while a program runs\n/);
});

function revoking(grants: Grant[]) {
  const revoked: string[] = [];
  return {
    revoked,
    answers: {
      'grant.list': () => ({ grants }),
      'grant.revoke': ({ id }: { id: string }) => {
        revoked.push(id);
        return {};
      },
    },
  };
}

test.each([
  [['a'], ['a']],
  [['label b'], ['b']],
  [
    ['a', 'b'],
    ['a', 'b'],
  ],
  [['a', 'a'], ['a']],
  [['--all'], ['a', 'b', 'c', 'd']],
])('revoke %j', async (args, expected) => {
  const { answers, revoked } = revoking([
    grant({ id: 'a', label: 'label a' }),
    grant({ id: 'b', label: 'label b' }),
    grant({ id: 'c', label: 'same' }),
    grant({ id: 'd', label: 'same' }),
  ]);
  const { code } = await runCli(['grant', 'revoke', ...args], answers);
  expect({ code, revoked }).toEqual({ code: 0, revoked: expected });
});

test.each([
  [[], 2],
  [['a', '--all'], 2],
  [['nope'], 1],
  [['a', 'nope'], 1],
  [['same'], 1],
])('revoke %j ends nothing', async (args, expected) => {
  const { answers, revoked } = revoking([
    grant({ id: 'a', label: 'x' }),
    grant({ id: 'c', label: 'same' }),
    grant({ id: 'd', label: 'same' }),
  ]);
  // Commands throw, and the entry turns that into the exit code.
  const outcome = await runCli(['grant', 'revoke', ...args], answers).catch((error) => error);
  if (outcome instanceof Error) expect(outcome).toMatchObject({ hint: expect.any(String) });
  else expect(outcome.code).toBe(expected);
  expect(revoked).toEqual([]);
});

test('the help says how long a grant lasts as one writes it', async () => {
  const { out } = await runCli(['grant', 'create', '--help']);
  expect(out.replaceAll(/\s+/g, ' ')).toContain('at most a year (default: 30d)');
  expect(out).not.toContain('default: []');
});
