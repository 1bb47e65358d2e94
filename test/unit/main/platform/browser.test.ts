import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBrowser } from '../../../../main/platform/browser.ts';
import { browserCommand, splitWords } from '../../../../main/platform/browser-command.ts';
import { createClock } from '../../../../main/platform/clock.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';

const url = 'https://acme.test/?a=1&b=$(touch x);\'`"';
const machine = { container: false, wsl: false, wslview: false };
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keyfob browser-'));
});
afterEach(async () => await rm(folder, { recursive: true, force: true }));

/** A browser that is a Node script, called through a path with a space in it. */
async function fakeBrowser(script: string) {
  const path = join(folder, 'browser.cjs');
  await writeFile(path, script);
  const KEYFOB_BROWSER = `"${process.execPath}" '${path}' --new-window`;
  const env = { ...process.env, KEYFOB_BROWSER };
  return createBrowser({ env, platform: process.platform, clock: createClock(), machine });
}

test('the command gets the URL as its last argument, and no shell sees it', async () => {
  const out = join(folder, 'argv.json');
  const browser = await fakeBrowser(
    `require('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.argv.slice(2)))`,
  );
  expect(browser.available).toBe(true);
  await browser.open(url);
  expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(['--new-window', new URL(url).href]);
});

test('a command that is not there, or that fails, is browser_failed with a way out', async () => {
  const failed = { code: 'browser_failed', hint: expect.stringContaining('--device') };
  const env = { KEYFOB_BROWSER: '/nowhere/browser' };
  const missing = createBrowser({ env, platform: 'linux', clock: createFakeClock(), machine });
  await expect(missing.open(url)).rejects.toMatchObject(failed);
  const failing = await fakeBrowser('process.exit(3)');
  await expect(failing.open(url)).rejects.toMatchObject(failed);
});

test('a browser that stays open is not waited for', async () => {
  const out = join(folder, 'pid');
  const path = join(folder, 'stay.cjs');
  await writeFile(
    path,
    `require('fs').writeFileSync(${JSON.stringify(out)}, String(process.pid)); setTimeout(() => {}, 30_000)`,
  );
  const clock = createFakeClock();
  const env = { ...process.env, KEYFOB_BROWSER: `"${process.execPath}" "${path}"` };
  const browser = createBrowser({ env, platform: process.platform, clock, machine });
  const opened = browser.open(url);
  await clock.advance(3_000);
  await opened;
  expect(clock.waiting).toBe(0);
  let pid = '';
  await expect.poll(async () => (pid = await readFile(out, 'utf8').catch(() => ''))).toMatch(/\d/);
  process.kill(Number(pid));
});

test.each(['file:///etc/passwd', 'javascript:alert(1)', '--help', 'keyfob://x', ''])(
  '%j is not opened',
  async (address) => {
    const browser = await fakeBrowser('');
    await expect(browser.open(address)).rejects.toMatchObject({ code: 'browser_failed' });
  },
);

test.each([
  ['linux', {}, ['xdg-open', 'U']],
  ['darwin', {}, ['/usr/bin/open', 'U']],
  ['win32', {}, ['rundll32', 'url.dll,FileProtocolHandler', 'U']],
  ['wsl', {}, ['wslview', 'U']],
  ['linux', { BROWSER: 'firefox:chromium' }, ['firefox', 'U']],
  ['linux', { BROWSER: 'w3m -o x=%s %s' }, ['w3m', '-o', 'x=U', 'U']],
  [
    'win32',
    { BROWSER: '"C:\\Program Files\\f.exe" -new' },
    ['C:\\Program Files\\f.exe', '-new', 'U'],
  ],
  ['linux', { KEYFOB_BROWSER: 'one --two', BROWSER: 'three' }, ['one', '--two', 'U']],
  ['linux', { KEYFOB_BROWSER: '  ', BROWSER: '' }, ['xdg-open', 'U']],
])('on %s with %j: %j', (platform, env, words) => {
  expect(browserCommand('U', env, platform)).toEqual(words);
});

test("the person's choice goes before BROWSER, and KEYFOB_BROWSER before both", () => {
  const words = (env: Record<string, string>, chosen: string) =>
    browserCommand('U', env, 'linux', chosen);
  expect(words({ BROWSER: 'three' }, 'firefox -P "my work"')).toEqual([
    'firefox',
    '-P',
    'my work',
    'U',
  ]);
  expect(words({ KEYFOB_BROWSER: 'one', BROWSER: 'three' }, 'two')).toEqual(['one', 'U']);
  expect(words({ BROWSER: 'three' }, '')).toEqual(['three', 'U']);
});

test('the chosen command is the one that runs', async () => {
  const out = join(folder, 'argv.json');
  const path = join(folder, 'chosen.cjs');
  await writeFile(
    path,
    `require('fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify(process.argv.slice(2)))`,
  );
  const env = { ...process.env, KEYFOB_BROWSER: '', BROWSER: '/nowhere/browser' };
  const browser = createBrowser({
    env,
    platform: process.platform,
    clock: createClock(),
    machine,
  });
  await browser.open('https://acme.test/', `"${process.execPath}" "${path}" --private`);
  expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(['--private', 'https://acme.test/']);
});

test('a quoted word keeps its spaces and may be empty', () => {
  expect(splitWords(`a "b c" 'd "e' "" f`)).toEqual(['a', 'b c', 'd "e', '', 'f']);
});

test('without KEYFOB_BROWSER, signs decide', () => {
  const browser = (env: Record<string, string>, signs: Partial<typeof machine> = {}) =>
    createBrowser({
      env,
      platform: 'linux',
      clock: createFakeClock(),
      machine: { ...machine, ...signs },
    }).available;
  expect(browser({ DISPLAY: ':0' })).toBe(true);
  expect(browser({ DISPLAY: ':0' }, { container: true })).toBe(false);
  expect(browser({})).toBe(false);
});
