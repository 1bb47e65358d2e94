import { afterEach, expect, test, vi } from 'vitest';
import type { ActivityEntry } from '../../../../../shared/model.ts';
import { runCli } from '../../../../support/cli.ts';

vi.stubEnv('TZ', 'UTC');
afterEach(() => vi.restoreAllMocks());

const entry = (changes: Partial<ActivityEntry> = {}): ActivityEntry => ({
  id: '1',
  at: '2026-01-01T11:00:00.000Z',
  lastAt: '2026-01-01T11:00:00.000Z',
  count: 1,
  client: 'aws-cli',
  listener: 'socket',
  account: 'acme/prod/Admin',
  connection: 'acme',
  what: 'aws-credentials',
  outcome: 'ok',
  ...changes,
});

const answering = (entries: ActivityEntry[], damaged = 0) => ({
  'activity.list': () => ({ entries, damaged }),
});

test('who asked for what, when, and how it went, a line for each', async () => {
  const { code, out, err } = await runCli(
    ['activity'],
    answering([
      entry({ count: 12 }),
      entry({
        id: '2',
        what: 'sign-in',
        account: null,
        outcome: 'sign_in_denied',
        listener: 'window',
      }),
    ]),
  );
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toBe(
    [
      '2026-01-01 11:00:00  credentials  acme/prod/Admin  aws-cli           ok              12 times\n',
      '2026-01-01 11:00:00  sign in      acme             aws-cli (window)  sign_in_denied\n',
    ].join(''),
  );
});

test('what comes from outside can move no cursor', async () => {
  const { out } = await runCli(
    ['activity'],
    answering([entry({ account: '\u001b[2J', outcome: 'unknown_account' })]),
  );
  expect(out).not.toContain('\u001b');
});

test('--json prints the entries as they are, and how many lines were damaged', async () => {
  const { out } = await runCli(['activity', '--json'], answering([entry()], 2));
  expect(JSON.parse(out)).toEqual({ entries: [entry()], damaged: 2 });
});

test('damaged lines, and that there is nothing, are said on stderr', async () => {
  const { out, err } = await runCli(['activity'], answering([], 2));
  expect(out).toBe('');
  expect(err).toBe('Nothing in the record fits.\n2 damaged lines skipped.\n');
});

test.each([
  ['2h', '2026-01-01T10:00:00.000Z'],
  ['90s', '2026-01-01T11:58:30.000Z'],
  ['1w', '2025-12-25T12:00:00.000Z'],
  ['2025-12-31', '2025-12-31T00:00:00.000Z'],
  ['2025-12-31T08:00:00+02:00', '2025-12-31T06:00:00.000Z'],
])('--since %s asks for what came after %s', async (since, iso) => {
  const { calls } = await runCli(['activity', '--since', since], answering([]));
  expect(calls).toEqual([['activity.list', { since: iso, limit: 200 }]]);
});

test('all choices are passed on', async () => {
  const { calls } = await runCli(
    ['activity', '--account', 'prod', '--connection', 'acme', '--client', 'aws', '--limit', '5'],
    answering([]),
  );
  expect(calls).toEqual([
    ['activity.list', { account: 'prod', connection: 'acme', client: 'aws', limit: 5 }],
  ]);
});

test.each([
  ['--since', 'yesterday'],
  ['--since', '2025-13-45'],
  ['--since', ''],
  ['--limit', '0'],
  ['--limit', '10001'],
  ['--limit', '1e3'],
])('%s %j is a wrong usage, and calls nobody', async (option, value) => {
  const { code, err, calls } = await runCli(['activity', option, value]);
  expect(err).toContain('Expected');
  expect({ code, calls }).toEqual({ code: 2, calls: [] });
});

/** Ends the command after so many looks, as Ctrl-C would. */
async function following(args: string[], looks: readonly ActivityEntry[][]) {
  const asked: unknown[] = [];
  let look = 0;
  const end = new Error('interrupted');
  let out = '';
  const run = runCli(
    ['activity', '--follow', ...args],
    {
      'activity.list': (input) => {
        asked.push(input);
        return { entries: looks[look] ?? [], damaged: 0 };
      },
    },
    {
      pause: async (milliseconds) => {
        expect(milliseconds).toBe(1_000);
        look += 1;
        if (look === looks.length) throw end;
      },
      out: (text: string) => {
        out += text;
      },
    } as Parameters<typeof runCli>[2],
  );
  await expect(run).rejects.toBe(end);
  return { asked, out };
}

test('--follow shows each entry once, however often it counts up', async () => {
  const first = entry();
  const { out, asked } = await following(
    [],
    [[first], [{ ...first, count: 3 }], [{ ...first, count: 4 }, entry({ id: '2' })]],
  );
  expect(out.trim().split('\n')).toHaveLength(2);
  expect(asked[1]).toEqual({ limit: 10_000, since: '2026-01-01T10:59:00.000Z' });
});

test('--follow --json tells of every count, an entry a line', async () => {
  const { out } = await following(
    ['--json'],
    [[entry()], [entry({ count: 3 })], [entry({ count: 3 })]],
  );
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).count),
  ).toEqual([1, 3]);
});

test('--follow --limit begins with the last ones alone', async () => {
  const list = [entry(), entry({ id: '2' }), entry({ id: '3' })];
  const { out } = await following(['--json', '--limit', '1'], [list, list]);
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id),
  ).toEqual(['3']);
});
