import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../support/endpoint-stage.ts';
import { runProgram } from '../support/run-program.ts';

/** `keyfob service` with a stand-in for a person's systemd, which does listen and start. */

const root = join(import.meta.dirname, '../..');
/** As users have it, by its launcher; made by `npm run build`. */
const command = [join(root, 'dist/keyfob')];

async function openHome(more: Record<string, string> = {}) {
  const home = await temporaryFolder();
  const fake = join(home, 'systemd');
  const runtime = join(home, 'run');
  await mkdir(fake);
  await mkdir(runtime, { mode: 0o700 });
  const env = {
    PATH: [
      join(root, 'test/support/fake-systemctl'),
      dirname(process.execPath),
      process.env.PATH,
    ].join(':'),
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    KEYFOB_KEYCHAIN: 'memory',
    FAKE_SYSTEMD: fake,
    ...more,
  };
  const run = (...args: string[]) => runProgram([...command, ...args], env).ended;
  onTestFinished(async () => void (await run('service', 'remove', '--yes')));
  const calls = async () => (await readFile(join(fake, 'calls'), 'utf8')).trim().split('\n');
  return { home, run, calls, units: join(home, '.config/systemd/user') };
}

/** Every file and folder of the configuration. */
async function listing(home: string): Promise<string[]> {
  const folder = join(home, '.config');
  return existsSync(folder) ? (await readdir(folder, { recursive: true })).toSorted() : [];
}

test('a service is shown, installed, used by every command, and taken back without a trace', async () => {
  const { home, run, units } = await openHome();
  await mkdir(join(home, '.config'));
  const before = await listing(home);
  expect(JSON.parse((await run('service', 'status', '--json')).stdout)).toMatchObject({
    manager: 'systemd',
    state: 'not_installed',
    active: false,
  });

  const installed = await run('service', 'install', '--yes');
  expect(installed.code).toBe(0);
  // What is shown is what was written.
  for (const name of ['keyfob.socket', 'keyfob.service']) {
    const text = await readFile(join(units, name), 'utf8');
    expect(installed.stderr.replaceAll(/^ {2}/gm, '')).toContain(text.trim());
  }
  expect(installed.stderr).toContain('$ systemctl --user enable --now keyfob.socket');
  expect((await run('service', 'status')).stdout).toMatch(/^systemd: installed, on\n/);

  // No command starts a helper here: systemd does.
  const status = await run('status', '--json', '--no-autostart');
  expect(status.code).toBe(0);
  const { pid } = JSON.parse(status.stdout).helper;
  expect(pid).toBe(Number(await readFile(join(home, 'systemd/pid'), 'utf8')));

  const removed = await run('service', 'remove', '--yes');
  expect(removed.code).toBe(0);
  expect(await listing(home)).toEqual(before);
  expect((await run('status', '--no-autostart')).code).toBe(4);
  expect((await run('service', 'remove', '--yes')).stderr).toBe('There is no such service here.\n');
});

test('without a terminal and without --yes nothing is done', async () => {
  const { home, run, calls } = await openHome();
  const { code, stderr } = await run('service', 'install');
  expect(code).toBe(5);
  expect(stderr).toContain('--yes');
  expect(await listing(home)).toEqual([]);
  expect(await calls()).toEqual(['--user show-environment']);
});

test('where turning it on fails, what was written is taken back', async () => {
  const { home, run } = await openHome({ FAKE_SYSTEMD_FAILS: '1' });
  const { code, stderr } = await run('service', 'install', '--yes');
  expect(code).toBe(1);
  expect(stderr).toContain('Failed to enable unit: read-only file system');
  expect(stderr).toContain('taken back');
  expect(await listing(home)).toEqual([]);
});

test('where there is no systemd to speak to, nothing is written', async () => {
  const { home, run } = await openHome({ PATH: dirname(process.execPath) });
  const { code, stderr } = await run('service', 'install', '--yes');
  expect(code).toBe(1);
  expect(stderr).toContain("systemd can't be reached");
  expect(await listing(home)).toEqual([]);
});

test('a unit of that name that somebody else wrote is left alone', async () => {
  const { home, run, units } = await openHome();
  await mkdir(units, { recursive: true });
  await writeFile(join(units, 'keyfob.service'), '[Service]\nExecStart=/bin/true\n');
  const before = await listing(home);
  const { code, stderr } = await run('service', 'install', '--yes');
  expect(code).toBe(1);
  expect(stderr).toContain('was not written by Keyfob');
  await run('service', 'remove', '--yes');
  expect(await listing(home)).toEqual(before);
});

test('systemd itself finds nothing wrong with the units', async () => {
  const { home, run, units } = await openHome();
  expect((await run('service', 'install', '--yes')).code).toBe(0);
  const files = ['keyfob.socket', 'keyfob.service'].map((name) => join(units, name));
  const env = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: join(home, 'run') };
  const verify = ['systemd-analyze', 'verify', '--user', '--man=no', '--recursive-errors=no'];
  const { code, stdout, stderr } = await runProgram([...verify, ...files], env).ended;
  expect(`${stdout}${stderr}`).toBe('');
  expect(code).toBe(0);
});
