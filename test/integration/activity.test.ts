import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/endpoint-stage.ts';
import { type HelperProcess, startHelperProcess } from '../support/helper-process.ts';

/** The record of who asked for what, over restarts and crashes of a real helper. */

async function start(home: string): Promise<HelperProcess> {
  const env = { HOME: home, KEYFOB_HOME: join(home, 'keyfob'), KEYFOB_KEYCHAIN: 'memory' };
  const helper = await startHelperProcess({ env });
  onTestFinished(async () => void (await helper.end('SIGKILL')));
  return helper;
}

async function outcomes(helper: HelperProcess): Promise<string[]> {
  const { entries } = await helper.call('activity.list', {});
  return entries.map(({ id, account, outcome }) => `${id} ${account} ${outcome}`);
}

const ask = (helper: HelperProcess, account: string) =>
  helper.get(`/v1/aws/credentials?account=${encodeURIComponent(account)}`);

const recordOf = (home: string) => join(home, 'keyfob/activity.jsonl');

test('a helper that is killed has written down all but its last second', async () => {
  const home = await temporaryFolder();
  const first = await start(home);
  await ask(first, 'acme/prod/Admin');
  const asked = performance.now();
  await expect
    .poll(() => readFile(recordOf(home), 'utf8').catch(() => ''), { interval: 20 })
    .toContain('acme/prod/Admin');
  // A second, and what a busy machine adds.
  expect(performance.now() - asked).toBeLessThan(10_000);
  await first.end('SIGKILL');
  const second = await start(home);
  expect(await outcomes(second)).toEqual(['1 acme/prod/Admin unknown_account']);
  expect((await second.call('state', {})).activity).toMatchObject([
    { client: 'a local program', listener: 'socket', what: 'aws-credentials' },
  ]);
  await ask(second, 'acme/dev/Admin');
  expect(await outcomes(second)).toEqual([
    '1 acme/prod/Admin unknown_account',
    '2 acme/dev/Admin unknown_account',
  ]);
});

test('a helper that is asked to stop writes down everything before it goes', async () => {
  const home = await temporaryFolder();
  const first = await start(home);
  await ask(first, 'acme/prod/Admin');
  expect(await first.end('SIGTERM')).toBe(0);
  expect(await readFile(recordOf(home), 'utf8')).toContain('acme/prod/Admin');
  expect((await stat(recordOf(home))).mode & 0o777).toBe(0o600);
});

test('a key that is given where a name belongs is in no file', async () => {
  const home = await temporaryFolder();
  const helper = await start(home);
  const keys = ['ASIAIOSFODNN7EXAMPLE', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqbyJ9.c2lnbmF0dXJl'];
  for (const key of keys) expect((await ask(helper, key)).status).toBe(404);
  await helper.end('SIGTERM');
  for (const file of await readdir(join(home, 'keyfob'), {
    recursive: true,
    withFileTypes: true,
  })) {
    if (!file.isFile()) continue;
    const text = await readFile(join(file.parentPath, file.name), 'utf8');
    for (const key of keys) expect(text).not.toContain(key);
  }
  expect(await readFile(recordOf(home), 'utf8')).toContain('(left out)');
});
