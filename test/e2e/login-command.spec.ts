import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HelperProcess, startHelperProcess } from '../support/helper-process.ts';
import { type Run, runProgram } from '../support/run-program.ts';
import { expect, test } from './fixtures.ts';

/** `keyfob login`, as it was built, approved in a real browser. */

const dist = join(import.meta.dirname, '../../dist');
const command = [process.execPath, join(dist, 'command/keyfob.cjs')];

let home: string;
let helper: HelperProcess;
let env: Record<string, string | undefined>;

test.beforeEach(async ({ simulator }) => {
  home = mkdtempSync(join(tmpdir(), 'keyfob-login-'));
  env = {
    PATH: process.env.PATH,
    HOME: home,
    KEYFOB_HOME: home,
    KEYFOB_KEYCHAIN: 'memory',
    ...simulator.env(),
  };
  helper = await startHelperProcess({ env, script: join(dist, 'helper/daemon.js') });
  const { startUrl, region } = simulator;
  const { code } = await keyfob(
    ...['connection', 'add', 'identity-center', '--name', 'acme'],
    ...['--start-url', startUrl, '--region', region, '--flow', 'browser'],
  ).ended;
  expect(code).toBe(0);
});

test.afterEach(async () => {
  await helper.end();
  rmSync(home, { recursive: true, force: true });
});

function keyfob(...args: string[]): Run {
  return runProgram([...command, '--no-autostart', ...args], env);
}

interface LoginEvent {
  readonly url: string;
  readonly verification_uri_complete: string;
  readonly user_code: string;
}

/** The first event of `login --json`, which says what the person does. */
async function firstEvent(login: Run): Promise<LoginEvent> {
  const [line] = await login.until(/^\{.*\}$/m);
  return JSON.parse(line);
}

test('by device code', async ({ page, simulator }) => {
  const login = keyfob('login', 'acme', '--device', '--json');
  const shown = await firstEvent(login);
  await page.goto(shown.verification_uri_complete);
  await expect(page.getByText(shown.user_code)).toBeVisible();
  await page.getByRole('button', { name: 'Approve', exact: true }).click();

  const { code, stdout } = await login.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('"signed_in"');
  for (const secret of simulator.secrets()) expect(stdout).not.toContain(secret);
});

test('by the browser, whose page says that it can be closed', async ({ page }) => {
  const login = keyfob('login', 'acme', '--no-browser', '--json');
  await page.goto((await firstEvent(login)).url);
  await page.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(page.getByText(/close this/i)).toBeVisible();
  expect((await login.ended).code).toBe(0);
});

test('denied: it says so, and fails', async ({ page }) => {
  const login = keyfob('login', 'acme', '--no-browser', '--json');
  await page.goto((await firstEvent(login)).url);
  await page.getByRole('button', { name: 'Deny', exact: true }).click();
  const { code, stderr } = await login.ended;
  expect(code).toBe(5);
  expect(stderr).toMatch(/denied|refused/i);
});
