import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtDaemon, startHelperProcess } from '../support/helper-process.ts';
import { type Run, runProgram } from '../support/run-program.ts';
import { test as base, expect } from './fixtures.ts';
import { decide } from './steps.ts';

/** `keyfob login`, as it was built, approved in a real browser. */

const command = [process.execPath, join(import.meta.dirname, '../../dist/command/keyfob.cjs')];

/** Runs the command, beside a helper that knows the connection `acme`. */
type Keyfob = (...args: string[]) => Run;

const test = base.extend<{ keyfob: Keyfob }>({
  keyfob: async ({ simulator }, use) => {
    const home = mkdtempSync(join(tmpdir(), 'keyfob-login-'));
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      KEYFOB_HOME: home,
      KEYFOB_KEYCHAIN: 'memory',
      ...simulator.env(),
    };
    const helper = await startHelperProcess({ env, script: builtDaemon });
    const runs: Run[] = [];
    const keyfob: Keyfob = (...args) => {
      const run = runProgram([...command, '--no-autostart', ...args], env);
      runs.push(run);
      return run;
    };
    const { startUrl, region } = simulator;
    const { code } = await keyfob(
      ...['connection', 'add', 'identity-center', '--name', 'acme'],
      ...['--start-url', startUrl, '--region', region, '--flow', 'browser'],
    ).ended;
    expect(code).toBe(0);
    await use(keyfob);
    for (const { child } of runs) child.kill();
    await helper.end();
    rmSync(home, { recursive: true, force: true });
  },
});

interface LoginEvent {
  readonly url: string;
  readonly verification_uri_complete: string;
  readonly user_code: string;
}

/** The first event of `login --json`, which says what the person does. */
async function firstEvent(login: Run): Promise<LoginEvent> {
  const [line] = await login.until(/^\{.*\}\n/m);
  return JSON.parse(line);
}

test('by device code', async ({ page, keyfob, simulator }) => {
  const login = keyfob('login', 'acme', '--device', '--json');
  const shown = await firstEvent(login);
  await page.goto(shown.verification_uri_complete);
  await expect(page.getByText(shown.user_code)).toBeVisible();
  await decide(page, 'Approve');

  const { code, stdout } = await login.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('"signed_in"');
  for (const secret of simulator.secrets()) expect(stdout).not.toContain(secret);
});

test('by the browser, whose page says that it can be closed', async ({ page, keyfob }) => {
  const login = keyfob('login', 'acme', '--no-browser', '--json');
  await page.goto((await firstEvent(login)).url);
  await decide(page, 'Approve');
  await expect(page.getByText(/close this/i)).toBeVisible();
  expect((await login.ended).code).toBe(0);
});

test('denied: it says so, and fails', async ({ page, keyfob }) => {
  const login = keyfob('login', 'acme', '--no-browser', '--json');
  await page.goto((await firstEvent(login)).url);
  await decide(page, 'Deny');
  const { code, stderr } = await login.ended;
  expect(code).toBe(5);
  expect(stderr).toMatch(/denied|refused/i);
});
