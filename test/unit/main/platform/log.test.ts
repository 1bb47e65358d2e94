import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '../../../../main/platform/log.ts';
import { createLogFile } from '../../../../main/platform/log-file.ts';
import { KeyfobError } from '../../../../shared/errors.ts';
import { settle } from '../../../support/fake-clock.ts';

const posix = process.platform !== 'win32';
let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyfob-log-'));
  path = join(folder, 'log', 'keyfob.log');
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

const text = async () => await readFile(path, 'utf8').catch(() => '');

async function lines(count: number): Promise<Record<string, unknown>[]> {
  await expect.poll(async () => (await text()).split('\n').length - 1).toBe(count);
  return (await text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('entries are JSON lines, in order, also those from before the log was loaded', async () => {
  const log = createLog({ path, level: undefined });
  const before = Date.now();
  log('info', 'started', { version: '1.0.0' });
  log('debug', 'detail');
  log('error', 'failed', { ms: 12 });
  const [first, second] = await lines(2);
  expect(first).toMatchObject({ level: 30, event: 'started', version: '1.0.0' });
  expect(second).toMatchObject({ level: 50, event: 'failed', ms: 12 });
  expect(Date.parse(String(first?.time))).toBeGreaterThanOrEqual(before);
  if (posix) expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.each([
  ['debug', 4],
  ['warn', 2],
  ['error', 1],
  ['nonsense', 3],
])('level %s lets %i of four pass', async (level, count) => {
  const log = createLog({ path, level });
  for (const one of ['debug', 'info', 'warn', 'error'] as const) log(one, one);
  await lines(count);
});

test('what looks like a secret is dropped, however deep and whatever it is called', async () => {
  const log = createLog({ path, level: 'debug' });
  const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl';
  log('info', 'x', {
    accessToken: 'hush-1',
    nested: [{ refresh_token: 'hush-2', clientSecret: 'hush-3', deviceCode: 'hush-4' }],
    credentials: { key: 'hush-5' },
    note: `sent Bearer hush-6 and ${jwt}`,
    blob: 'Zm9v'.repeat(60),
    grant: `keyfob_${'hush-9'.repeat(8)}`,
    signedOut: 'https://acme.test/end?id_token_hint=hush-10&state=1',
    lent: 'https://signin.test/federation?Action=login&SigninToken=hush-11',
    presigned: 'https://sts.test/?X-Amz-Signature=hush-12&X-Amz-Security-Token=hush-13',
    callback: 'http://127.0.0.1/?code=hush-14&iss=a',
    error: new Error('answer was hush-7', { cause: new TypeError('hush-8') }),
    tokenCount: 2,
    code: 'invalid_grant',
    url: 'https://acme.test/path?state=kept',
  });
  const [entry] = await lines(1);
  expect(await text()).not.toMatch(/hush|eyJ|Zm9vZm9v/);
  expect(entry).toMatchObject({
    tokenCount: 2,
    code: 'invalid_grant',
    url: 'https://acme.test/path?state=kept',
    error: { name: 'Error', at: expect.any(Array), cause: { name: 'TypeError' } },
  });
});

test('our own errors say what they say', async () => {
  const log = createLog({ path, level: 'info' });
  log('warn', 'x', { error: new KeyfobError('disk_full', 'Full.', { details: { path: '/x' } }) });
  expect(await lines(1)).toMatchObject([
    { error: { code: 'disk_full', message: 'Full.', details: { path: '/x' } } },
  ]);
});

test('facts that cannot be told break nothing', async () => {
  const log = createLog({ path, level: 'info' });
  const circle: Record<string, unknown> = { n: 10n, f: () => 1, at: new Date(Number.NaN) };
  circle.self = circle;
  log('info', 'circle', circle);
  log('info', 'trap', {
    get trap(): never {
      throw new Error('trap');
    },
  });
  log('info', 'after');
  expect((await lines(2)).map((line) => line.event)).toEqual(['circle', 'after']);
});

test('a log that cannot be written breaks nothing, and goes on when it can', async () => {
  await writeFile(join(folder, 'log'), 'in the way');
  const log = createLog({ path, level: 'info' });
  log('info', 'lost');
  // What loads at the first entry, and then what it does about it.
  await import('pino');
  await settle();
  await rm(join(folder, 'log'));
  log('info', 'kept');
  expect(await lines(1)).toMatchObject([{ event: 'kept' }]);
});

test('the log is rotated once, so that two files bound it', async () => {
  const file = createLogFile(path, 1_000);
  for (let n = 0; n < 100; n++) file.write(`${String(n).padStart(99, '.')}\n`);
  const entries = await readdir(join(folder, 'log'));
  expect(entries.sort()).toEqual(['keyfob.log', 'keyfob.log.1']);
  expect((await stat(path)).size).toBeLessThanOrEqual(1_000);
  expect((await stat(`${path}.1`)).size).toBeLessThanOrEqual(1_000);
  expect(await text()).toMatch(/99\n$/);
  if (posix) expect((await stat(`${path}.1`)).mode & 0o777).toBe(0o600);
});

test('a log from before is appended to, and rotated when it is full', async () => {
  await mkdir(join(folder, 'log'));
  await writeFile(path, `${'.'.repeat(998)}\n`);
  createLogFile(path, 1_000).write('x\n');
  expect(await text()).toBe('x\n');
  createLogFile(path, 1_000).write('y\n');
  expect(await text()).toBe('x\ny\n');
});
