import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSimulator, type Simulator } from '../simulator/simulator.ts';
import { chromiumArgs, chromiumPath } from '../support/chromium.ts';
import { createStage, createVerifier, type Stage } from '../support/oidc-stage.ts';

/** The simulator's pages, used by a person's browser. */

let browser: Browser;
let page: Page;
let simulator: Simulator;
let stage: Stage;
let origin: string;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArgs });
});
afterAll(() => browser?.close());

beforeEach(async () => {
  simulator = createSimulator();
  stage = createStage(simulator);
  ({ origin } = await simulator.start());
  page = await browser.newPage();
});
afterEach(async () => {
  await page.close();
  await simulator.stop();
});

test('a person types the code as it comes, and approves with the keyboard', async () => {
  const { userCode } = await stage.startDevice(await stage.register({ clientName: 'A <b>' }));
  await page.goto(`${origin}/device`);
  // What is typed before the page has put the focus there would be lost.
  await page.locator('input:focus').waitFor();
  await page.keyboard.type(userCode.replace('-', ' ').toLowerCase());
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByText(userCode).count()).toBe(1);
  expect(await page.getByText('A <b>').count()).toBe(1);
  await page.getByRole('button', { name: 'Approve' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('status').textContent()).toContain('You can close');
  expect(simulator.pendingUserCodes()).toEqual([]);
});

test('the complete link needs no typing, and can be denied', async () => {
  const { userCode } = await stage.startDevice(await stage.register());
  await page.goto(`${origin}/device?user_code=${userCode}`);
  await page.getByRole('button', { name: 'Deny' }).click();
  await expect.poll(() => page.getByRole('heading').textContent()).toBe('Request denied');
});

test('a wrong code is named as an alert, and can be typed again', async () => {
  await page.goto(`${origin}/device?user_code=WRNG-CODE`);
  expect(await page.getByRole('alert').textContent()).toContain('not known');
  expect(await page.getByLabel('The code that your device shows').count()).toBe(1);
});

test('the authorize page leads back to the loopback listener with a code', async () => {
  const seen = Promise.withResolvers<URL>();
  const listener = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    if (url.pathname === '/oauth/callback') seen.resolve(url);
    response.end('done');
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = listener.address() as AddressInfo;
    const { clientId } = await stage.registerForCodes();
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: `http://127.0.0.1:${port}/oauth/callback`,
      state: 's t&te',
      code_challenge_method: 'S256',
      scopes: 'sso:account:access',
      code_challenge: createVerifier().slice(0, 43),
    });
    await page.goto(`${origin}/authorize?${query}`);
    expect(await page.getByText('sso:account:access').count()).toBe(1);
    await page.getByRole('button', { name: 'Approve' }).click();
    const { searchParams } = await seen.promise;
    expect(searchParams.get('state')).toBe('s t&te');
    expect(searchParams.get('code')).toBeTruthy();
  } finally {
    listener.closeAllConnections();
    listener.close();
  }
});

test('a wrong redirect URI is told to the person and never followed', async () => {
  const { clientId } = await stage.registerForCodes();
  const redirect = encodeURIComponent('https://evil.example/');
  await page.goto(`${origin}/authorize?client_id=${clientId}&redirect_uri=${redirect}`);
  expect(await page.getByRole('heading').textContent()).toBe('Wrong redirect URI');
});
